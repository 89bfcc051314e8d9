"""Scheduled work of marks."""

from typing import Any

from app.infrastructure.clock import machine_now
from app.infrastructure.jobs.worker import JobContext
from app.licensing.marks import signers


def erase_retired_signers(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Erase the keys that sign no more. A new one is made when it is needed."""
    with context.services.database.write() as session:
        signers.erase_retired(session=session, at=machine_now())
