"""What falls due as the clock goes on: sessions expire, debits settle, payouts arrive, refunds find money."""

from collections.abc import Callable

from app.sandbox.resources import checkout, invoices, payouts, refunds
from app.sandbox.store import Body, Transaction

ACTIONS: dict[str, Callable[[Transaction, Body], None]] = {
    "expire_session": checkout.expire_session,
    "settle_payment": lambda tx, intent: checkout.settle(tx, intent, succeeded=True),
    "overdue_invoice": invoices.become_overdue,
    "pay_payout": payouts.arrive,
}


def settle(tx: Transaction) -> None:
    """Do everything that is due, in the order in which it fell due."""
    due = tx.execute("SELECT * FROM timers WHERE due <= ? ORDER BY due, id", tx.now).fetchall()
    for timer in due:
        ACTIONS[timer["action"]](tx, tx.get(timer["subject"]))
        tx.execute("DELETE FROM timers WHERE id = ?", timer["id"])
    refunds.retry_waiting(tx)
