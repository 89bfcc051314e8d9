"""Pure rules of approvals: what the deal says about answering, and how one stands at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.licensing.approvals.states import ApprovalStanding, ApprovalStatus
from app.negotiation.terms.vocabulary import ApprovalStage, Silence
from app.values.survival import Action, Phase
from app.values.term import Term


@dataclass(frozen=True, slots=True)
class Subject:
    """What an approval is about: a stage of the work, or an action in a phase."""

    action: Action | None = None
    phase: Phase | None = None
    stage: ApprovalStage | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How the licensor answers."""

    days: int
    rounds: int
    """How often it may ask for changes."""
    silence: Silence


FOR_ACTIONS = Manner(days=10, rounds=2, silence=Silence.REFUSED)
"""For an action that the survival matrix leaves to the licensor's word; deals say no more of it than that. Silence
is never a yes there: what ended is not revived by nobody looking."""


def manner_of(document: Mapping[str, Any], subject: Subject) -> Manner | None:
    """Return how a subject is answered by terms in the shape of the latest version; nothing: it needs no answer."""
    if subject.action is not None and subject.phase is not None:
        cell = document["survival"]["matrix"][subject.action.value][subject.phase.value]
        return FOR_ACTIONS if cell == "approval" else None
    for approval in document["approvals"]:
        if approval["stage"] == subject.stage:
            return Manner(approval["days"], approval["rounds"], Silence(approval["silence"]))
    return None


def answer_until(asked_at: datetime, days: int, zone: str) -> datetime:
    """Return when the time to answer is over: so many whole days after the day of asking, in the deal's zone."""
    asked_on = asked_at.astimezone(ZoneInfo(zone)).date()
    last_day = asked_on + timedelta(days=days)
    return Term.of_days(asked_on, last_day, zone).ends_at or asked_at


def standing_of(status: ApprovalStatus, *, silence: Silence, answer_by: datetime, at: datetime) -> ApprovalStanding:
    """Say how an approval stands; at the very instant at which the time is over silence has decided."""
    if status is not ApprovalStatus.ASKED or at < answer_by:
        return ApprovalStanding(status.value)
    if silence is Silence.APPROVED:
        return ApprovalStanding.APPROVED_BY_SILENCE
    return ApprovalStanding.REFUSED_BY_SILENCE
