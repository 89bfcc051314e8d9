"""Move the demo clock. Only where the service runs as a demonstration, and only for administrators."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure.clock import Clock, DemoClock
from app.values.errors import NotFound
from app.values.term import format_instant


def demo_clock(clock: Clock, actor: Actor) -> DemoClock:
    """Return the clock if it can be moved. Raises: Forbidden; NotFound outside a demonstration."""
    if not isinstance(clock, DemoClock):
        raise NotFound("This service does not run as a demonstration; its clock cannot be moved.")
    actor.require_administrator()
    return clock


def move_clock(*, session: Session, actor: Actor, clock: Clock, move_to: datetime) -> datetime:
    """Move business time forward for everybody. Raises: ClockCannotMove, Forbidden, NotFound.

    The clock moves in a transaction of its own, so `session` must not have begun to write yet.
    """
    moved = demo_clock(clock, actor).move_to(move_to)
    audit.record(
        session=session,
        actor=actor,
        at=moved,
        action="demo_clock.moved",
        subject_id="demo_clock",
        move_to=format_instant(moved),
    )
    return moved
