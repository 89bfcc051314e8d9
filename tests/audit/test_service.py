"""The trail: complete, in one order, and no tampering unseen. On both engines."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.audit.models import AuditHead, AuditRecord
from app.identity.actor import SYSTEM
from app.infrastructure.db.database import Database
from tests.support.clock import START

WRITERS, COMMITS = 4, 15


class Undone(Exception):
    """Makes a transaction roll back."""


def note(session: Session, subject_id: str, **detail: object) -> None:
    audit.record(session=session, actor=SYSTEM, at=START, action="thing.done", subject_id=subject_id, **detail)


def trail(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        rows = session.exec(select(AuditRecord).order_by(col(AuditRecord.position))).all()
    return [(row.position, row.subject_id) for row in rows]


def verdict(database: Database) -> audit.Verdict:
    with database.read() as session:
        return audit.verify(session=session)


def subjects(database: Database) -> list[str]:
    assert verdict(database).is_whole
    found = trail(database)
    assert [position for position, _ in found] == list(range(1, len(found) + 1))
    return [subject for _, subject in found]


def tamper(database: Database, *statements: str) -> None:
    """Change what the database protects, as somebody with its password could."""
    with database.write() as session:
        if database.is_sqlite:
            session.execute(sa.text("DROP TRIGGER audit_record_no_update"))
            session.execute(sa.text("DROP TRIGGER audit_record_no_delete"))
        else:
            session.execute(sa.text("ALTER TABLE audit_record DISABLE TRIGGER ALL"))
        for statement in statements:
            session.execute(sa.text(statement))


@pytest.fixture
def three(database: Database) -> Database:
    """A database whose trail has three records."""
    for subject in ("one", "two", "three"):
        with database.write() as session:
            note(session, subject, amount_minor=100, currency="USD")
    return database


def test_an_empty_trail_is_whole(database: Database) -> None:
    assert verdict(database) == audit.Verdict(is_whole=True, records=0)


def test_records_follow_each_other_without_gaps(three: Database) -> None:
    assert subjects(three) == ["one", "two", "three"]
    assert verdict(three) == audit.Verdict(is_whole=True, records=3)


def test_a_record_says_who_did_what_when(three: Database) -> None:
    with three.read() as session:
        row = session.exec(select(AuditRecord).where(AuditRecord.position == 1)).one()
    assert (row.recorded_at, row.actor, row.action, row.subject_id) == (START, "system", "thing.done", "one")
    assert row.detail == '{"amount_minor":100,"currency":"USD"}'


def test_a_walk_of_several_batches(three: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for batch in (1, 2, 3, 4):
        monkeypatch.setattr(audit, "BATCH", batch)
        assert verdict(three).is_whole


TAMPERINGS = {
    "another subject": ("UPDATE audit_record SET subject_id = 'other' WHERE position = 2", 2),
    "another actor": ("UPDATE audit_record SET actor = 'usr_other' WHERE position = 2", 2),
    "a party": ("UPDATE audit_record SET party_id = 'pty_other' WHERE position = 2", 2),
    "another action": ("UPDATE audit_record SET action = 'thing.undone' WHERE position = 2", 2),
    "another instant": ("UPDATE audit_record SET recorded_at = '2020-01-01 00:00:00+00:00' WHERE position = 2", 2),
    "another amount": ("UPDATE audit_record SET detail = replace(detail, '100', '900') WHERE position = 2", 2),
    "broken detail": ("UPDATE audit_record SET detail = '{' WHERE position = 2", 2),
    "another id": ("UPDATE audit_record SET id = 'aud_other' WHERE position = 2", 2),
    "another seal": ("UPDATE audit_record SET seal = (SELECT head_seal FROM audit_head) WHERE position = 2", 2),
    "the first is gone": ("DELETE FROM audit_record WHERE position = 1", 1),
    "a middle one is gone": ("DELETE FROM audit_record WHERE position = 2", 2),
    "the last is gone": ("DELETE FROM audit_record WHERE position = 3", 3),
    "all are gone": ("DELETE FROM audit_record", 1),
    "the head is gone": ("DELETE FROM audit_head", 1),
}


@pytest.mark.parametrize(("statement", "broken_at"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_shows(three: Database, statement: str, broken_at: int) -> None:
    tamper(three, statement)
    assert verdict(three).is_whole is False
    assert verdict(three).broken_at == broken_at


def test_reordering_shows(three: Database) -> None:
    moves = [(2, 99), (3, 2), (99, 3)]
    tamper(three, *(f"UPDATE audit_record SET position = {new} WHERE position = {old}" for old, new in moves))  # noqa: S608
    assert verdict(three).broken_at == 2


def test_a_record_slipped_in_at_the_end_shows(three: Database) -> None:
    with three.write() as session:
        session.add(
            AuditRecord(
                position=4,
                recorded_at=START,
                actor="system",
                action="x",
                subject_id="y",
                detail="{}",
                seal="0" * 64,
            )
        )
    assert verdict(three).broken_at == 4


def test_a_trail_cut_short_together_with_its_head_shows(three: Database) -> None:
    """Whoever cannot seal cannot move the head back either."""
    back = "UPDATE audit_head SET position = 2, seal = (SELECT seal FROM audit_record WHERE position = 2)"
    tamper(three, back, "DELETE FROM audit_record WHERE position = 3")
    assert verdict(three).is_whole is False


@pytest.mark.usefixtures("three")
def test_the_key_of_another_service_does_not_fit(database_url: str) -> None:
    other = Database(database_url, secret_key="some other secret")
    assert verdict(other).is_whole is False
    other.close()


@pytest.mark.parametrize("statement", ["UPDATE audit_record SET actor = 'x'", "DELETE FROM audit_record"])
def test_the_database_refuses_to_change_records(three: Database, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), three.write() as session:
        session.execute(sa.text(statement))
    assert subjects(three) == ["one", "two", "three"]


def test_a_rollback_leaves_no_records(database: Database) -> None:
    with suppress(Undone), database.write() as session:
        note(session, "lost")
        session.flush()
        raise Undone
    assert subjects(database) == []


def test_a_session_goes_on_after_a_rollback(database: Database) -> None:
    with database.write_session() as session:
        note(session, "lost")
        session.rollback()
        session.commit()
        note(session, "kept")
        session.commit()
    assert subjects(database) == ["kept"]


def test_a_session_that_was_closed_keeps_nothing(database: Database) -> None:
    session = database.write_session()
    session.execute(sa.text("SELECT 1"))
    note(session, "lost")
    session.close()
    note(session, "kept")
    session.commit()
    session.close()
    assert subjects(database) == ["kept"]


def test_two_sessions_take_turns(database: Database) -> None:
    """A session that has seen the head before looks at it again."""
    seen = []
    with database.write_session() as one, database.write_session() as other:
        for number in range(3):
            for name, session in (("one", one), ("other", other)):
                note(session, f"{name} {number}")
                session.commit()
                seen.append(session.get(AuditHead, 1))
                session.rollback()
    assert subjects(database) == [f"{name} {number}" for number in range(3) for name in ("one", "other")]


def test_a_savepoint_keeps_or_loses_its_own_records(database: Database) -> None:
    with database.write() as session:
        note(session, "before")
        with session.begin_nested():
            note(session, "kept")
            with session.begin_nested():
                note(session, "kept too")
        with suppress(Undone), session.begin_nested():
            note(session, "lost")
            with session.begin_nested():
                note(session, "lost too")
            raise Undone
        note(session, "after")
    assert subjects(database) == ["before", "kept", "kept too", "after"]


def test_records_of_a_savepoint_are_lost_with_what_is_around_it(database: Database) -> None:
    with suppress(Undone), database.write() as session:
        with session.begin_nested():
            note(session, "lost")
        raise Undone
    assert subjects(database) == []


def together(count: int, work: Callable[[int], None]) -> None:
    """Run the same work in several threads, released at once; the first failure fails the test."""
    start, failures = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            start.wait(30)
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    if failures:
        raise failures[0]


def test_commits_at_the_same_time_make_one_chain(database: Database) -> None:
    """From the very first record on: there is no head yet when all begin."""

    def commit_often(writer: int) -> None:
        for number in range(COMMITS):
            with database.write() as session:
                note(session, f"{writer}/{number}/a")
                note(session, f"{writer}/{number}/b")

    together(WRITERS, commit_often)
    found = subjects(database)
    assert len(found) == WRITERS * COMMITS * 2
    for writer in range(WRITERS):
        mine = [subject for subject in found if subject.startswith(f"{writer}/")]
        assert mine == [f"{writer}/{number}/{part}" for number in range(COMMITS) for part in "ab"]


def test_a_trail_that_grows_while_it_is_verified_is_whole(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BATCH", 2)
    stop = threading.Event()

    def work(number: int) -> None:
        if number == 0:
            try:
                assert all(verdict(database).is_whole for _ in range(15))
            finally:
                stop.set()
        while not stop.is_set():
            with database.write() as session:
                note(session, "grows")

    together(2, work)
    assert subjects(database)
    with database.read() as session:
        assert session.get_one(AuditHead, 1).position == len(trail(database))
