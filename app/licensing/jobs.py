"""Scheduled work of licensing."""

from typing import Any

from app.infrastructure import signing_keys
from app.infrastructure.jobs.worker import JobContext
from app.licensing.closing.service import announcing
from app.licensing.closing.service.announcing import announce_duties
from app.licensing.dues import service as dues
from app.licensing.service import notices


def announce_due(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Announce everything that is due, batch after batch, each in a transaction of its own."""
    services = context.services
    for step, batch in ((notices.announce_due, notices.BATCH), (announce_duties, announcing.BATCH)):
        while True:
            with services.database.write() as session:
                if step(session=session, at=services.clock.now()) < batch:
                    break


def charge_due(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Ask for everything whose day has come, then write about what is overdue; one transaction for each batch."""
    services = context.services
    for step in (dues.charge_due, dues.remind_of_overdue):
        while True:
            with services.database.write() as session:
                if step(session=session, at=services.clock.now()) < dues.BATCH:
                    break


def prepare_signing_key(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Publish the next signing key some days before it signs."""
    services = context.services
    with services.database.write() as session:
        signing_keys.prepare_next(session=session, at=services.clock.now())
