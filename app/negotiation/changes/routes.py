"""Routes of changes of signed deals. What they open is answered like any other negotiation."""

from typing import Any

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.negotiation import schemas as negotiation_schemas
from app.negotiation import views
from app.negotiation.changes import schemas, service
from app.negotiation.deals import queries
from app.negotiation.models import Negotiation
from app.negotiation.queries import DealView, NegotiationView

changes = api_blueprint("deal-changes", "/v1/deals", "What becomes of signed deals")


@changes.route("/<deal_id>/versions")
@changes.response(200, schemas.DealVersionsOut)
def get_versions(deal_id: str) -> dict[str, Any]:
    """List the versions of a deal, oldest first"""
    return {"items": queries.versions_of(session(), actor(), deal_id)}


@changes.route("/<deal_id>/amendments", methods=["POST"])
@changes.arguments(schemas.AmendmentIn)
@changes.response(201, negotiation_schemas.NegotiationWithOffersOut)
def post_amendment(wanted: dict[str, Any], deal_id: str) -> NegotiationView:
    """Offer other terms for a signed deal, from a day on

    Either side can. Signed, they are the terms of the same license from that day on; periods that began before, and
    what fell due before, keep the terms they had. What stands between the two sides, and what it is about, stays.
    """
    return _view(service.open_amendment(**_about(deal_id), **wanted))


@changes.route("/<deal_id>/terminations", methods=["POST"])
@changes.arguments(schemas.TerminationIn)
@changes.response(201, negotiation_schemas.NegotiationWithOffersOut)
def post_termination(wanted: dict[str, Any], deal_id: str) -> NegotiationView:
    """Offer to end a license early, by agreement

    The offer is the same terms with an earlier last day, without what would lie after it. Signed, the rights are
    free from then on. Everything that is owed stays owed.
    """
    return _view(service.open_termination(**_about(deal_id), **wanted))


@changes.route("/<deal_id>/assignments", methods=["POST"])
@changes.arguments(schemas.AssignmentIn)
@changes.response(201, negotiation_schemas.NegotiationWithOffersOut)
def post_assignment(wanted: dict[str, Any], deal_id: str) -> NegotiationView:
    """Ask to hand a license on to another licensee

    The licensor accepts, and the assignee signs as well; with the last signature it takes the licensee's place, and
    credentials handed out before are revoked.
    """
    return _view(service.open_assignment(**_about(deal_id), **wanted))


@changes.route("/<deal_id>/renewals", methods=["POST"])
@changes.arguments(schemas.RenewalIn)
@changes.response(201, negotiation_schemas.NegotiationWithOffersOut)
def post_renewal(wanted: dict[str, Any], deal_id: str) -> NegotiationView:
    """Offer a license that follows a signed one

    Either side can, before the end or after it. It becomes a license of its own.
    """
    fee = services().settings.platform_fee_bps
    return _view(service.open_renewal(**_about(deal_id), platform_fee_bps=fee, **wanted))


@changes.route("/<deal_id>/extensions", methods=["POST"])
@changes.response(201, negotiation_schemas.DealOut)
def post_extension(deal_id: str) -> DealView:
    """Use the option of a deal to go on, as its licensee

    The licensor signed for it with the deal, so this is the last signature. Its fee is due today; where a
    part of the fee falls due today anyhow, on the next day that has none. Where a change that was signed before
    still waits for its day, the option holds, and its fee is due, from then on.
    """
    deal = service.exercise_extension(**_about(deal_id))
    return views.opened_deal(session(), actor(), deal.id)


def _about(deal_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": actor(), "at": now(), "deal_id": deal_id}


def _view(negotiation: Negotiation) -> NegotiationView:
    return views.opened_negotiation(session(), now(), negotiation, reader=actor())
