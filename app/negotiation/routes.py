"""Routes of productions, negotiations and deals."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.paging import PageArgs
from app.negotiation import queries, schemas, service
from app.negotiation.models import Negotiation, Production

productions = api_blueprint("productions", "/v1/productions", "The titles licenses are asked for")
negotiations = api_blueprint("negotiations", "/v1/negotiations", "Offers and counteroffers, up to a signed deal")
deals = api_blueprint("deals", "/v1/deals", "Executed terms")

NUMBER = "int(min=1, max=1000000)"


@productions.route("")
class Productions(MethodView):
    @productions.arguments(PageArgs, location="query")
    @productions.response(200, schemas.ProductionPageOut)
    def get(self, page: dict[str, Any]) -> Any:
        """List your productions, newest first"""
        found = queries.productions_page(session(), actor(), cursor=page.get("cursor"), limit=page["limit"])
        return found, found.headers

    @productions.arguments(schemas.ProductionIn)
    @productions.response(201, schemas.ProductionOut)
    def post(self, production: dict[str, Any]) -> Production:
        """Record a title that you want licenses for"""
        return service.create_production(session=session(), actor=actor(), at=now(), **production)


@productions.route("/<production_id>")
@productions.response(200, schemas.ProductionOut)
def get_production(production_id: str) -> Production:
    """Return your production"""
    return queries.own_production(session(), actor(), production_id)


@negotiations.route("")
class Negotiations(MethodView):
    @negotiations.arguments(schemas.NegotiationsArgs, location="query")
    @negotiations.response(200, schemas.NegotiationPageOut)
    def get(self, args: dict[str, Any]) -> Any:
        """List the negotiations in which you are a side, newest first"""
        found = queries.negotiations_page(session(), actor(), **({"cursor": None} | args))
        views = queries.negotiation_views(session(), now(), found.items)
        return {"items": views, "next_cursor": found.next_cursor}, found.headers

    @negotiations.arguments(schemas.NegotiationIn)
    @negotiations.response(201, schemas.NegotiationWithOffersOut)
    def post(self, request: dict[str, Any]) -> queries.NegotiationView:
        """Ask for a license to a listed package

        The request is the first offer. It needs a reasonably specific intended use: boilerplate is refused with
        the citation of the rule.
        """
        fee = services().settings.platform_fee_bps
        return _view(
            service.open_negotiation(session=session(), actor=actor(), at=now(), platform_fee_bps=fee, **request)
        )


@negotiations.route("/<negotiation_id>")
@negotiations.response(200, schemas.NegotiationWithOffersOut)
def get_negotiation(negotiation_id: str) -> queries.NegotiationView:
    """Return a negotiation in which you are a side, with all its offers"""
    return _view(queries.own_negotiation(session(), actor(), negotiation_id))


@negotiations.route("/<negotiation_id>/offers", methods=["POST"])
@negotiations.arguments(schemas.OfferIn)
@negotiations.response(201, schemas.OfferOut)
def post_offer(offer: dict[str, Any], negotiation_id: str) -> queries.OfferView:
    """Answer the other side's offer with your own

    It takes the place of the one before and has a time of its own. Once an offer has lapsed, either side may make
    the next.
    """
    sent = service.counter(session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **offer)
    return queries.offer_view(session(), actor(), now(), negotiation_id, sent.number)


@negotiations.route(f"/<negotiation_id>/offers/<{NUMBER}:number>")
@negotiations.response(200, schemas.OfferOut)
def get_offer(negotiation_id: str, number: int) -> queries.OfferView:
    """Return an offer with its terms"""
    return queries.offer_view(session(), actor(), now(), negotiation_id, number)


@negotiations.route(f"/<negotiation_id>/offers/<{NUMBER}:before>/difference/<{NUMBER}:after>")
@negotiations.response(200, schemas.DifferenceOut)
def get_difference(negotiation_id: str, before: int, after: int) -> dict[str, Any]:
    """Return what changed from one offer to another, field by field"""
    changes = queries.offer_difference(session(), actor(), negotiation_id, before, after)
    return {"before": before, "after": after, "changes": changes}


@negotiations.route("/<negotiation_id>/acceptance", methods=["POST"])
@negotiations.arguments(schemas.AcceptanceIn)
@negotiations.response(201, schemas.DealOut)
def post_acceptance(accepted: dict[str, Any], negotiation_id: str) -> queries.DealView:
    """Accept the other side's latest offer, by its number and the hash of its terms

    The rights are booked and the deal is signed in one step, or nothing happens and the answer says why.
    """
    deal = service.accept(session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **accepted)
    return queries.deal_view(session(), actor(), deal.id)


@negotiations.route("/<negotiation_id>/decline", methods=["POST"])
@negotiations.arguments(schemas.DeclineIn)
@negotiations.response(200, schemas.NegotiationWithOffersOut)
def post_decline(answer: dict[str, Any], negotiation_id: str) -> queries.NegotiationView:
    """Say no to the other side's latest offer, which ends the negotiation"""
    return _view(
        service.decline(session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **answer)
    )


@negotiations.route("/<negotiation_id>/withdrawal", methods=["POST"])
@negotiations.arguments(schemas.WithdrawalIn)
@negotiations.response(200, schemas.NegotiationWithOffersOut)
def post_withdrawal(answer: dict[str, Any], negotiation_id: str) -> queries.NegotiationView:
    """Take back your latest offer, which ends the negotiation"""
    return _view(
        service.withdraw(session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **answer)
    )


@deals.route("/<deal_id>")
@deals.response(200, schemas.DealOut)
def get_deal(deal_id: str) -> queries.DealView:
    """Return a deal that you signed: its terms, their hash, who signed and when"""
    return queries.deal_view(session(), actor(), deal_id)


def _view(negotiation: Negotiation) -> queries.NegotiationView:
    return queries.negotiation_views(session(), now(), [negotiation])[0]
