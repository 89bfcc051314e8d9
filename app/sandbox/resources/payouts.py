"""Payouts: money leaves a balance for a bank account. Nothing is paid out by itself."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import refused
from app.sandbox.listing import offer_list, offer_retrieve
from app.sandbox.money import written
from app.sandbox.resources.balance import available, book
from app.sandbox.store import PLATFORM, Body, Transaction, new_token
from app.sandbox.webhooks import emit

routes = Routes()

PAYOUTS = "/v1/payouts"

offer_list(routes, PAYOUTS, "payout", filters="status", connected=True)
offer_retrieve(routes, PAYOUTS, "payout", what="payout", connected=True)


@routes.post(PAYOUTS, "amount currency description metadata method statement_descriptor", connected=True)
def create(call: Call) -> Body:
    tx, params, account = call.tx, call.params, call.account
    currency = params.currency()
    amount = params.amount(currency)
    params.choice("method", "standard", default="standard")
    if available(tx, currency, account=account) < amount:
        raise refused(
            "You have insufficient funds in your Stripe account for this transfer: "
            f"{written(max(0, available(tx, currency, account=account)), currency)} is available.",
            code="balance_insufficient",
        )
    payout = tx.insert(
        "po",
        {
            "object": "payout",
            "amount": amount,
            "arrival_date": tx.now + tx.waits.payout,
            "automatic": False,
            "balance_transaction": None,
            "currency": currency,
            "description": params.optional("description"),
            "destination": f"ba_{new_token()}",
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "metadata": params.metadata(),
            "method": "standard",
            "reconciliation_status": "not_applicable",
            "source_type": "card",
            "statement_descriptor": params.optional("statement_descriptor"),
            "status": "pending",
            "type": "bank_account",
        },
        account=account,
    )
    txn = book(tx, "payout", amount=-amount, currency=currency, source=payout["id"], account=account)
    payout["balance_transaction"] = txn["id"]
    tx.save(payout)
    tx.set_timer("pay_payout", payout["id"], due=payout["arrival_date"])
    emit(tx, "payout.created", payout, account=account)
    return payout


@routes.post(f"{PAYOUTS}/<id>/cancel", connected=True)
def cancel(call: Call) -> Body:
    payout = call.tx.find("payout", call.ids["id"], account=call.account, what="payout")
    if payout["status"] != "pending":
        raise refused(f"Payouts can only be canceled while pending; this one is {payout['status']}.")
    _return(call.tx, payout, "canceled", kind="payout_cancel", account=call.account)
    return payout


def account_of(tx: Transaction, payout: Body) -> str:
    row = tx.execute("SELECT account FROM objects WHERE id = ?", payout["id"]).fetchone()
    return str(row["account"])


def arrive(tx: Transaction, payout: Body) -> None:
    """The bank account has the money; a payout that was canceled or failed before stays so."""
    if payout["status"] != "pending":
        return
    payout["status"] = "paid"
    tx.save(payout)
    emit(tx, "payout.paid", payout, account=account_of(tx, payout))


def fail(tx: Transaction, payout: Body, *, code: str) -> None:
    """The bank sends the money back, which may happen even after it was paid."""
    if payout["status"] not in ("pending", "paid"):
        return
    payout |= {"failure_code": code, "failure_message": "The bank account could not be credited."}
    _return(tx, payout, "failed", kind="payout_failure", account=account_of(tx, payout))


def _return(tx: Transaction, payout: Body, status: str, *, kind: str, account: str = PLATFORM) -> None:
    txn = book(tx, kind, amount=payout["amount"], currency=payout["currency"], source=payout["id"], account=account)
    payout |= {"status": status, "failure_balance_transaction": txn["id"]}
    tx.save(payout)
    emit(tx, f"payout.{status}", payout, account=account)
