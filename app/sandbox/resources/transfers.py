"""Transfers from the platform to connected accounts, and their reversals."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import malformed, refused
from app.sandbox.listing import PAGING, listed, offer_list, offer_retrieve, offer_update
from app.sandbox.money import written
from app.sandbox.resources.accounts import require_recipient
from app.sandbox.resources.balance import available, book, held
from app.sandbox.resources.disputes import withheld
from app.sandbox.store import Body, Transaction
from app.sandbox.webhooks import emit
from app.sandbox.wire import list_page

routes = Routes()

TRANSFERS = "/v1/transfers"
REVERSALS = f"{TRANSFERS}/<id>/reversals"

offer_list(routes, TRANSFERS, "transfer", filters="destination transfer_group source_transaction")
offer_retrieve(routes, TRANSFERS, "transfer", what="transfer")
offer_update(routes, TRANSFERS, "transfer", what="transfer")


@routes.post(
    TRANSFERS, "amount currency destination description metadata source_transaction source_type transfer_group"
)
def create(call: Call) -> Body:
    tx, params = call.tx, call.params
    currency = params.currency()
    destination, named = params.text("destination"), params.optional("source_transaction")
    amount = params.amount(currency)
    group, metadata = params.optional("transfer_group"), params.metadata()
    description = params.optional("description")
    account = require_recipient(tx, destination, param="destination")
    charge = tx.find("charge", named, what="charge", param="source_transaction") if named else None
    available_on = tx.now
    if charge:
        _covered_by(tx, charge, amount, currency)
        available_on = tx.get(charge["balance_transaction"])["available_on"]
        group = _join_group(tx, charge, group)
    elif available(tx, currency) < amount:
        raise refused(
            "You have insufficient available funds in your Stripe account. Try adding funds directly to your "
            f"available balance: {written(max(0, available(tx, currency)), currency)} is available.",
            code="balance_insufficient",
        )
    transfer = tx.insert(
        "tr",
        {
            "object": "transfer",
            "amount": amount,
            "amount_reversed": 0,
            "balance_transaction": None,
            "currency": currency,
            "description": description,
            "destination": account["id"],
            "destination_payment": None,
            "metadata": metadata,
            "reversals": None,
            "reversed": False,
            "source_transaction": named,
            "source_type": "card",
            "transfer_group": group,
        },
    )
    sent = book(tx, "transfer", amount=-amount, currency=currency, source=transfer["id"], available_on=available_on)
    payment = _arrive(tx, transfer, available_on=available_on)
    transfer |= {
        "balance_transaction": sent["id"],
        "destination_payment": payment["id"],
        "reversals": list_page(f"{TRANSFERS}/{transfer['id']}/reversals", []),
    }
    tx.save(transfer)
    emit(tx, "transfer.created", transfer)
    return transfer


def _covered_by(tx: Transaction, charge: Body, amount: int, currency: str) -> None:
    """Refuse a transfer that takes more from a charge than it still holds."""
    if charge["currency"] != currency:
        raise refused(
            f"The currency of source_transaction's balance transaction ({charge['currency']}) must be the same as "
            f"the transfer currency ({currency})",
            param="currency",
        )
    if charge["status"] != "succeeded" or withheld(tx, charge):
        raise refused(
            "The source_transaction must be a charge that has succeeded and is not disputed.",
            param="source_transaction",
        )
    taken = sum(
        transfer["amount"] - transfer["amount_reversed"]
        for transfer in tx.select("transfer", source_transaction=charge["id"])
    )
    left = charge["amount"] - charge["amount_refunded"] - taken
    if amount > left:
        raise refused(
            f"The transfer amount ({written(amount, currency)}) is greater than what is left of the charge "
            f"({written(left, currency)}).",
            code="transfer_source_balance_insufficient",
            param="amount",
        )


def _join_group(tx: Transaction, charge: Body, group: str | None) -> str:
    """A charge and the transfers from it share one transfer group."""
    known = charge["transfer_group"]
    if known and group and known != group:
        raise malformed(
            f"transfer_group must be '{known}', as on the source_transaction, or be left out.", "transfer_group"
        )
    joined = str(known or group or f"group_{charge['payment_intent']}")
    if known != joined:
        charge["transfer_group"] = joined
        tx.save(charge)
    return joined


def _arrive(tx: Transaction, transfer: Body, *, available_on: int) -> Body:
    """Return the payment that the transfer is on the connected account."""
    account = transfer["destination"]
    payment = tx.insert(
        "py",
        {
            "object": "charge",
            "amount": transfer["amount"],
            "amount_captured": transfer["amount"],
            "amount_refunded": 0,
            "balance_transaction": None,
            "captured": True,
            "currency": transfer["currency"],
            "customer": None,
            "description": transfer["description"],
            "disputed": False,
            "metadata": {},
            "paid": True,
            "payment_intent": None,
            "refunded": False,
            "source_transfer": transfer["id"],
            "status": "succeeded",
            "transfer_group": transfer["transfer_group"],
        },
        account=account,
    )
    received = book(
        tx,
        "payment",
        amount=transfer["amount"],
        currency=transfer["currency"],
        source=payment["id"],
        account=account,
        available_on=available_on,
        category="charge",
    )
    payment["balance_transaction"] = received["id"]
    tx.save(payment)
    return payment


@routes.get(REVERSALS, PAGING)
def list_reversals(call: Call) -> Body:
    transfer = call.tx.find("transfer", call.ids["id"], what="transfer")
    url = f"{TRANSFERS}/{transfer['id']}/reversals"
    return listed(call, "transfer_reversal", url=url, account="", transfer=transfer["id"])


@routes.get(f"{REVERSALS}/<reversal>")
def retrieve_reversal(call: Call) -> Body:
    return call.tx.find("transfer_reversal", call.ids["reversal"], what="transfer reversal")


@routes.post(REVERSALS, "amount description metadata refund_application_fee")
def reverse(call: Call) -> Body:
    """Take money back from the connected account, if it is still there."""
    tx, params = call.tx, call.params
    transfer = tx.find("transfer", call.ids["id"], what="transfer")
    currency, account = transfer["currency"], transfer["destination"]
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = params.amount(currency, default=max(left, 1))
    if left == 0:
        raise refused(f"Transfer {transfer['id']} is already fully reversed.", code="transfer_already_reversed")
    if amount > left:
        raise refused(
            f"Transfer reversal amount ({written(amount, currency)}) is greater than unreversed amount on transfer "
            f"({written(left, currency)})",
            param="amount",
        )
    if held(tx, currency, account=account) < amount:
        raise refused(
            "The connected account does not have enough money to reverse this transfer: "
            f"{written(max(0, held(tx, currency, account=account)), currency)} of {written(amount, currency)}.",
            code="balance_insufficient",
        )
    reversal = tx.insert(
        "trr",
        {
            "object": "transfer_reversal",
            "amount": amount,
            "balance_transaction": None,
            "currency": currency,
            "destination_payment_refund": None,
            "metadata": params.metadata(),
            "source_refund": None,
            "transfer": transfer["id"],
        },
    )
    available_on = tx.get(transfer["balance_transaction"])["available_on"]
    _book_reversal(tx, transfer, reversal, available_on=max(tx.now, available_on))
    emit(tx, "transfer.reversed", transfer)
    return reversal


def _book_reversal(tx: Transaction, transfer: Body, reversal: Body, *, available_on: int) -> None:
    payment = tx.get(transfer["destination_payment"])
    book(
        tx,
        "payment_refund",
        amount=-reversal["amount"],
        currency=reversal["currency"],
        source=payment["id"],
        account=transfer["destination"],
        available_on=available_on,
    )
    back = book(
        tx,
        "transfer_refund",
        amount=reversal["amount"],
        currency=reversal["currency"],
        source=reversal["id"],
        available_on=available_on,
    )
    reversal["balance_transaction"] = back["id"]
    payment["amount_refunded"] += reversal["amount"]
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    transfer["amount_reversed"] += reversal["amount"]
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    for body in (payment, reversal, transfer):
        tx.save(body)
