"""`/_control/...`: how a test or a demo makes the sandbox misbehave, moves its clock and plays the bank."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox.dispatch import refusal, respond
from app.sandbox.errors import StripeError, malformed
from app.sandbox.misbehavior import CALL_FAULTS, EVENT_FAULTS, CallFault, EventFault, Misbehavior
from app.sandbox.resources import accounts, checkout, disputes, payouts
from app.sandbox.resources.balance import balances
from app.sandbox.store import PLATFORM, Body, Origin, Store, Transaction
from app.sandbox.timers import settle
from app.sandbox.webhooks import Target, resend, set_target
from app.sandbox.wire import Params, decode_json

LONGEST_ADVANCE = 10 * 366 * 86_400

Action = Callable[[Transaction, Params, dict[str, str]], Body]


def create_blueprint(store: Store, misbehavior: Misbehavior) -> Blueprint:
    """Return the control API. It asks for no key: it is bound to loopback and takes JSON only."""
    blueprint = Blueprint("control", __name__, url_prefix="/_control")

    def offer(method: str, rule: str, accepts: str, action: Action) -> None:
        def view(**ids: str) -> Response:
            with store.transaction() as tx:
                return jsonify(action(tx, Params(read(), accepts=accepts), ids))

        blueprint.add_url_rule(rule, endpoint=f"{method} {action.__name__}", view_func=view, methods=[method])

    @blueprint.errorhandler(StripeError)
    def refuse(error: StripeError) -> Response:
        return respond(refusal(error), Origin("req_control", None))

    @blueprint.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @blueprint.delete("/misbehave")
    def behave() -> Body:
        misbehavior.clear()
        return {"status": "ok"}

    @blueprint.post("/misbehave", defaults={"read_fault": read_call_fault})
    @blueprint.post("/webhooks/misbehave", defaults={"read_fault": read_event_fault})
    def misbehave(read_fault: Callable[[], CallFault | EventFault]) -> Body:
        fault = read_fault()
        misbehavior.add(fault)
        return {"answer": fault.answer, "next": fault.left}

    offer("GET", "/webhooks", "", list_deliveries)
    offer("POST", "/webhooks/resend", "event", resend_webhooks)
    offer("POST", "/webhooks/target", "url secret thin", change_target)
    offer("POST", "/advance", "seconds", advance)
    offer("POST", "/accounts/<id>", "status", change_account)
    offer("POST", "/disputes", "charge amount reason", open_dispute)
    offer("POST", "/disputes/<id>", "outcome", close_dispute)
    offer("POST", "/payouts/<id>", "outcome failure_code", end_payout)
    offer("POST", "/payment_intents/<id>", "outcome", settle_payment)
    offer("GET", "/books", "", books)
    return blueprint


def read_call_fault() -> CallFault:
    params = Params(read(), accepts="answer next method path ms")
    return CallFault(
        answer=params.choice("answer", CALL_FAULTS),
        left=params.integer("next", default=1, least=1),
        method=params.optional("method") or "",
        path=params.optional("path") or "",
        ms=params.integer("ms", default=1_000),
    )


def read_event_fault() -> EventFault:
    params = Params(read(), accepts="answer next types ms")
    return EventFault(
        answer=params.choice("answer", EVENT_FAULTS),
        left=params.integer("next", default=1, least=1),
        types=params.texts("types"),
        ms=params.integer("ms", default=0),
    )


def read() -> Body:
    """Return the JSON body. A form is refused, so that no web page elsewhere can post here."""
    if request.method == "POST" and not request.is_json:
        raise malformed("The control API takes JSON.", None)
    return decode_json(request.get_data())


def list_deliveries(tx: Transaction, _params: Params, _ids: dict[str, str]) -> Body:
    rows = tx.execute(
        "SELECT deliveries.*, json_extract(objects.body, '$.type') AS type FROM deliveries"
        " JOIN objects ON objects.id = deliveries.event ORDER BY deliveries.id"
    )
    return {"deliveries": [dict(row) for row in rows]}


def resend_webhooks(tx: Transaction, params: Params, _ids: dict[str, str]) -> Body:
    event = params.optional("event")
    if event and tx.load(event) is None:
        raise malformed(f"No such event: '{event}'", "event")
    return {"deliveries": resend(tx, event)}


def change_target(tx: Transaction, params: Params, _ids: dict[str, str]) -> Body:
    url = params.url("url")
    if url is None:
        raise malformed("Missing required param: url.", "url")
    set_target(tx, Target(url, params.text("secret")), thin=params.boolean("thin"))
    return {"url": url}


def advance(tx: Transaction, params: Params, _ids: dict[str, str]) -> Body:
    """Move the clock. What falls due in between happens before the answer comes."""
    seconds = params.integer("seconds", most=LONGEST_ADVANCE)
    ahead = float(tx.setting("clock_ahead") or 0) + seconds
    tx.set_setting("clock_ahead", str(ahead))
    tx.moment += seconds
    tx.now = int(tx.moment)
    settle(tx)
    return {"now": tx.now, "ahead": ahead}


def change_account(tx: Transaction, params: Params, ids: dict[str, str]) -> Body:
    account = tx.find("v2.core.account", ids["id"], what="account")
    accounts.set_status(tx, account, params.choice("status", accounts.STATUSES))
    return accounts.rendered(account, ["configuration.recipient", "requirements"])


def open_dispute(tx: Transaction, params: Params, _ids: dict[str, str]) -> Body:
    charge = tx.find("charge", params.text("charge"), what="charge", param="charge")
    amount = params.amount(charge["currency"], default=charge["amount"])
    return disputes.open_dispute(tx, charge, amount=amount, reason=params.optional("reason") or "fraudulent")


def close_dispute(tx: Transaction, params: Params, ids: dict[str, str]) -> Body:
    dispute = tx.find("dispute", ids["id"], what="dispute")
    disputes.decide(tx, dispute, params.choice("outcome", "won lost"))
    return dispute


def end_payout(tx: Transaction, params: Params, ids: dict[str, str]) -> Body:
    payout = tx.load(ids["id"]) or {}
    if payout.get("object") != "payout":
        raise malformed(f"No such payout: '{ids['id']}'", "id")
    if params.choice("outcome", "paid failed") == "paid":
        payouts.arrive(tx, payout)
    else:
        payouts.fail(tx, payout, code=params.optional("failure_code") or "could_not_process")
    return payout


def settle_payment(tx: Transaction, params: Params, ids: dict[str, str]) -> Body:
    intent = tx.find("payment_intent", ids["id"], what="payment_intent")
    checkout.settle(tx, intent, succeeded=params.choice("outcome", "succeeded failed") == "succeeded")
    return intent


def books(tx: Transaction, _params: Params, _ids: dict[str, str]) -> Body:
    """Return the whole book, so that a test can see that no money was made or lost."""
    found: dict[str, Any] = {}
    names = [PLATFORM, *(account["id"] for account in tx.select("v2.core.account"))]
    for name in names:
        for currency, (available, pending) in balances(tx, account=name).items():
            entry = found.setdefault(currency, {"held": {}, "flows": {}})
            entry["held"][name or "platform"] = {"available": available, "pending": pending}
    rows = tx.execute(
        "SELECT json_extract(body, '$.currency') AS currency, json_extract(body, '$.type') AS type,"
        " sum(json_extract(body, '$.amount')) AS amount, sum(json_extract(body, '$.fee')) AS fee"
        " FROM objects WHERE kind = 'balance_transaction' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for row in rows:
        found[row["currency"]]["flows"][row["type"]] = {"amount": row["amount"], "fee": row["fee"]}
    return {"currencies": found}
