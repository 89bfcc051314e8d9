"""What can be done with directives: record a performer's wish, withdraw one. Nobody can trade one away."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.parties.directives.errors import DirectiveWithdrawnBefore
from app.parties.directives.events import DirectiveRecorded, DirectiveWithdrawn
from app.parties.directives.models import Directive
from app.parties.directives.queries import locked_directive
from app.parties.directives.rules import speaks_for
from app.parties.models import Performer, Representation
from app.parties.queries import performer as performer_of
from app.parties.queries import visible_performer
from app.parties.states import Capacity, RepresentationStatus
from app.values.components import Axis, Component
from app.values.errors import Forbidden, InvalidInput, NotFound


def record_directive(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    wording: str,
    components: Iterable[Component] = (),
    axes: Iterable[Axis] = (),
    media: Iterable[str] = (),
    categories: Iterable[str] = (),
    until_at: datetime | None = None,
) -> Directive:
    """Record what a performer does not want done. A dimension that names nothing means all of it.

    The performer's own party can, and after death the executor or administrator, as can an administrator of the
    platform. What is signed already stays signed. Raises: NotFound for parties without authority over the
    performer, Forbidden for those with another one; InvalidInput.
    """
    performer = visible_performer(session, actor, performer_id)
    _require_voice(session, actor, performer, at)
    if until_at is not None and until_at <= at:
        raise InvalidInput.at("/until_at", "This instant has passed; give one that is to come, or none at all.")
    directive = Directive(
        performer_id=performer.id,
        components=sorted(component.value for component in components),
        axes=sorted(axis.value for axis in axes),
        media=sorted(media),
        categories=sorted(categories),
        until_at=until_at,
        wording=wording,
        recorded_by_party_id=actor.party_id,
        recorded_at=at,
        recorded_by=actor.label,
    )
    session.add(directive)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="directive.recorded",
        subject_id=directive.id,
        performer_id=performer.id,
        wording=wording,
    )
    recorded = DirectiveRecorded(
        directive_id=directive.id,
        performer_id=performer.id,
        wording=wording,
        recorded_by_party_id=actor.party_id,
    )
    events.publish(session=session, event=recorded, at=at)
    return directive


def withdraw_directive(
    *, session: Session, actor: Actor, at: datetime, directive_id: str, reason: str
) -> Directive:
    """End a directive: a living performer's party does as it likes, after death an administrator corrects an error.

    Raises: NotFound; Forbidden; DirectiveWithdrawnBefore.
    """
    directive = locked_directive(session, actor, directive_id)
    performer = performer_of(session, directive.performer_id)
    _require_voice(session, actor, performer, at)
    if not performer.is_living and not actor.is_administrator:
        raise Forbidden(
            "The wish of a performer who has died stands. If it was recorded in error, ask an administrator of the "
            "platform to withdraw it."
        )
    if directive.withdrawn_at is not None:
        raise DirectiveWithdrawnBefore("This directive was withdrawn before.")
    directive.withdrawn_at, directive.withdrawn_by, directive.withdrawal_reason = at, actor.label, reason
    session.add(directive)
    session.flush()
    audit.record(
        session=session, actor=actor, at=at, action="directive.withdrawn", subject_id=directive.id, reason=reason
    )
    withdrawn = DirectiveWithdrawn(
        directive_id=directive.id,
        performer_id=performer.id,
        wording=directive.wording,
        reason=reason,
        withdrawn_by_party_id=actor.party_id,
    )
    events.publish(session=session, event=withdrawn, at=at)
    return directive


def _require_voice(session: Session, actor: Actor, performer: Performer, at: datetime) -> None:
    """Refuse whoever does not speak for the performer."""
    if actor.is_administrator:
        return
    capacities = _capacities(session, actor.party_id, performer.id, at)
    if not capacities:
        raise NotFound("Your party has no verified authority over this performer.")
    if not any(speaks_for(capacity, is_living=performer.is_living) for capacity in capacities):
        who = "the performer's own party" if performer.is_living else "the executor or administrator of the estate"
        raise Forbidden(f"Only {who} can say what this performer wants.")


def _capacities(session: Session, party_id: str, performer_id: str, at: datetime) -> set[Capacity]:
    begins, ends = col(Representation.begins_at), col(Representation.signs_until_at)
    found = session.exec(
        select(Representation)
        .where(Representation.performer_id == performer_id, Representation.holder_party_id == party_id)
        .where(Representation.status == RepresentationStatus.VERIFIED)
        .where(sa.or_(begins.is_(None), begins <= at), sa.or_(ends.is_(None), ends > at))
    )
    return {representation.capacity for representation in found}
