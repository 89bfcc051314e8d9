"""Routes of productions, negotiations and deals."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.paging import PageArgs
from app.negotiation import queries, schemas, service, views
from app.negotiation.holders import routes as holder_routes
from app.negotiation.holds import hold_of
from app.negotiation.models import Negotiation, Production
from app.negotiation.rules.held import HoldView
from app.negotiation.signatures.schemas import SigningOut
from app.values.errors import NotFound

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
        """List the negotiations in which you are a side or hold rights that are offered, newest first"""
        found = queries.negotiations_page(session(), actor(), **({"cursor": None} | args))
        views = queries.negotiation_views(session(), now(), found.items, reader=actor())
        return {"items": views, "next_cursor": found.next_cursor}, found.headers

    @negotiations.arguments(schemas.NegotiationIn)
    @negotiations.response(201, schemas.NegotiationWithOffersOut)
    def post(self, request: dict[str, Any]) -> queries.NegotiationView:
        """Ask for a license to a listed package

        The request is the first offer. It needs a reasonably specific intended use: boilerplate is refused with
        the citation of the rule. Nothing is asked for against a directive of the performer (`directive_violated`),
        beyond the licensor's authority (`no_authority`) or against the law (`clearance_blocked`); warnings come
        with the answer as `findings`.
        """
        fee = services().settings.platform_fee_bps
        return _view(
            service.open_negotiation(session=session(), actor=actor(), at=now(), platform_fee_bps=fee, **request)
        )


@negotiations.route("/<negotiation_id>")
@negotiations.response(200, schemas.NegotiationWithOffersOut)
def get_negotiation(negotiation_id: str) -> queries.NegotiationView:
    """Return a negotiation in which you are a side or hold rights that are offered, with all its offers"""
    return _view(queries.readable_negotiation(session(), actor(), negotiation_id))


@negotiations.route("/<negotiation_id>/offers", methods=["POST"])
@negotiations.arguments(schemas.CounterIn)
@negotiations.response(201, schemas.OfferOut)
def post_offer(offer: dict[str, Any], negotiation_id: str) -> queries.OfferView:
    """Answer the other side's offer with your own

    It takes the place of the one before and has a time of its own. Once an offer has lapsed, either side may make
    the next. A hold of the licensee stays as it is within the rights held; beyond them, the licensee's own offer
    places it anew at the end of the queue.
    """
    sent = service.counter(session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **offer)
    return views.opened_offer(session(), actor(), now(), negotiation_id, sent.number)


@negotiations.route(f"/<negotiation_id>/offers/<{NUMBER}:number>")
@negotiations.response(200, schemas.OfferOut)
def get_offer(negotiation_id: str, number: int) -> queries.OfferView:
    """Return an offer with its terms"""
    return views.opened_offer(session(), actor(), now(), negotiation_id, number)


@negotiations.route(f"/<negotiation_id>/offers/<{NUMBER}:before>/difference/<{NUMBER}:after>")
@negotiations.response(200, schemas.DifferenceOut)
def get_difference(negotiation_id: str, before: int, after: int) -> dict[str, Any]:
    """Return what changed from one offer to another, field by field"""
    changes = queries.offer_difference(session(), actor(), negotiation_id, before, after)
    return {"before": before, "after": after, "changes": changes}


@negotiations.route("/<negotiation_id>/acceptance", methods=["POST"])
@negotiations.arguments(schemas.AcceptanceIn)
@negotiations.response(201, schemas.DealOut)
@negotiations.alt_response(202, schema=SigningOut, success=True, description="Accepted; holders have yet to sign")
def post_acceptance(accepted: dict[str, Any], negotiation_id: str) -> queries.DealView | Response:
    """Accept the other side's latest offer, by its number and the hash of its terms

    The rights are booked and the deal is signed in one step, or nothing happens and the answer says why.
    Directives, authority and the law are looked at again; what was known of the law is kept with the deal.

    Where the rights have other holders whose signature is missing, the acceptance is kept and the answer says who
    is awaited: the last of them makes the deal. What is not signed when the offer lapses is void.
    """
    deal = service.accept(session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **accepted)
    if deal is None:
        return holder_routes.awaiting(negotiation_id)
    return views.opened_deal(session(), actor(), deal.id)


holder_routes.add_to(negotiations)


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


@negotiations.route("/<negotiation_id>/hold")
class NegotiationHold(MethodView):
    @negotiations.response(200, schemas.HoldOut)
    def get(self, negotiation_id: str) -> HoldView:
        """Return where the hold of a negotiation stands in the queue"""
        negotiation = queries.own_negotiation(session(), actor(), negotiation_id)
        found = hold_of(session(), now(), negotiation)
        if found is None:
            raise NotFound("Nothing is on hold for this negotiation now; the licensee can place a hold.")
        return found

    @negotiations.arguments(schemas.HoldIn)
    @negotiations.response(201, schemas.HoldOut)
    def post(self, wanted: dict[str, Any], negotiation_id: str) -> HoldView:
        """Hold the rights of the latest offer for a time, as the licensee

        Behind holds that others placed before; it lapses by the clock. Placed again, it goes to the end of the
        queue.
        """
        longest_days = services().settings.hold_longest_days
        return service.place_hold(**_move(negotiation_id), longest_days=longest_days, **wanted)


@negotiations.route("/<negotiation_id>/hold/release", methods=["POST"])
@negotiations.response(204)
def post_hold_release(negotiation_id: str) -> None:
    """Give your hold up; those behind it move up"""
    service.release_hold(**_move(negotiation_id))


@negotiations.route("/<negotiation_id>/hold/challenge", methods=["POST"])
@negotiations.arguments(schemas.ChallengeIn)
@negotiations.response(200, schemas.HoldOut)
def post_hold_challenge(asked: dict[str, Any], negotiation_id: str) -> HoldView:
    """Challenge the first hold ahead of yours: its party commits to sign, or its hold is over

    Without an answer in time it is over by the clock.
    """
    return service.challenge_hold(**_move(negotiation_id), **asked)


@negotiations.route("/<negotiation_id>/hold/match", methods=["POST"])
@negotiations.response(200, schemas.HoldOut)
def post_hold_match(negotiation_id: str) -> HoldView:
    """Answer a challenge: commit to sign within seven days

    The hold cannot be challenged again, and it gains no time by it.
    """
    return service.match_hold(**_move(negotiation_id))


@deals.route("/<deal_id>")
@deals.response(200, schemas.DealOut)
def get_deal(deal_id: str) -> queries.DealView:
    """Return a deal that you signed or that was signed for you: its terms, their hash, who signed and when"""
    return views.opened_deal(session(), actor(), deal_id)


def _move(negotiation_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": actor(), "at": now(), "negotiation_id": negotiation_id}


def _view(negotiation: Negotiation) -> queries.NegotiationView:
    return views.opened_negotiation(session(), now(), negotiation, reader=actor())
