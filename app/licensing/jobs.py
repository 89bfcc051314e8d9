"""Scheduled work of licensing."""

from typing import Any

from app.infrastructure.jobs.worker import JobContext
from app.licensing.service import notices


def announce_due(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Announce everything that is due, batch after batch, each in a transaction of its own."""
    services = context.services
    while True:
        with services.database.write() as session:
            if not notices.announce_due(session=session, at=services.clock.now()):
                return
