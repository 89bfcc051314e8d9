"""Work of royalties that is queued or runs by the clock."""

from typing import Any

from app.infrastructure.jobs.worker import JobContext
from app.payments.errors import AmountNotPayable
from app.royalties.service import billing, settling

BATCH = 100


def settle_holds(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Keep back what must wait and send on what need not, batch after batch, each in a transaction of its own."""
    services = context.services
    with services.database.write() as session:
        settling.keep_back(session=session, at=services.clock.now())
    while True:
        with services.database.write() as session:
            if settling.let_go(session=session, at=services.clock.now()) < settling.BATCH:
                return


def test_guarantees(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Bill what fell due by itself: guarantees tested, reserves released, advances that came to their end.

    Each license in a transaction of its own, and once however late this runs: what is billed is not due again.
    """
    services = context.services
    last, refused = "", None
    while True:
        at = services.clock.now()
        with services.database.read() as session:
            due = billing.licenses_due(session, at.date(), limit=BATCH, after=last)
        for license_id in due:
            try:
                with services.database.write() as session:
                    billing.bill_days(session=session, at=at, license_id=license_id)
            except AmountNotPayable as error:  # one that payments cannot carry must not keep the others waiting
                refused = error
        if len(due) < BATCH:
            break
        last = due[-1]
    if refused is not None:
        raise refused
