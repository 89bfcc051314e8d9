"""Enqueue, claim and finish jobs; the same on both engines."""

import random
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.ids import new_id
from app.infrastructure.jobs.models import Job

LEASE = timedelta(minutes=2)
ATTEMPTS_ALLOWED = 12
LONGEST_PAUSE_SECONDS = 3600.0
DONE_KEPT_FOR = timedelta(days=30)
"""For so long after it was done, work enqueued under the same key is known to be done."""
SLOTS_KEPT_FOR = timedelta(days=2)
"""The same for slots of the schedule; no slot may be longer."""
SLOT_PREFIX = "schedule/"


def enqueue(
    session: Session, *, kind: str, key: str, payload: dict[str, Any], run_at: datetime | None = None
) -> None:
    """Queue work within the session's transaction; where its key is known already, nothing happens."""
    present = machine_now()
    values = {
        "id": new_id("job"),
        "kind": kind,
        "key": key,
        "payload": payload,
        "created_at": present,
        "run_at": run_at or present,
        "attempts": 0,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Job).values(**values).on_conflict_do_nothing(index_elements=["key"]))


def is_due(database: Database, *, present: datetime) -> bool:
    """Look, without taking the write lock, whether there is anything to claim."""
    with database.read() as session:
        return session.exec(_due(present).limit(1)).first() is not None


def claim(database: Database, *, present: datetime) -> Job | None:
    """Take the job that is due longest, for the length of a lease.

    A job whose every attempt ended with the death of its worker, so that nobody could note a failure, is put among
    the dead letters here.
    """
    with database.write() as session:
        while True:
            job: Job | None = session.exec(_due(present).limit(1).with_for_update(skip_locked=True)).first()
            if job is None:
                return None
            session.add(job)
            if job.attempts < ATTEMPTS_ALLOWED:
                break
            job.dead_at, job.lease_token = present, None
            job.error = f"The worker died in the last of {job.attempts} attempts. Noted before: {job.error}"
            session.flush()
        job.run_at = present + LEASE
        job.attempts += 1
        job.lease_token = secrets.token_hex(16)
    return job


def finish(database: Database, job: Job, *, present: datetime) -> bool:
    """Mark a job done; says whether it still was this claim's to finish."""
    return _close(database, job, done_at=present, error=None)


def fail(database: Database, job: Job, *, present: datetime, error: str) -> bool:
    """Put a job back for a later attempt, or among the dead letters when it failed too often."""
    if job.attempts >= ATTEMPTS_ALLOWED:
        return _close(database, job, dead_at=present, error=error)
    pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2.0**job.attempts) * random.uniform(0.5, 1)  # noqa: S311
    return _close(database, job, run_at=present + timedelta(seconds=pause), error=error)


def postpone(database: Database, job: Job, *, until: datetime) -> bool:
    """Put a job back that waits for something; this attempt does not count."""
    return _close(database, job, run_at=until, attempts=job.attempts - 1)


def forget_done(database: Database, *, present: datetime) -> None:
    """Delete jobs that were done long enough ago. Dead letters stay until somebody has looked at them."""
    is_slot = col(Job.key).startswith(SLOT_PREFIX, autoescape=True)
    outdated = sa.or_(
        col(Job.done_at) < present - DONE_KEPT_FOR, sa.and_(is_slot, col(Job.done_at) < present - SLOTS_KEPT_FOR)
    )
    with database.write() as session:
        session.execute(sa.delete(Job).where(outdated))


def _due(present: datetime) -> Any:
    return (
        select(Job)
        .where(col(Job.done_at).is_(None), col(Job.dead_at).is_(None), col(Job.run_at) <= present)
        .order_by(col(Job.run_at))
    )


def _close(database: Database, job: Job, **values: Any) -> bool:
    with database.write() as session:
        mine = (col(Job.id) == job.id, col(Job.lease_token) == job.lease_token)
        result: Any = session.execute(sa.update(Job).where(*mine).values(lease_token=None, **values))
        return bool(result.rowcount == 1)
