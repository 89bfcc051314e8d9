"""Changes of signed deals, made through the services."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.negotiation import queries, service
from app.negotiation.changes import service as changes
from app.negotiation.models import Deal, Negotiation
from tests.factories.negotiation import deal_terms, proposed
from tests.factories.parties import make_actor
from tests.factories.signatures import sign
from tests.support.clock import START

FREE = {"amount_minor": 0, "currency": "USD"}
"""No fee: the license is active as soon as it is signed."""


def free_terms(**terms: Any) -> dict[str, Any]:
    return deal_terms(**{"fee": FREE} | terms)


def amend(
    session: Session,
    actor: Actor,
    deal: Deal,
    *,
    at: datetime = START,
    effective_on: date | None = None,
    **terms: Any,
) -> Negotiation:
    """Offer other terms; those not named are the usual ones, without a fee."""
    return changes.open_amendment(
        session=session,
        actor=actor,
        at=at,
        deal_id=deal.id,
        terms=proposed(**{"fee": FREE} | terms),
        effective_on=effective_on,
    )


def agree(session: Session, actor: Actor, negotiation: Negotiation, *, at: datetime = START) -> Deal:
    """Accept the latest offer, as the last who has to sign."""
    deal = accept(session, actor, negotiation, at=at)
    assert deal is not None
    return deal


def accept(session: Session, actor: Actor, negotiation: Negotiation, *, at: datetime = START) -> Deal | None:
    latest = queries.latest_offer(session, negotiation.id)
    return service.accept(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=negotiation.id,
        offer_number=latest.number,
        terms_sha256=latest.terms_sha256,
    )


def hand_on(session: Session, licensee: Actor, licensor: Actor, deal_id: str, *, at: datetime = START) -> Actor:
    """Another studio takes the licensee's place; return it."""
    buyer = make_actor(session, name="Harbor Interactive")
    talks = changes.open_assignment(
        session=session, actor=licensee, at=at, deal_id=deal_id, assignee_party_id=buyer.party_id
    )
    accept(session, licensor, talks, at=at)
    assert sign(session, buyer, talks, at=at) is not None
    return buyer
