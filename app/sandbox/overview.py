"""Where the money is: everything the first page shows, from the same books the API answers from."""

from collections.abc import Mapping
from typing import Any

from app.sandbox.resources.accounts import transfers_status
from app.sandbox.resources.balance import balances
from app.sandbox.store import PLATFORM, Body, Transaction

SHOWN = 50
"""Rows per table."""

CAME_IN = ("charge", "payment", "topup")
WENT_BACK = ("refund", "payment_refund", "adjustment")
PAID_OUT = ("payout", "payout_failure", "payout_cancel")


def overview(tx: Transaction) -> Mapping[str, Any]:
    recipients = tx.select("v2.core.account")
    return {
        "now": tx.now,
        "currencies": flows(tx),
        "platform": balances(tx, account=PLATFORM),
        "recipients": [
            {
                "body": account,
                "status": transfers_status(account) or "none",
                "balances": balances(tx, account=account["id"]),
            }
            for account in recipients
        ],
        "names": {account["id"]: account["display_name"] or account["contact_email"] for account in recipients},
        "charges": latest(tx, "charge"),
        "transfers": latest(tx, "transfer"),
        "refunds": latest(tx, "refund"),
        "payouts": latest(tx, "payout", account=None),
        "deliveries": deliveries(tx),
    }


def latest(tx: Transaction, kind: str, *, account: str | None = PLATFORM) -> list[Body]:
    found, _ = tx.page(kind, account=account, limit=SHOWN, where={}, created={}, after=None, before=None)
    return found


def flows(tx: Transaction) -> list[Body]:
    """Return, per currency, what came in and went out and where the rest is.

    What came in, fees, refunds and payouts always add up to what the platform and the connected accounts hold.
    """
    rows = tx.execute(
        "SELECT json_extract(body, '$.currency') AS currency, json_extract(body, '$.type') AS type,"
        " account = '' AS own,"
        " sum(json_extract(body, '$.amount')) AS amount, sum(json_extract(body, '$.fee')) AS fee"
        " FROM objects WHERE kind = 'balance_transaction' GROUP BY 1, 2, 3"
    ).fetchall()
    found: dict[str, Body] = {}
    for row in rows:
        flow = found.setdefault(
            row["currency"],
            {"currency": row["currency"], "paid": 0, "fees": 0, "back": 0, "platform": 0, "connected": 0, "out": 0},
        )
        flow["fees"] -= row["fee"]
        flow["platform" if row["own"] else "connected"] += row["amount"] - row["fee"]
        if row["type"] in PAID_OUT:
            flow["out"] += row["amount"]
        elif row["own"] and row["type"] in CAME_IN:
            flow["paid"] += row["amount"]
        elif row["own"] and row["type"] in WENT_BACK:
            flow["back"] += row["amount"]
    return sorted(found.values(), key=lambda flow: str(flow["currency"]))


def deliveries(tx: Transaction) -> list[Any]:
    return tx.execute(
        "SELECT deliveries.*, json_extract(objects.body, '$.type') AS type, objects.created AS created"
        " FROM deliveries JOIN objects ON objects.id = deliveries.event ORDER BY deliveries.id DESC LIMIT ?",
        SHOWN,
    ).fetchall()
