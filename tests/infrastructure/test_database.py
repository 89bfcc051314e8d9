"""What both engines promise alike: no update is lost, references hold, what only grows only grows."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, SQLModel, select

from app.audit.models import AuditHead, AuditRecord
from app.infrastructure.db.database import Database
from app.infrastructure.ids import is_id, new_id
from tests.support.clock import START

THREADS, INCREMENTS = 4, 100

GROW_ONLY = sorted(table.name for table in SQLModel.metadata.tables.values() if table.info.get("append_only"))


def count_up(database: Database, *, lock: bool) -> None:
    """Increment a number by reading and writing it back, each time in a transaction of its own."""
    for _ in range(INCREMENTS):
        with database.write() as session:
            row = session.exec(select(AuditHead).with_for_update() if lock else select(AuditHead)).one()
            row.position += 1
            session.add(row)


@pytest.fixture
def counter(database: Database) -> Database:
    with database.write() as session:
        session.add(AuditHead(position=0))
    return database


def counted(database: Database) -> int:
    with database.read() as session:
        return session.get_one(AuditHead, 1).position


def test_no_increment_is_lost(counter: Database) -> None:
    """On SQLite without any lock in the statement: the transaction holds the write lock before it reads."""
    lock = not counter.is_sqlite
    failures: list[BaseException] = []

    def work() -> None:
        try:
            count_up(counter, lock=lock)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert counted(counter) == THREADS * INCREMENTS


def test_readers_do_not_wait_for_a_writer(counter: Database) -> None:
    with counter.write() as writing:
        row = writing.get_one(AuditHead, 1)
        row.position = 7
        writing.add(row)
        writing.flush()
        assert counted(counter) == 0, "what is not committed is not seen"
    assert counted(counter) == 7


def test_a_block_that_raises_changes_nothing(counter: Database) -> None:
    with pytest.raises(KeyError), counter.write() as session:  # noqa: PT012
        session.get_one(AuditHead, 1).position = 7
        session.flush()
        raise KeyError
    assert counted(counter) == 0


def test_a_reading_session_sees_one_state(counter: Database) -> None:
    """On SQLite a reader keeps the state it began with; on PostgreSQL each statement sees the latest."""
    with counter.read() as reading:
        assert reading.get_one(AuditHead, 1).position == 0
        with counter.write() as writing:
            writing.get_one(AuditHead, 1).position = 7
        reading.expire_all()
        assert reading.get_one(AuditHead, 1).position == (0 if counter.is_sqlite else 7)


def test_a_row_that_points_nowhere_is_refused(session: Session) -> None:
    statement = sa.text(
        "INSERT INTO membership (id, user_id, party_id, role, created_at) "
        "VALUES ('mem_1', 'usr_nobody', 'pty_nobody', 'owner', '2026-01-01 00:00:00+00:00')"
    )
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        session.execute(statement)


def test_instants_come_back_aware_and_in_utc(database: Database) -> None:
    noon_in_tokyo = datetime(2026, 6, 15, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with database.write() as session:
        session.add(
            AuditRecord(
                position=1, recorded_at=noon_in_tokyo, actor="a", action="b", subject_id="c", detail="{}", seal=""
            )
        )
    with database.read() as session:
        stored = session.exec(select(AuditRecord.recorded_at)).one()
    assert stored == noon_in_tokyo
    assert stored.tzinfo is UTC or stored.utcoffset() == timedelta(0)


def test_some_tables_only_grow() -> None:
    assert "audit_record" in GROW_ONLY


@pytest.mark.parametrize("table", GROW_ONLY)
def test_every_table_that_only_grows_has_its_triggers(database: Database, table: str) -> None:
    with database.read() as session:
        if database.is_sqlite:
            found = session.execute(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
                {"table": table},
            )
            expected = {f"{table}_no_delete", f"{table}_no_update"}
        else:
            found = session.execute(
                sa.text(
                    "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                    "WHERE relname = :table AND NOT tgisinternal"
                ),
                {"table": table},
            )
            expected = {f"{table}_append_only", f"{table}_no_truncate"}
        assert expected <= {name for (name,) in found}


@pytest.fixture
def grown(database: Database) -> Database:
    with database.write() as session:
        session.add(
            AuditRecord(position=1, recorded_at=START, actor="a", action="b", subject_id="c", detail="{}", seal="")
        )
    return database


REWRITES = {
    "update": "UPDATE audit_record SET actor = 'x'",
    "update of nothing much": "UPDATE audit_record SET actor = actor",
    "delete": "DELETE FROM audit_record",
    "upsert": (
        "INSERT INTO audit_record SELECT * FROM audit_record WHERE true ON CONFLICT (id) DO UPDATE SET actor = 'x'"
    ),
}


@pytest.mark.parametrize("statement", REWRITES.values(), ids=REWRITES)
def test_what_only_grows_refuses_to_change(grown: Database, statement: str) -> None:
    with pytest.raises(IntegrityError, match="audit_record is append-only"), grown.write() as session:
        session.execute(sa.text(statement))
    with grown.read() as session:
        assert session.exec(select(AuditRecord.actor)).all() == ["a"]


def test_each_engine_s_own_way_around_is_closed(grown: Database) -> None:
    """SQLite replaces a row without its delete triggers unless told otherwise; PostgreSQL truncates without any."""
    statement = (
        "REPLACE INTO audit_record SELECT * FROM audit_record" if grown.is_sqlite else "TRUNCATE audit_record"
    )
    with pytest.raises(IntegrityError, match="audit_record is append-only"), grown.write() as session:
        session.execute(sa.text(statement))


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'folder that is made' / 'new.db'}")
    yield opened
    opened.close()


def test_sqlite_waits_for_its_turn_and_survives_a_power_cut(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        settings = {
            name: session.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "recursive_triggers": 1,
    }


def test_sqlite_takes_the_lock_before_it_reads(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        session.execute(sa.text("SELECT 1"))
        path = sa.make_url(sqlite_database.url).database
        assert path is not None
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_database_that_is_gone_says_so() -> None:
    nowhere = Database("postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    with pytest.raises(OperationalError), nowhere.read() as session:
        session.execute(sa.text("SELECT 1"))
    nowhere.close()


def test_ids_rise_in_the_order_they_are_made() -> None:
    made = [new_id("tst") for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(is_id(one, prefix="tst") for one in made[:50])
    assert not is_id(made[0], prefix="lic")


def test_ids_of_several_threads_never_meet() -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.extend(new_id("tst") for _ in range(2_000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8_000


def test_both_engines_sort_ids_as_they_were_made(session: Session) -> None:
    """Byte order on SQLite, the database's collation on PostgreSQL: the alphabet must not make a difference."""
    made = [new_id("tst") for _ in range(50)]
    values = ", ".join(f"('{one}')" for one in reversed(made))
    rows = session.execute(sa.text(f"SELECT column1 FROM (VALUES {values}) AS v ORDER BY column1"))  # noqa: S608
    assert [one for (one,) in rows] == made
