"""Scheduled work of licensing."""

from typing import Any

from app.infrastructure import signing_keys
from app.infrastructure.jobs.worker import JobContext
from app.licensing.service import notices


def announce_due(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Announce everything that is due, batch after batch, each in a transaction of its own."""
    services = context.services
    while True:
        with services.database.write() as session:
            if notices.announce_due(session=session, at=services.clock.now()) < notices.BATCH:
                return


def prepare_signing_key(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Publish the next signing key some days before it signs."""
    services = context.services
    with services.database.write() as session:
        signing_keys.prepare_next(session=session, at=services.clock.now())
