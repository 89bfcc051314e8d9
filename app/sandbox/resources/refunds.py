"""Refunds to the payer. The fee is not given back, and transfers made from the charge are not touched."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import malformed, refused
from app.sandbox.listing import offer_list, offer_retrieve, offer_update
from app.sandbox.money import written
from app.sandbox.resources.balance import book, held
from app.sandbox.resources.disputes import withheld
from app.sandbox.store import Body, Transaction
from app.sandbox.webhooks import emit

routes = Routes()

REFUNDS = "/v1/refunds"

offer_list(routes, REFUNDS, "refund", filters="charge payment_intent")
offer_retrieve(routes, REFUNDS, "refund", what="refund")
offer_update(routes, REFUNDS, "refund", what="refund", fields="metadata")


@routes.post(
    REFUNDS, "charge payment_intent amount reason metadata currency reverse_transfer refund_application_fee"
)
def create(call: Call) -> Body:
    tx, params = call.tx, call.params
    if params.boolean("reverse_transfer") or params.boolean("refund_application_fee"):
        raise malformed(
            "The charge has no transfer or application fee of its own. Reverse its transfers one by one.",
            "reverse_transfer",
        )
    charge = _charge(call)
    currency = charge["currency"]
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.amount(currency, default=max(left, 1))
    reason = params.optional("reason") and params.choice("reason", "duplicate fraudulent requested_by_customer")
    if left == 0:
        raise refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if withheld(tx, charge):
        raise refused(f"Charge {charge['id']} is disputed and can no longer be refunded.", code="charge_disputed")
    if charge["status"] != "succeeded":
        raise refused(f"Charge {charge['id']} has not succeeded.", code="charge_not_refundable")
    if amount > left:
        raise refused(
            f"Refund amount ({written(amount, currency)}) is greater than unrefunded amount on charge "
            f"({written(left, currency)})",
            param="amount",
        )
    refund = tx.insert(
        "re" if charge["id"].startswith("ch_") else "pyr",
        {
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "currency": currency,
            "metadata": params.metadata(),
            "payment_intent": charge["payment_intent"],
            "pending_reason": "insufficient_funds",
            "reason": reason,
            "status": "pending",
        },
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    tx.save(charge)
    _pay_out(tx, refund)
    emit(tx, "refund.created", refund)
    emit(tx, "charge.refunded", charge)
    return refund


def _charge(call: Call) -> Body:
    tx, params = call.tx, call.params
    charge, intent = params.optional("charge"), params.optional("payment_intent")
    if (charge is None) == (intent is None):
        raise malformed("Name exactly one of charge and payment_intent.", "charge", "parameter_missing")
    if charge:
        return tx.find("charge", charge, what="charge", param="charge")
    found = tx.find("payment_intent", intent or "", what="payment_intent", param="payment_intent")
    if not found["latest_charge"]:
        raise refused(f"This PaymentIntent ({found['id']}) does not have a successful charge to refund.")
    return tx.get(found["latest_charge"])


def _pay_out(tx: Transaction, refund: Body) -> bool:
    """Send the money back if the platform holds enough; otherwise the refund goes on waiting."""
    if held(tx, refund["currency"]) < refund["amount"]:
        return False
    charge = tx.get(refund["charge"])
    txn = book(
        tx,
        "refund" if refund["id"].startswith("re_") else "payment_refund",
        amount=-refund["amount"],
        currency=refund["currency"],
        source=refund["id"],
        available_on=max(tx.now, tx.get(charge["balance_transaction"])["available_on"]),
    )
    refund |= {"status": "succeeded", "pending_reason": None, "balance_transaction": txn["id"]}
    tx.save(refund)
    return True


def retry_waiting(tx: Transaction) -> None:
    """Pay the refunds that waited for money, oldest first."""
    for refund in tx.select("refund", status="pending"):
        if _pay_out(tx, refund):
            emit(tx, "refund.updated", refund)
            emit(tx, "charge.refund.updated", refund)
