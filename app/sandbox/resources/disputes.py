"""Disputes: the payer's bank takes the money back at once, with a fee, and gives it back if the platform wins."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import refused
from app.sandbox.listing import offer_list, offer_retrieve
from app.sandbox.money import DISPUTE_FEE, written
from app.sandbox.resources.balance import book
from app.sandbox.store import Body, Transaction
from app.sandbox.webhooks import emit

routes = Routes()

DISPUTES = "/v1/disputes"
DAYS_TO_ANSWER = 7
CLOSED = ("won", "lost")

offer_list(routes, DISPUTES, "dispute", filters="charge payment_intent")
offer_retrieve(routes, DISPUTES, "dispute", what="dispute")


def open_dispute(tx: Transaction, charge: Body, *, amount: int, reason: str) -> Body:
    """Take `amount` and the dispute fee from the platform, whether or not it has the money."""
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise refused("Only a charge that succeeded and is not disputed yet can be disputed.", param="charge")
    if amount > charge["amount"] - charge["amount_refunded"]:
        raise refused(f"Only what was not refunded can be disputed, not {written(amount, charge['currency'])}.")
    dispute = tx.insert(
        "du",
        {
            "object": "dispute",
            "amount": amount,
            "balance_transactions": [],
            "charge": charge["id"],
            "currency": charge["currency"],
            "enhanced_eligibility_types": [],
            "evidence": {},
            "evidence_details": {
                "due_by": tx.now + DAYS_TO_ANSWER * 86_400,
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
            },
            "is_charge_refundable": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "reason": reason,
            "status": "needs_response",
        },
    )
    charge["disputed"] = True
    tx.save(charge)
    emit(tx, "charge.dispute.created", dispute)
    _move(tx, dispute, amount=-amount, fee=DISPUTE_FEE, category="dispute")
    emit(tx, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def _move(tx: Transaction, dispute: Body, *, amount: int, fee: int, category: str) -> None:
    txn = book(
        tx,
        "adjustment",
        amount=amount,
        fee=fee,
        currency=dispute["currency"],
        source=dispute["id"],
        category=category,
        description=f"Chargeback for {dispute['charge']}",
    )
    dispute["balance_transactions"].append(txn)
    tx.save(dispute)


@routes.post(f"{DISPUTES}/<id>", "evidence metadata submit")
def update(call: Call) -> Body:
    """Keep evidence; `submit` sends it to the bank, which then decides through the control API."""
    dispute = call.tx.find("dispute", call.ids["id"], what="dispute")
    dispute["metadata"] = call.params.metadata(dispute["metadata"])
    if call.params.has("evidence"):
        _require_open(dispute)
        fields = (
            "access_activity_log customer_communication customer_name product_description service_documentation"
        )
        evidence = call.params.group("evidence", accepts=f"{fields} service_date uncategorized_text")
        dispute["evidence"] |= {
            name: evidence.text(name)
            for name in f"{fields} service_date uncategorized_text".split()
            if evidence.has(name)
        }
        dispute["evidence_details"]["has_evidence"] = bool(dispute["evidence"])
        if call.params.boolean("submit", default=True):
            dispute["status"] = "under_review"
            dispute["evidence_details"]["submission_count"] += 1
    call.tx.save(dispute)
    emit(call.tx, "charge.dispute.updated", dispute)
    return dispute


@routes.post(f"{DISPUTES}/<id>/close")
def close(call: Call) -> Body:
    """Accept the dispute as lost."""
    dispute = call.tx.find("dispute", call.ids["id"], what="dispute")
    decide(call.tx, dispute, "lost")
    return dispute


def decide(tx: Transaction, dispute: Body, outcome: str) -> None:
    """The bank has decided: `won` gives amount and fee back, `lost` leaves them gone."""
    _require_open(dispute)
    dispute["status"] = outcome
    tx.save(dispute)
    if outcome == "won":
        _move(tx, dispute, amount=dispute["amount"], fee=-DISPUTE_FEE, category="dispute_reversal")
        emit(tx, "charge.dispute.funds_reinstated", dispute)
    emit(tx, "charge.dispute.closed", dispute)


def withheld(tx: Transaction, charge: Body) -> bool:
    """Whether the payer's bank holds money of this charge.

    `charge.disputed` cannot say so: it stays true after a dispute is won.
    """
    return charge["disputed"] and any(
        dispute["status"] != "won" for dispute in tx.select("dispute", charge=charge["id"])
    )


def _require_open(dispute: Body) -> None:
    if dispute["status"] in CLOSED:
        raise refused("This dispute is already closed.")
