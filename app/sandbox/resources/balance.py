"""Money held for the platform and for each connected account, as balance transactions that are only ever added."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.listing import offer_list, offer_retrieve
from app.sandbox.store import PLATFORM, Body, Transaction

routes = Routes()

REPORTING = {
    "payment": "charge",
    "payment_refund": "refund",
    "transfer_refund": "transfer_reversal",
    "adjustment": "dispute",
    "payout_failure": "payout_reversal",
}
"""Reporting categories that are not called like the type."""


def book(
    tx: Transaction,
    kind: str,
    *,
    amount: int,
    currency: str,
    source: str,
    fee: int = 0,
    account: str = PLATFORM,
    available_on: int | None = None,
    description: str | None = None,
    category: str | None = None,
) -> Body:
    """Add one balance transaction: signed `amount` less `fee`, usable by `account` from `available_on`."""
    moment = tx.now if available_on is None else available_on
    fees = [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Payment sandbox processing fees",
            "type": "stripe_fee",
        }
    ]
    body = tx.insert(
        "txn",
        {
            "object": "balance_transaction",
            "amount": amount,
            "available_on": moment,
            "balance_type": "payments",
            "currency": currency,
            "description": description,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": fees if fee else [],
            "net": amount - fee,
            "reporting_category": category or REPORTING.get(kind, kind),
            "source": source,
            "type": kind,
        },
        account=account,
    )
    tx.execute(
        "INSERT INTO balance_entries (id, account, currency, net, available_on) VALUES (?, ?, ?, ?, ?)",
        body["id"],
        account,
        currency,
        amount - fee,
        moment,
    )
    return body


def available(tx: Transaction, currency: str, *, account: str = PLATFORM) -> int:
    return balances(tx, account=account).get(currency, (0, 0))[0]


def held(tx: Transaction, currency: str, *, account: str = PLATFORM) -> int:
    """Return available and pending money together."""
    return sum(balances(tx, account=account).get(currency, (0, 0)))


def balances(tx: Transaction, *, account: str = PLATFORM) -> dict[str, tuple[int, int]]:
    """Return available and pending money by currency."""
    rows = tx.execute(
        "SELECT currency, sum(net) FILTER (WHERE available_on <= ?) AS available,"
        " sum(net) FILTER (WHERE available_on > ?) AS pending"
        " FROM balance_entries WHERE account = ? GROUP BY currency ORDER BY currency",
        tx.now,
        tx.now,
        account,
    )
    return {row["currency"]: (row["available"] or 0, row["pending"] or 0) for row in rows}


@routes.get("/v1/balance", connected=True)
def retrieve(call: Call) -> Body:
    found = balances(call.tx, account=call.account) or {"usd": (0, 0)}

    def column(index: int) -> list[Body]:
        return [
            {"amount": sums[index], "currency": currency, "source_types": {"card": sums[index]}}
            for currency, sums in found.items()
        ]

    return {"object": "balance", "livemode": False, "available": column(0), "pending": column(1)}


@routes.view("balance_transaction")
def with_status(tx: Transaction, body: Body) -> Body:
    """Whether money is available follows from the clock, so it is never stored."""
    return {**body, "status": "available" if body["available_on"] <= tx.now else "pending"}


offer_list(
    routes, "/v1/balance_transactions", "balance_transaction", filters="currency source type payout", connected=True
)
offer_retrieve(
    routes, "/v1/balance_transactions", "balance_transaction", what="balance transaction", connected=True
)
offer_list(routes, "/v1/topups", "topup")
offer_retrieve(routes, "/v1/topups", "topup", what="top-up")


@routes.post("/v1/topups", "amount currency description metadata statement_descriptor transfer_group source")
def top_up(call: Call) -> Body:
    """Put the platform's own money into its balance; it arrives at once."""
    tx, params = call.tx, call.params
    currency = params.currency()
    body = tx.insert(
        "tu",
        {
            "object": "topup",
            "amount": params.amount(currency),
            "currency": currency,
            "description": params.optional("description"),
            "metadata": params.metadata(),
            "status": "succeeded",
            "transfer_group": params.optional("transfer_group"),
        },
    )
    txn = book(tx, "topup", amount=body["amount"], currency=currency, source=body["id"])
    body["balance_transaction"] = txn["id"]
    tx.save(body)
    return body
