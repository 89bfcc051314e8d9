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
from app.negotiation.signatures.queries import rules_of
from app.negotiation.signatures.shown import SigningView, signing_of


def opened_negotiation(
    session: Session, at: datetime, negotiation: Negotiation, *, reader: Actor | None = None
) -> NegotiationView:
    """Return a negotiation of which the caller knows that the reader may see it.

    The hold is shown to the sides alone; without a reader, neither it nor how the signatures stand.
    """
    view = queries.negotiation_views(session, at, [negotiation], reader=reader)[0]
    latest = queries.latest_offer(session, negotiation.id)
    is_shown = view.latest_offer.number == latest.number
    return replace(
        view,
        findings=current_findings(session, at, negotiation) if is_shown else (),
        hold=hold_of(session, at, negotiation) if view.role is not None and view.role.is_side else None,
        signing=signing_view(session, reader, at, negotiation) if reader is not None else None,
    )


def signing_view(session: Session, reader: Actor, at: datetime, negotiation: Negotiation) -> SigningView | None:
    """Return who signs the latest offer beside the two sides, for somebody who may read the negotiation.

    Nothing for an offer from before that was kept, nor for who stood behind the licensor in earlier offers only.
    """
    latest = queries.latest_offer(session, negotiation.id)
    if not rules_of(session, negotiation.id, latest.number):
        return None
    if not queries.is_shown(session, reader, negotiation, latest.number):
        return None
    role = queries.role_in(session, reader, negotiation)
    found = signing_of(session, at, negotiation, latest, reader_party_id=reader.party_id, role=role)
    return replace(found, deal_id=queries.deal_id_of(session, negotiation.id))


def opened_offer(session: Session, actor: Actor, at: datetime, negotiation_id: str, number: int) -> OfferView:
    """Return an offer with its terms. Only the latest has findings: no other can be accepted. Raises: NotFound."""
    negotiation = queries.readable_negotiation(session, actor, negotiation_id)
    view = queries.offer_view(session, actor, at, negotiation_id, number)
    is_latest = number == queries.latest_offer(session, negotiation_id).number
    return replace(view, findings=current_findings(session, at, negotiation)) if is_latest else view


def opened_deal(session: Session, actor: Actor, deal_id: str) -> DealView:
    """Raises: NotFound, also for the deal of others."""
    view = queries.deal_view(session, actor, deal_id)
    return replace(view, findings=kept_findings(session, view.deal.id))
