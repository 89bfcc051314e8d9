"""How a duty stands at an instant, and what is announced about it when."""

from datetime import datetime, timedelta
from typing import Protocol

from app.licensing.closing.states import ESCALATED_DAYS, STEP_DAYS, DutyState, DutyStep, Proof


class DutyFacts(Protocol):
    """What the standing of a duty depends on."""

    @property
    def opens_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def proof(self) -> Proof: ...
    @property
    def done_at(self) -> datetime | None: ...


def state_of(duty: DutyFacts, *, at: datetime, is_nothing_left: bool = False) -> DutyState:
    """Say how a duty stands; at the exact instant at which its time is over it is overdue.

    `is_nothing_left`: nothing was handed out that would have to be destroyed, so there is nothing to certify.
    """
    if duty.done_at is not None or (is_nothing_left and at >= duty.opens_at):
        return DutyState.DONE
    if at >= duty.due_at:
        return DutyState.PASSED if duty.proof is Proof.NOTHING else DutyState.OVERDUE
    return DutyState.DUE if at >= duty.opens_at else DutyState.UPCOMING


def is_escalated(duty: DutyFacts, *, at: datetime) -> bool:
    """Say whether administrators look at it."""
    return (
        duty.proof is not Proof.NOTHING
        and duty.done_at is None
        and at >= duty.due_at + timedelta(days=ESCALATED_DAYS)
    )


def announcements(duty: DutyFacts) -> dict[DutyStep, datetime]:
    """Return what is announced of a duty, and when."""
    late = (DutyStep.OVERDUE, DutyStep.OVERDUE_7_DAYS, DutyStep.OVERDUE_30_DAYS)
    steps = (DutyStep.REACHED,) if duty.proof is Proof.NOTHING else late
    if duty.due_at > duty.opens_at:
        steps = (DutyStep.SOON, *steps)
    return {step: duty.due_at + timedelta(days=STEP_DAYS[step]) for step in steps}
