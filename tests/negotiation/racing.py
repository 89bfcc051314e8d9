"""What one process of the race does: open the database by itself, wait for the others, accept an offer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from threading import Thread

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from app import registry
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.negotiation import service
from app.rights.errors import RightsNotAvailable
from tests.support.settings import SECRET_KEY

PATIENCE_SECONDS = 150
HELD_OPEN_SECONDS = 0.5
"""A winner commits only after the others had the time to look, so that a missing lock shows every time."""


@dataclass(frozen=True)
class Acceptance:
    """What a process accepts: the first offer of a negotiation."""

    negotiation_id: str
    terms_sha256: str
    by: Actor
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """How one acceptance ended; `reasons` are the codes of a refusal."""

    negotiation_id: str
    reasons: tuple[str, ...] = ()
    error: str = ""

    @property
    def has_won(self) -> bool:
        return not self.reasons and not self.error


def accept(url: str, acceptances: Sequence[Acceptance], start: Barrier, outcomes: "Queue[Outcome]") -> None:
    """Accept offers, each in a thread with a connection of its own, when every thread of every process is ready."""
    database = Database(url, subscribers=registry.SUBSCRIBERS, secret_key=SECRET_KEY)
    try:
        threads = [Thread(target=_run, args=(database, each, start, outcomes)) for each in acceptances]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        database.close()


def _run(database: Database, acceptance: Acceptance, start: Barrier, outcomes: "Queue[Outcome]") -> None:
    try:
        outcomes.put(_accept(database, acceptance, start))
    except Exception as error:  # whatever else happens must be seen by the test
        start.abort()
        outcomes.put(Outcome(acceptance.negotiation_id, error=repr(error)))


def _accept(database: Database, acceptance: Acceptance, start: Barrier) -> Outcome:
    with database.read() as session:
        session.execute(sa.text("SELECT 1"))
    start.wait(PATIENCE_SECONDS)
    try:
        gives_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                _sign(database, acceptance)
            except OperationalError:
                if time.monotonic() > gives_up_at:  # until then somebody who was kept waiting asks again
                    raise
            else:
                return Outcome(acceptance.negotiation_id)
    except RightsNotAvailable as refused:
        return Outcome(acceptance.negotiation_id, tuple(reason["code"] for reason in refused.extra["reasons"]))


def _sign(database: Database, acceptance: Acceptance) -> None:
    with database.write() as session:
        service.accept(
            session=session,
            actor=acceptance.by,
            at=acceptance.at,
            negotiation_id=acceptance.negotiation_id,
            offer_number=1,
            terms_sha256=acceptance.terms_sha256,
        )
        time.sleep(HELD_OPEN_SECONDS)
