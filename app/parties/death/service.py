"""Record that a performer has died."""

from datetime import UTC, date, datetime, time

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.parties.death.errors import DeathRecordedBefore
from app.parties.events import PerformerDied
from app.parties.models import Performer, Representation
from app.parties.service import history
from app.parties.states import AuthorityEventKind, RepresentationStatus
from app.values.errors import InvalidInput, NotFound


def record_death(
    *, session: Session, actor: Actor, at: datetime, performer_id: str, died_on: date, reason: str
) -> Performer:
    """Record, as an administrator, the day on which a performer died, and what proves it.

    What the performer signed themselves, guardians and powers of attorney end with that day. No row says so: the
    rules of authority compare the day. The history names each that ended.
    Raises: Forbidden; NotFound; DeathRecordedBefore; InvalidInput.
    """
    actor.require_administrator()
    performer = _locked(session, performer_id)
    if performer.died_on is not None:
        raise DeathRecordedBefore(f"{performer.name} is on record as having died on {performer.died_on}.")
    if died_on > at.date():
        raise InvalidInput.at("/died_on", "This day is still to come.")
    if performer.born_on is not None and died_on < performer.born_on:
        raise InvalidInput.at("/died_on", "The date of death lies before the date of birth.")
    performer.is_living, performer.died_on = False, died_on
    session.add(performer)
    session.flush()
    as_of_at = datetime.combine(died_on, time(), UTC)
    died = AuthorityEventKind.PERFORMER_DIED
    history.record_of_performer(session, actor, at, performer.id, died, reason=reason, as_of_at=as_of_at)
    ended = _ended(session, performer.id)
    for representation in ended:
        history.record(
            session,
            actor,
            at,
            representation,
            died,
            detail=f"The authority as {representation.capacity.value} ended.",
            reason=reason,
            as_of_at=as_of_at,
        )
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="performer.died",
        subject_id=performer.id,
        died_on=died_on.isoformat(),
        reason=reason,
        representations_ended=[representation.id for representation in ended],
    )
    events.publish(session=session, event=PerformerDied(performer.id, died_on), at=at)
    return performer


def _locked(session: Session, performer_id: str) -> Performer:
    statement = select(Performer).where(Performer.id == performer_id)
    found = session.exec(statement.with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("There is no such performer.")
    return found


def _ended(session: Session, performer_id: str) -> list[Representation]:
    standing = select(Representation).where(
        Representation.performer_id == performer_id,
        col(Representation.status).in_([RepresentationStatus.VERIFIED, RepresentationStatus.PENDING]),
    )
    rows = session.exec(standing.order_by(col(Representation.id)))
    return [row for row in rows if row.capacity.ends_at_death]
