"""People who agree at the same moment: every move counts, in one order, and none on what they did not see."""

from collections.abc import Callable
from threading import Barrier, Thread

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.infrastructure.db.database import Database
from app.negotiation.discussion import queries
from app.negotiation.discussion.errors import FieldAgreed, OfferNotLatest
from tests.factories.discussion import agree
from tests.factories.negotiation import make_counter
from tests.negotiation.discussion.conftest import Talks

PATIENCE_SECONDS = 60
MOST_TRIES = 20
"""Somebody who was kept waiting too long asks again."""
Work = Callable[[Session], object]


def at_once(database: Database, *works: Work) -> list[Exception]:
    """Do each in a transaction of its own, all at the same moment; return what was refused."""
    start = Barrier(len(works))
    refused: list[Exception] = []

    def run(work: Work) -> None:
        start.wait(PATIENCE_SECONDS)
        try:
            if not any(done(work) for _ in range(MOST_TRIES)):
                raise TimeoutError("kept waiting every time")
        except Exception as error:  # whatever happens must be seen by the test
            refused.append(error)

    def done(work: Work) -> bool:
        try:
            with database.write() as session:
                work(session)
        except OperationalError:
            return False
        return True

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    return refused


def test_both_sides_agree_at_once(database: Database, talks: Talks) -> None:
    def studio(session: Session) -> None:
        agree(session, talks.studio, talks.row)

    def estate(session: Session) -> None:
        agree(session, talks.estate, talks.row)

    assert at_once(database, studio, estate, studio, estate) == []
    with database.read() as session:
        assert [move.position for move in queries.moves_of(session, talks.id)] == [1, 2]
        (field,) = queries.agreed_fields(session, talks.studio, talks.id).fields
    assert field.is_locked


def test_a_field_is_agreed_while_an_offer_changes_it(database: Database, talks: Talks) -> None:
    """Whoever comes first wins; never is a field agreed of which the latest offer says something else."""

    def counter(session: Session) -> None:
        make_counter(session, talks.estate, talks.row, fee={"amount_minor": 9_900_000, "currency": "USD"})

    def both(session: Session) -> None:
        agree(session, talks.studio, talks.row)
        agree(session, talks.estate, talks.row)

    refused = at_once(database, counter, both)
    assert all(isinstance(error, FieldAgreed | OfferNotLatest) for error in refused), refused
    with database.read() as session:
        found = queries.agreed_fields(session, talks.studio, talks.id)
    fees = [field.value["amount_minor"] for field in found.fields]
    assert (found.offer_number, fees) in [(1, [1_250_000]), (2, [9_900_000]), (2, [])]
