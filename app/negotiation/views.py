"""One negotiation, offer or deal as a side is shown it: with what the law says to it, and the hold."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.negotiation import queries
from app.negotiation.findings import current_findings, kept_findings
from app.negotiation.holds import hold_of
from app.negotiation.models import Negotiation
from app.negotiation.queries import DealView, NegotiationView, OfferView


def opened_negotiation(session: Session, at: datetime, negotiation: Negotiation) -> NegotiationView:
    """Return a negotiation of which the caller knows that the actor may see it."""
    return replace(
        queries.negotiation_views(session, at, [negotiation])[0],
        findings=current_findings(session, at, negotiation),
        hold=hold_of(session, at, negotiation),
    )


def opened_offer(session: Session, actor: Actor, at: datetime, negotiation_id: str, number: int) -> OfferView:
    """Return an offer with its terms. Only the latest has findings: no other can be accepted. Raises: NotFound."""
    negotiation = queries.own_negotiation(session, actor, negotiation_id)
    view = queries.offer_view(session, actor, at, negotiation_id, number)
    is_latest = number == queries.latest_offer(session, negotiation_id).number
    return replace(view, findings=current_findings(session, at, negotiation)) if is_latest else view


def opened_deal(session: Session, actor: Actor, deal_id: str) -> DealView:
    """Raises: NotFound, also for the deal of others."""
    view = queries.deal_view(session, actor, deal_id)
    return replace(view, findings=kept_findings(session, view.deal.id))
