"""Checkout Sessions: one fixed amount, one hosted page, paid at most once."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import malformed, refused
from app.sandbox.listing import offer_list, offer_retrieve, offer_update
from app.sandbox.money import MAXIMUM_AMOUNT, minimum_charge
from app.sandbox.resources import payments
from app.sandbox.store import Body, Transaction, new_token
from app.sandbox.webhooks import emit
from app.sandbox.wire import Params, list_page

routes = Routes()

SESSIONS = "/v1/checkout/sessions"
LIFETIME = 86_400
SHORTEST_LIFETIME = 1_800
CREATE_FIELDS = (
    "mode line_items success_url cancel_url client_reference_id customer customer_email metadata "
    "payment_intent_data expires_at ui_mode submit_type locale currency allowed_payment_method_types "
    "excluded_payment_method_types customer_creation billing_address_collection payment_method_types"
)

offer_list(routes, SESSIONS, "checkout.session", filters="payment_intent customer status")
offer_retrieve(routes, SESSIONS, "checkout.session", what="checkout.session")
offer_update(routes, SESSIONS, "checkout.session", what="checkout.session", fields="metadata")


@routes.post(SESSIONS, CREATE_FIELDS)
def create(call: Call) -> Body:
    tx, params = call.tx, call.params
    if params.has("payment_method_types"):
        raise malformed(
            "The parameter payment_method_types has been removed. Payment methods are chosen dynamically; use "
            "allowed_payment_method_types or excluded_payment_method_types to narrow the choice.",
            "payment_method_types",
            "parameter_unknown",
        )
    params.choice("mode", "payment")
    params.choice("ui_mode", "hosted_page", default="hosted_page")
    success_url = params.url("success_url")
    if success_url is None:
        raise malformed("Missing required param: success_url.", "success_url", "parameter_missing")
    customer = params.optional("customer")
    if customer:
        tx.find("customer", customer, what="customer", param="customer")
    lines, currency, total = read_lines(params)
    expires_at = params.integer("expires_at", default=tx.now + LIFETIME)
    if not tx.now + SHORTEST_LIFETIME <= expires_at <= tx.now + LIFETIME:
        raise malformed("expires_at must be between 30 minutes and 24 hours from now.", "expires_at")
    session = tx.insert(
        "cs_test",
        {
            "object": "checkout.session",
            "amount_subtotal": total,
            "amount_total": total,
            "automatic_tax": {"enabled": False, "status": None},
            "cancel_url": params.url("cancel_url"),
            "client_reference_id": params.optional("client_reference_id", longest=200),
            "currency": currency,
            "customer": customer,
            "customer_details": None,
            "customer_email": params.optional("customer_email"),
            "expires_at": expires_at,
            "invoice": None,
            "metadata": params.metadata(),
            "mode": "payment",
            "payment_intent": None,
            "payment_method_types": ["card", "us_bank_account"],
            "payment_status": "unpaid",
            "status": "open",
            "success_url": success_url,
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            "ui_mode": "hosted_page",
            "url": None,
        },
    )
    session["url"] = f"{call.base_url}pay/{session['id']}"
    tx.save(session)
    tx.insert(
        "hid", {"object": "sandbox.session_detail", "source": session["id"], **intent_data(params), "lines": lines}
    )
    tx.set_timer("expire_session", session["id"], due=expires_at)
    return session


def read_lines(params: Params) -> tuple[list[Body], str, int]:
    """Return the line items, their one currency and their sum."""
    lines: list[Body] = []
    for item in params.groups("line_items", accepts="price_data quantity"):
        price = item.group("price_data", accepts="currency unit_amount product_data tax_behavior")
        product = price.group("product_data", accepts="name description metadata tax_code images")
        currency = price.currency()
        quantity = item.integer("quantity", default=1, least=1, most=999_999)
        unit_amount = price.amount(currency, "unit_amount", least=0)
        lines.append(
            {
                "id": f"li_{new_token()}",
                "object": "item",
                "amount_subtotal": unit_amount * quantity,
                "amount_total": unit_amount * quantity,
                "currency": currency,
                "description": product.text("name"),
                "price": {"currency": currency, "unit_amount": unit_amount, "type": "one_time"},
                "quantity": quantity,
            }
        )
    if not lines:
        raise malformed("Missing required param: line_items.", "line_items", "parameter_missing")
    currencies = {line["currency"] for line in lines}
    if len(currencies) > 1:
        raise malformed("All line items of a Checkout Session must have the same currency.", "line_items")
    total = sum(line["amount_total"] for line in lines)
    if total > MAXIMUM_AMOUNT:
        raise malformed(f"The total must be no more than {MAXIMUM_AMOUNT}.", "line_items", "amount_too_large")
    [currency] = currencies
    least = minimum_charge(currency)
    if total < least:
        raise malformed(f"The total must be at least {least}.", "line_items", "amount_too_small")
    return lines, currency, total


def intent_data(params: Params) -> Body:
    data = params.group(
        "payment_intent_data", accepts="description metadata transfer_group receipt_email capture_method"
    )
    data.choice("capture_method", "automatic automatic_async", default="automatic_async")
    return {
        "intent_description": data.optional("description"),
        "intent_metadata": data.metadata(),
        "transfer_group": data.optional("transfer_group"),
    }


def detail_of(tx: Transaction, session: Body) -> Body:
    """Return what Stripe keeps about a session and only shows when asked."""
    return tx.select("sandbox.session_detail", source=session["id"])[0]


@routes.unfold("checkout.session", "line_items")
def line_items(tx: Transaction, session: Body) -> Body:
    return list_page(f"{SESSIONS}/{session['id']}/line_items", detail_of(tx, session)["lines"])


@routes.get(f"{SESSIONS}/<id>/line_items", "limit")
def list_line_items(call: Call) -> Body:
    return line_items(call.tx, call.tx.find("checkout.session", call.ids["id"], what="checkout.session"))


@routes.post(f"{SESSIONS}/<id>/expire")
def expire(call: Call) -> Body:
    session = call.tx.find("checkout.session", call.ids["id"], what="checkout.session")
    if session["status"] != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
    expire_session(call.tx, session)
    return session


def expire_session(tx: Transaction, session: Body) -> None:
    """Close an open session; what was complete already stays so."""
    if session["status"] != "open":
        return
    session |= {"status": "expired", "url": None, "expires_at": min(session["expires_at"], tx.now)}
    tx.save(session)
    if session["payment_intent"]:
        payments.cancel_intent(tx, tx.get(session["payment_intent"]), reason="expired")
    emit(tx, "checkout.session.expired", session)


def submit(tx: Transaction, session: Body, action: str) -> None:
    """The payer pressed a button on the page of an open session: `pay`, `decline` or `later`."""
    intent = _intent(tx, session)
    if action == "decline":
        payments.decline(tx, intent)
        return
    if action == "pay":
        payments.pay(tx, intent)
    else:
        payments.pay_later(tx, intent)
        tx.set_timer("settle_payment", intent["id"], due=tx.now + tx.waits.async_payment)
    session |= {
        "status": "complete",
        "payment_status": "paid" if action == "pay" else "unpaid",
        "customer_details": {"email": session["customer_email"] or "payer@example.com", "name": "Sandbox Payer"},
        "url": None,
    }
    tx.save(session)
    emit(tx, "checkout.session.completed", session)


def _intent(tx: Transaction, session: Body) -> Body:
    if session["payment_intent"]:
        return tx.get(session["payment_intent"])
    detail = detail_of(tx, session)
    intent = payments.open_intent(
        tx,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        description=detail["intent_description"],
        metadata=detail["intent_metadata"],
        transfer_group=detail["transfer_group"],
    )
    session["payment_intent"] = intent["id"]
    tx.save(session)
    return intent


def settle(tx: Transaction, intent: Body, *, succeeded: bool) -> None:
    """The asynchronous payment behind a session has come through, or come back."""
    if intent["status"] != "processing":
        return
    payments.settle_later_payment(tx, intent, succeeded=succeeded)
    for session in tx.select("checkout.session", payment_intent=intent["id"]):
        if succeeded:
            session["payment_status"] = "paid"
            tx.save(session)
        emit(tx, f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session)
