"""Work of royalties that is queued or runs by the clock."""

from typing import Any

from app.infrastructure.jobs.worker import JobContext
from app.royalties.service import settling


def settle_holds(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Keep back what must wait and send on what need not, batch after batch, each in a transaction of its own."""
    services = context.services
    with services.database.write() as session:
        settling.keep_back(session=session, at=services.clock.now())
    while True:
        with services.database.write() as session:
            if settling.let_go(session=session, at=services.clock.now()) < settling.BATCH:
                return
