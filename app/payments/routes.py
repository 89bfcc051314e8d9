"""Charges to pay, accounts to be paid on, and the door for Stripe's webhooks."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.clock import machine_now
from app.infrastructure.http.api import Empty, api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.paging import PageArgs, page_schema
from app.payments import inbox, queries, schemas, service
from app.payments.stripe_gateway import read_webhook

LARGEST_WEBHOOK_BYTES = 1_000_000

charges = api_blueprint("charges", "/v1/charges", "Amounts to pay, and the pages to pay them on")
connected_accounts = api_blueprint("connected-accounts", "/v1/parties", "Where a party is paid")
webhooks = Blueprint("payment-webhooks", __name__)


@charges.route("")
class Charges(MethodView):
    @charges.arguments(PageArgs, location="query")
    @charges.response(200, page_schema(schemas.ChargeOut))
    def get(self, page: dict[str, Any]) -> Any:
        """List what you have to pay or have paid, newest first"""
        found = queries.charges_page(session(), actor(), cursor=page.get("cursor"), limit=page["limit"])
        return found, found.headers


@charges.route("/<charge_id>")
class OneCharge(MethodView):
    @charges.response(200, schemas.ChargeOut)
    def get(self, charge_id: str) -> Any:
        """Return a charge and, while it can be paid, the address of its payment page"""
        return queries.own_charge(session(), actor(), charge_id)


@charges.route("/<charge_id>/checkout", methods=["POST"])
@charges.arguments(Empty)
@charges.response(202, schemas.ChargeOut)
def renew_checkout(_: dict[str, Any], charge_id: str) -> Any:
    """Ask for a page to pay on

    It is the one there is, or a fresh one if that has expired or failed. A fresh one is made within seconds:
    read the charge again until `checkout_url` is there.
    """
    return service.renew_checkout(session=session(), actor=actor(), at=now(), charge_id=charge_id)


@connected_accounts.route("/<party_id>/connected-account")
class PartyAccount(MethodView):
    @connected_accounts.response(200, schemas.ConnectedAccountOut)
    def get(self, party_id: str) -> Any:
        """Return whether the party can be paid, and the onboarding link last asked for"""
        return queries.own_connected_account(session(), actor(), party_id)

    @connected_accounts.arguments(schemas.ConnectedAccountIn)
    @connected_accounts.response(202, schemas.ConnectedAccountOut)
    def post(self, body: dict[str, Any], party_id: str) -> Any:
        """Open the account on which the party is paid, or ask for a fresh onboarding link

        The link is made within seconds: read the account again until `onboarding_url` is there.
        """
        return service.open_connected_account(
            session=session(), actor=actor(), at=now(), party_id=party_id, return_path=body["return_path"]
        )


@webhooks.post("/webhooks/stripe")
def receive() -> Response:
    """Store an event of Stripe once it proves to be one; it is applied later."""
    request.max_content_length = LARGEST_WEBHOOK_BYTES
    notice = read_webhook(
        raw=request.get_data(cache=False),
        signature=request.headers.get("Stripe-Signature", ""),
        secrets=services().settings.stripe_webhook_secrets,
        present=machine_now(),
    )
    return jsonify(is_new=inbox.receive(session=session(), notice=notice))
