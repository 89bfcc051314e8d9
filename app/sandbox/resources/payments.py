"""Payment intents and charges: money from a payer to the platform, at once or later, or not at all."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import refused
from app.sandbox.listing import offer_list, offer_retrieve, offer_update
from app.sandbox.money import processing_fee
from app.sandbox.resources.balance import book
from app.sandbox.store import Body, Transaction, new_token
from app.sandbox.webhooks import emit
from app.sandbox.wire import list_page

routes = Routes()

INTENTS = "/v1/payment_intents"
CHARGES = "/v1/charges"

offer_list(routes, INTENTS, "payment_intent", filters="customer")
offer_retrieve(routes, INTENTS, "payment_intent", what="payment_intent")
offer_update(routes, INTENTS, "payment_intent", what="payment_intent")
offer_list(routes, CHARGES, "charge", filters="customer payment_intent transfer_group", connected=True)
offer_retrieve(routes, CHARGES, "charge", what="charge", connected=True)
offer_update(routes, CHARGES, "charge", what="charge", fields="metadata description transfer_group")

METHODS: dict[str, Body] = {
    "card": {"brand": "visa", "country": "US", "funding": "credit", "last4": "4242"},
    "us_bank_account": {"bank_name": "SANDBOX BANK", "last4": "6789"},
    "customer_balance": {},
}
"""How a payer pays, with the details a charge shows."""


@routes.unfold("charge", "refunds")
def refunds_of(tx: Transaction, charge: Body) -> Body:
    return list_page(f"{CHARGES}/{charge['id']}/refunds", tx.select("refund", charge=charge["id"])[::-1])


def open_intent(
    tx: Transaction,
    *,
    amount: int,
    currency: str,
    method: str = "card",
    customer: str | None = None,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    transfer_group: str | None = None,
) -> Body:
    """Return a new intent that nobody has paid yet."""
    intent = tx.insert(
        "pi",
        {
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "automatic_payment_methods": {"enabled": True},
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic_async",
            "client_secret": f"pi_{new_token(20)}_secret_{new_token(20)}",
            "confirmation_method": "automatic",
            "currency": currency,
            "customer": customer,
            "description": description,
            "last_payment_error": None,
            "latest_charge": None,
            "metadata": metadata or {},
            "payment_method": None,
            "payment_method_types": [method],
            "status": "requires_action" if method == "customer_balance" else "requires_payment_method",
            "transfer_group": transfer_group,
        },
    )
    emit(tx, "payment_intent.created", intent)
    return intent


def _new_charge(tx: Transaction, intent: Body, *, method: str, status: str) -> Body:
    charge = tx.insert(
        "py" if method == "customer_balance" else "ch",
        {
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": intent["amount"] if status == "succeeded" else 0,
            "amount_refunded": 0,
            "balance_transaction": None,
            "billing_details": {"email": None, "name": None},
            "captured": status != "failed",
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "disputed": False,
            "failure_code": None,
            "failure_message": None,
            "metadata": dict(intent["metadata"]),
            "paid": status == "succeeded",
            "payment_intent": intent["id"],
            "payment_method": f"pm_{new_token()}",
            "payment_method_details": {"type": method, method: METHODS[method]},
            "receipt_url": None,
            "refunded": False,
            "source_transfer": None,
            "status": status,
            "transfer_group": intent["transfer_group"],
        },
    )
    intent["latest_charge"] = charge["id"]
    return charge


def pay(tx: Transaction, intent: Body, *, method: str = "card") -> Body:
    """The payer's money is there: one succeeded charge, one balance transaction. Return the charge."""
    charge = _new_charge(tx, intent, method=method, status="succeeded")
    _receive(tx, intent, charge)
    return charge


def pay_later(tx: Transaction, intent: Body) -> Body:
    """The payer has ordered a bank debit that takes time. Return the pending charge."""
    charge = _new_charge(tx, intent, method="us_bank_account", status="pending")
    intent["status"] = "processing"
    intent["payment_method"] = charge["payment_method"]
    tx.save(intent)
    emit(tx, "payment_intent.processing", intent)
    emit(tx, "charge.pending", charge)
    return charge


def _receive(tx: Transaction, intent: Body, charge: Body) -> None:
    txn = book(
        tx,
        "charge" if charge["id"].startswith("ch_") else "payment",
        amount=charge["amount"],
        fee=processing_fee(charge["amount"]),
        currency=charge["currency"],
        source=charge["id"],
        available_on=tx.now + tx.waits.available,
        description=charge["description"],
    )
    charge |= {
        "balance_transaction": txn["id"],
        "amount_captured": charge["amount"],
        "paid": True,
        "captured": True,
        "status": "succeeded",
    }
    intent |= {
        "status": "succeeded",
        "amount_received": charge["amount"],
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "last_payment_error": None,
    }
    tx.save(charge)
    tx.save(intent)
    emit(tx, "charge.succeeded", charge)
    emit(tx, "payment_intent.succeeded", intent)


def settle_later_payment(tx: Transaction, intent: Body, *, succeeded: bool) -> None:
    """The bank debit has come through, or come back."""
    charge = tx.get(intent["latest_charge"])
    if succeeded:
        _receive(tx, intent, charge)
    else:
        _fail(tx, intent, charge, code="debit_not_authorized", message="The payer's bank returned the debit.")


def decline(tx: Transaction, intent: Body) -> None:
    """The card was declined; the intent may be paid in another way."""
    charge = _new_charge(tx, intent, method="card", status="failed")
    _fail(tx, intent, charge, code="card_declined", message="Your card was declined.")


def _fail(tx: Transaction, intent: Body, charge: Body, *, code: str, message: str) -> None:
    charge |= {"status": "failed", "failure_code": code, "failure_message": message, "captured": False}
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "last_payment_error": {"type": "card_error", "code": code, "message": message, "charge": charge["id"]},
    }
    tx.save(charge)
    tx.save(intent)
    emit(tx, "charge.failed", charge)
    emit(tx, "payment_intent.payment_failed", intent)


@routes.post(f"{INTENTS}/<id>/cancel", "cancellation_reason")
def cancel(call: Call) -> Body:
    intent = call.tx.find("payment_intent", call.ids["id"], what="payment_intent")
    reason = call.params.choice(
        "cancellation_reason",
        "duplicate fraudulent requested_by_customer abandoned",
        default="requested_by_customer",
    )
    if call.tx.select("checkout.session", payment_intent=intent["id"], status="open"):
        raise refused(
            "You cannot cancel this PaymentIntent: it was created by an open Checkout Session. Expire the session.",
            code="payment_intent_unexpected_state",
        )
    cancel_intent(call.tx, intent, reason=reason)
    return intent


def cancel_intent(tx: Transaction, intent: Body, *, reason: str) -> None:
    if intent["status"] not in ("requires_payment_method", "requires_action"):
        raise refused(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    intent |= {"status": "canceled", "canceled_at": tx.now, "cancellation_reason": reason}
    tx.save(intent)
    emit(tx, "payment_intent.canceled", intent)
