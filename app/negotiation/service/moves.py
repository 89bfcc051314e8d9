"""What all moves share: the locked talks, who signs, and the step that ends a negotiation."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.negotiation import queries
from app.negotiation.models import Negotiation, Offer
from app.negotiation.rules.moves import Talks
from app.negotiation.states import TRANSITIONS, NegotiationAction
from app.values.errors import Forbidden


@dataclass(frozen=True, slots=True)
class LockedTalks:
    """A negotiation that nobody else moves until the transaction ends."""

    negotiation: Negotiation
    latest: Offer
    talks: Talks

    def latest_has_lapsed(self, at: datetime) -> bool:
        return self.talks.latest.has_lapsed(at)


def lock_talks(session: Session, actor: Actor, negotiation_id: str) -> LockedTalks:
    """Raises: NotFound, also for the negotiation of others, and for who is no side of it."""
    negotiation = queries.own_negotiation(session, actor, negotiation_id, lock=True)
    latest = queries.latest_offer(session, negotiation.id)
    return LockedTalks(negotiation, latest, queries.current_talks(session, negotiation, latest))


def signer(actor: Actor) -> str:
    """Return the user who binds the party. Raises: Forbidden where no person acts."""
    if actor.user_id is None:
        raise Forbidden("Only a person can make or accept an offer for a party.")
    return actor.user_id


def close(
    session: Session,
    negotiation: Negotiation,
    action: NegotiationAction,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    by_party_id: str | None = None,
) -> None:
    """End a negotiation; by the actor's party, unless another is named."""
    negotiation.status = TRANSITIONS[negotiation.status, action]
    negotiation.closed_at = at
    negotiation.closed_by_party_id = actor.party_id if by_party_id is None else by_party_id
    negotiation.closing_reason = reason
    session.add(negotiation)
