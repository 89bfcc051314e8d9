"""End a negotiation without a deal. What was on hold for it is free again."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.negotiation.errors import require
from app.negotiation.events import NegotiationEnded
from app.negotiation.models import Negotiation
from app.negotiation.rules.moves import judge_decline, judge_withdrawal
from app.negotiation.service.moves import LockedTalks, close, lock_talks
from app.negotiation.states import NegotiationAction
from app.rights import service as rights


def decline(*, session: Session, actor: Actor, at: datetime, negotiation_id: str, reason: str) -> Negotiation:
    """Say no to the latest offer of the other side, for good. Raises: NotFound, MoveRefused."""
    locked = lock_talks(session, actor, negotiation_id)
    require(judge_decline(locked.talks, by=actor.party_id))
    return _end(session, locked, NegotiationAction.DECLINE, actor=actor, at=at, reason=reason)


def withdraw(*, session: Session, actor: Actor, at: datetime, negotiation_id: str, reason: str = "") -> Negotiation:
    """Take back the latest offer, one's own, for good. Raises: NotFound, MoveRefused."""
    locked = lock_talks(session, actor, negotiation_id)
    require(judge_withdrawal(locked.talks, by=actor.party_id))
    return _end(session, locked, NegotiationAction.WITHDRAW, actor=actor, at=at, reason=reason)


def _end(
    session: Session, locked: LockedTalks, action: NegotiationAction, *, actor: Actor, at: datetime, reason: str
) -> Negotiation:
    negotiation = locked.negotiation
    close(session, negotiation, action, actor=actor, at=at, reason=reason)
    session.flush()
    rights.release(session=session, actor=actor, at=at, reference=negotiation.id)
    status = negotiation.status
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=f"negotiation.{status.value}",
        subject_id=negotiation.id,
        offer_number=locked.latest.number,
    )
    ended = NegotiationEnded(
        negotiation_id=negotiation.id,
        status=status,
        by_party_id=actor.party_id,
        to_party_id=locked.talks.other_side(actor.party_id),
        reason=reason,
    )
    events.publish(session=session, event=ended, at=at)
    return negotiation
