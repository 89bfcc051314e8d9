"""Reads on the bare driver: what is committed is seen, nothing is written, what fails is let go of."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.identity.models import User
from app.infrastructure.db.database import Database
from app.infrastructure.db.driver_reads import PreparedRead, ReadFailed, instant_of
from tests.factories.identity import make_user
from tests.support.clock import START

BY_EMAIL = PreparedRead(
    sa.select(col(User.name), col(User.created_at)).where(col(User.email) == sa.bindparam("email")), "email"
)
BROKEN = PreparedRead(
    sa.select(sa.literal_column("no_such_column")).where(col(User.id) == sa.bindparam("id")), "id"
)


def test_what_is_committed_is_seen_at_once(database: Database) -> None:
    assert database.driver.rows(BY_EMAIL, "a@example.com") == []
    with database.write() as session:
        make_user(session, email="a@example.com")
        session.flush()
        assert database.driver.rows(BY_EMAIL, "a@example.com") == []
    ((name, created_at),) = database.driver.rows(BY_EMAIL, "a@example.com")
    assert name == "Robin Example"
    assert instant_of(created_at) == START


def test_a_failed_read_says_so_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(ReadFailed):
        database.driver.rows(BROKEN, "x")
    assert database.driver.rows(BY_EMAIL, "a@example.com") == []


def test_no_connection_to_be_had_is_a_failed_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.read_engine.pool, "_timeout", 0.01)
    with ExitStack() as held:
        with suppress(sa.exc.TimeoutError):
            while True:
                held.enter_context(database.read_engine.connect())
        with pytest.raises(ReadFailed):
            database.driver.rows(BY_EMAIL, "a@example.com")
    assert database.driver.rows(BY_EMAIL, "a@example.com") == []


def test_many_threads_read_at_once(database: Database) -> None:
    with database.write() as session:
        make_user(session, email="a@example.com")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: database.driver.rows(BY_EMAIL, "a@example.com"), range(200)))
    assert all(len(rows) == 1 for rows in found)


def test_a_connection_that_was_cut_is_replaced(database: Database) -> None:
    database.driver.rows(BY_EMAIL, "a@example.com")
    connection: Any = database.driver._idle[0]
    connection.close()
    with pytest.raises(ReadFailed):
        database.driver.rows(BY_EMAIL, "a@example.com")
    assert database.driver.rows(BY_EMAIL, "a@example.com") == []


def test_parameters_are_named_in_their_order() -> None:
    both = sa.select(col(User.id)).where(
        col(User.name) == sa.bindparam("name"), col(User.email) == sa.bindparam("email")
    )
    with pytest.raises(ValueError, match="name"):
        PreparedRead(both, "email", "name")


@pytest.mark.parametrize(
    "text",
    ["2026-06-01 09:00:00.000000", "2026-06-01 09:00:00+00", "2026-06-01 11:00:00+02", "2026-06-01T09:00:00Z"],
)
def test_instants_are_read_as_either_engine_writes_them(text: str) -> None:
    assert instant_of(text) == datetime(2026, 6, 1, 9, tzinfo=UTC)
