"""Pages for people: where the money is, and stand-ins for the provider's hosted pages."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.sandbox.errors import StripeError, missing
from app.sandbox.money import MAXIMUM_AMOUNT, written
from app.sandbox.overview import overview
from app.sandbox.resources import accounts, checkout, customers, invoices
from app.sandbox.store import Body, Store, Transaction
from app.sandbox.webhooks import emit_thin

PAY_ACTIONS = ("pay", "decline", "later", "abandon")
ONBOARDING_ACTIONS = {"complete": "active", "pending": "pending", "leave": None}

SELF = "'self'"

Page = Callable[..., AnyResponse]


def create_blueprint(store: Store) -> Blueprint:
    blueprint = Blueprint("pages", __name__)
    blueprint.add_app_template_filter(written)
    blueprint.add_app_template_filter(clock, "clock")
    blueprint.register_error_handler(StripeError, lambda error: message(error.message, status=error.status))

    def offer(method: str, rule: str, show: Page) -> None:
        def view(**ids: str) -> AnyResponse:
            with store.transaction(quiet=method == "GET") as tx:
                return show(tx, **ids)

        blueprint.add_url_rule(rule, endpoint=show.__name__, view_func=view, methods=[method])

    offer("GET", "/", index)
    offer("GET", "/pay/<session_id>", pay_page)
    offer("POST", "/pay/<session_id>", pay)
    offer("GET", "/onboarding/<link_id>-<token>", onboarding_page)
    offer("POST", "/onboarding/<link_id>-<token>", onboard)
    offer("GET", "/invoice/<invoice_id>", invoice_page)
    offer("POST", "/invoice/<invoice_id>", transfer_to_invoice)
    return blueprint


def index(tx: Transaction) -> Response:
    return page("index.html", **overview(tx))


def pay_page(tx: Transaction, session_id: str) -> Response:
    return show_session(tx, tx.find("checkout.session", session_id))


def pay(tx: Transaction, session_id: str) -> AnyResponse:
    action = request.form.get("action", "")
    session = tx.find("checkout.session", session_id)
    if action not in PAY_ACTIONS:
        return message("That is not one of the buttons.", status=400)
    if action == "abandon":
        return leave(session["cancel_url"] or session["success_url"], session_id)
    if session["status"] == "open":
        checkout.submit(tx, session, action)
        if action == "decline":
            return show_session(tx, session, notice="The card was declined. Nothing was paid.")
    if session["status"] == "complete":
        return leave(session["success_url"], session_id)
    return message("This payment page has expired. Nothing was paid.", status=410)


def show_session(tx: Transaction, session: Body, *, notice: str = "") -> Response:
    return page(
        "pay.html",
        leaves_to=(session["success_url"], session["cancel_url"]),
        session=session,
        lines=checkout.detail_of(tx, session)["lines"],
        notice=notice,
        success_url=session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]),
    )


def leave(url: str, session_id: str) -> AnyResponse:
    return redirect(url.replace("{CHECKOUT_SESSION_ID}", session_id), 303)


def onboarding_page(tx: Transaction, link_id: str, token: str) -> AnyResponse:
    """A link opens once. Whoever comes again, or too late, is sent to fetch a new one."""
    link = find_link(tx, link_id, token)
    if link["visit"] or link["expires_on"] <= tx.now:
        return redirect(link["refresh_url"], 303)
    link["visit"] = secrets.token_urlsafe(24)
    tx.save(link)
    return page(
        "onboarding.html",
        leaves_to=(link["return_url"], link["refresh_url"]),
        link=link,
        account=tx.get(link["account"]),
    )


def onboard(tx: Transaction, link_id: str, token: str) -> AnyResponse:
    action = request.form.get("action", "")
    link = find_link(tx, link_id, token)
    visited = secrets.compare_digest(request.form.get("visit", "").encode(), (link["visit"] or "-").encode())
    if not visited or link["finished"]:
        return redirect(link["refresh_url"], 303)
    if action not in ONBOARDING_ACTIONS:
        return message("That is not one of the buttons.", status=400)
    link["finished"] = True
    tx.save(link)
    status = ONBOARDING_ACTIONS[action]
    if status:
        accounts.set_status(tx, tx.get(link["account"]), status)
    emit_thin(tx, "v2.core.account_link.returned", link["account"])
    if link["return_url"]:
        return redirect(link["return_url"], 303)
    return message("Thank you. You may close this page.")


def find_link(tx: Transaction, link_id: str, token: str) -> Body:
    link = tx.find("sandbox.account_link", link_id, what="account link")
    if not secrets.compare_digest(link["token"].encode(), token.encode()):
        raise missing("account link", link_id)
    return link


def invoice_page(tx: Transaction, invoice_id: str) -> Response:
    return show_invoice(tx, invoices.find_public(tx, invoice_id))


def transfer_to_invoice(tx: Transaction, invoice_id: str) -> Response:
    invoice = invoices.find_public(tx, invoice_id)
    given = request.form.get("amount", "")
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:9]) <= MAXIMUM_AMOUNT:
        return message("The amount must be a whole number of minor units.", status=400)
    invoices.receive_bank_transfer(tx, tx.get(invoice["customer"]), amount=int(given), currency=invoice["currency"])
    return show_invoice(tx, tx.get(invoice_id))


def show_invoice(tx: Transaction, invoice: Body) -> Response:
    customer = tx.get(invoice["customer"])
    return page(
        "invoice.html",
        invoice=invoice,
        customer=customer,
        waiting=customers.cash(tx, customer["id"]).get(invoice["currency"], 0),
        account=customers.bank_account(customer, invoice["currency"]),
    )


def clock(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def message(text: str, *, status: int = 200) -> Response:
    response = page("message.html", text=text)
    response.status_code = status
    return response


def page(template: str, *, leaves_to: tuple[str | None, ...] = (), **values: Any) -> Response:
    """Render a page that loads nothing from elsewhere; its forms may only lead on to the origins of `leaves_to`.

    Browsers hold `form-action` against redirects as well, so the shop's own address must be named.
    """
    origins = {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in leaves_to if url}
    response = make_response(render_template(template, **values))
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action {' '.join(sorted(origins | {SELF}))}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
