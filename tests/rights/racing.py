"""What one process of a race does: open the database by itself, wait for the others, book or reserve."""

import time
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import configure_mappers

from app.identity.actor import Actor
from app.identity.states import Role
from app.infrastructure.db.database import Database
from app.rights.errors import RightsNotAvailable
from app.values.rights_block import RightsBlock
from tests.factories.rights import grant, hold
from tests.support.settings import SECRET_KEY

configure_mappers()  # once, in the process that all racers are forked from

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


@dataclass(frozen=True)
class Racer:
    """What one process wants: a grant of a block, or a hold on it."""

    package_id: str
    party_id: str
    reference: str
    block: RightsBlock
    is_hold: bool = False


def run(url: str, racer: Racer, start: Barrier, outcomes: "Queue[Outcome]") -> None:
    try:
        outcomes.put(_run(url, racer, start))
    except Exception as error:  # whatever else happens must be seen by the test
        start.abort()
        outcomes.put(Outcome(racer.reference, error=repr(error)))


def _run(url: str, racer: Racer, start: Barrier) -> Outcome:
    actor = Actor(user_id=None, party_id=racer.party_id, role=Role.OWNER)
    take = hold if racer.is_hold else grant
    database = Database(url, secret_key=SECRET_KEY)
    try:
        with database.read() as session:
            session.execute(sa.text("SELECT 1"))
        start.wait(PATIENCE_SECONDS)
        while True:
            try:
                with database.write() as session:
                    take(session, actor, racer.package_id, racer.block, reference=racer.reference)
                    time.sleep(HELD_OPEN_SECONDS)
            except OperationalError:
                if not database.is_sqlite:
                    raise
                continue  # the one writer's place was not free in time: the service answers 503, and one asks again
            return Outcome(racer.reference)
    except RightsNotAvailable as refused:
        return Outcome(racer.reference, tuple(reason["code"] for reason in refused.extra["reasons"]))
    finally:
        database.close()
