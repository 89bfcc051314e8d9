"""What one process of the race does: open the database by itself, wait for the others, book."""

import time
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import sqlalchemy as sa

from app.identity.actor import Actor
from app.identity.states import Role
from app.infrastructure.db.database import Database
from app.rights.errors import RightsNotAvailable
from app.values.rights_block import RightsBlock
from tests.factories.rights import grant
from tests.support.settings import SECRET_KEY

PATIENCE_SECONDS = 120
HELD_OPEN_SECONDS = 0.5
"""A winner commits only after everybody had the time to look, so that a missing lock shows every time."""


@dataclass(frozen=True)
class Outcome:
    """How one booking ended; `reasons` are the codes of a refusal."""

    reference: str
    reasons: tuple[str, ...] = ()
    error: str = ""

    @property
    def has_won(self) -> bool:
        return not self.reasons and not self.error


def book(
    url: str,
    package_id: str,
    party_id: str,
    reference: str,
    block: RightsBlock,
    start: Barrier,
    outcomes: "Queue[Outcome]",
) -> None:
    try:
        outcomes.put(_book(url, package_id, party_id, reference, block, start))
    except Exception as error:  # whatever else happens must be seen by the test
        start.abort()
        outcomes.put(Outcome(reference, error=repr(error)))


def _book(url: str, package_id: str, party_id: str, reference: str, block: RightsBlock, start: Barrier) -> Outcome:
    actor = Actor(user_id=None, party_id=party_id, role=Role.OWNER)
    database = Database(url, secret_key=SECRET_KEY)
    try:
        with database.read() as session:
            session.execute(sa.text("SELECT 1"))
        start.wait(PATIENCE_SECONDS)
        with database.write() as session:
            grant(session, actor, package_id, block, reference=reference)
            time.sleep(HELD_OPEN_SECONDS)
    except RightsNotAvailable as refused:
        return Outcome(reference, tuple(reason["code"] for reason in refused.extra["reasons"]))
    finally:
        database.close()
    return Outcome(reference)
