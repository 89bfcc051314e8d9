"""Routes of holders' signatures; part of the negotiations' blueprint, so that they read as one API."""

from typing import Any

from flask import Response, jsonify

from app.identity.access import actor
from app.infrastructure.http.api import ApiBlueprint
from app.infrastructure.http.context import now, session
from app.negotiation import queries
from app.negotiation.holders.service import refuse_as_holder, sign_as_holder
from app.negotiation.signatures import schemas
from app.negotiation.signatures.shown import SigningView
from app.negotiation.views import signing_view
from app.values.errors import NotFound


def add_to(negotiations: ApiBlueprint) -> None:
    """Put the routes on the negotiations' blueprint."""

    @negotiations.route("/<negotiation_id>/holder-signatures", methods=["POST"])
    @negotiations.arguments(schemas.TermsNamedIn)
    @negotiations.response(201, schemas.SigningOut)
    def post_holder_signature(named: dict[str, Any], negotiation_id: str) -> SigningView:
        """Sign the latest offer as a holder of the rights, by its number and the hash of its terms

        It is your consent to exactly these terms, given before the other side accepts or after it. The last
        signature that was missing makes the deal, in one step with all that is looked at when a deal is signed:
        then `deal_id` names it. If somebody was faster (`rights_not_available`), nothing is kept.
        """
        sign_as_holder(session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **named)
        return _signing(negotiation_id)

    @negotiations.route("/<negotiation_id>/holder-refusals", methods=["POST"])
    @negotiations.arguments(schemas.HolderRefusalIn)
    @negotiations.response(201, schemas.SigningOut)
    def post_holder_refusal(refused: dict[str, Any], negotiation_id: str) -> SigningView:
        """Say as a holder of the rights that you do not sign the latest offer, and why

        Your latest answer counts. It outweighs a standing consent of yours, as far as these terms go.
        """
        refuse_as_holder(session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **refused)
        return _signing(negotiation_id)


def awaiting(negotiation_id: str) -> Response:
    """Answer an acceptance that holders have yet to sign."""
    answer = jsonify(schemas.SigningOut().dump(_signing(negotiation_id)))
    answer.status_code = 202
    return answer


def _signing(negotiation_id: str) -> SigningView:
    negotiation = queries.readable_negotiation(session(), actor(), negotiation_id)
    found = signing_view(session(), actor(), now(), negotiation)
    if found is None:
        raise NotFound("Nobody else signs this offer.")
    return found
