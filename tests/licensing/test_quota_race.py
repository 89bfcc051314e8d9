"""Servers at the same moment, each with a connection of its own: together they never use more than the cap."""

import time
from collections.abc import Callable, Sequence
from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.errors import LicenseRefuses
from app.licensing.quotas.errors import AlreadySettled
from app.licensing.quotas.models import QuotaCounter
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction
from app.values.errors import DomainError
from tests.factories.licensing import DURING, Licensed
from tests.factories.quotas import QUARTER, cap, commit, make_capped_license, release, reserve, standing

PATIENCE_SECONDS = 60
HELD_OPEN_SECONDS = 0.3
"""A winner commits only after the others had the time to look, so that a missing lock shows every time."""


def at_once(database: Database, acts: Sequence[Callable[[Session], object]]) -> list[str]:
    """Do everything at the same moment, each in its transaction; return how each ended: "done" or the code."""
    start, ends = Barrier(len(acts)), ["" for _ in acts]

    def run(number: int) -> None:
        start.wait(PATIENCE_SECONDS)
        gives_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with database.write() as session:
                    acts[number](session)
                    time.sleep(HELD_OPEN_SECONDS)
                ends[number] = "done"
            except DomainError as refused:
                ends[number] = refused.code
            except OperationalError as error:
                if time.monotonic() < gives_up_at:  # somebody who was kept waiting asks again
                    continue
                ends[number] = repr(error)
            except Exception as error:  # whatever else happens must be seen by the test
                ends[number] = repr(error)
            return

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.fixture
def capped(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_capped_license(session, services.store, cap("renders", 100), cap("concurrent_titles", 1))


@pytest.mark.parametrize("has_counters", [False, True], ids=["first use", "used before"])
def test_servers_never_overspend(database: Database, capped: Licensed, has_counters: bool) -> None:
    if has_counters:
        with database.write() as session:
            commit(session, capped, reserve(session, capped, renders=1), renders=0)
    ends = at_once(database, [lambda s: reserve(s, capped, renders=30)] * 8)
    assert sorted(ends) == ["QUOTA_EXHAUSTED"] * 5 + ["done"] * 3
    assert standing(database, capped)["renders"] == (0, 90, 10)
    with database.read() as session:
        assert len(session.exec(select(QuotaCounter)).all()) == 2


def test_one_title_is_in_use_at_a_time(database: Database, capped: Licensed) -> None:
    ends = at_once(database, [lambda s: reserve(s, capped, concurrent_titles=1)] * 6)
    assert sorted(ends) == ["QUOTA_EXHAUSTED"] * 5 + ["done"]


def test_a_reservation_that_is_committed_twice_at_once_counts_once(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        made = reserve(session, capped, renders=40)
    ends = at_once(database, [lambda s: commit(s, capped, made, renders=25)] * 5)
    assert ends == ["done"] * 5
    assert standing(database, capped)["renders"] == (25, 0, 75)


def test_of_a_commit_and_a_release_at_once_one_wins(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        made = reserve(session, capped, renders=40)
    ends = at_once(database, [lambda s: commit(s, capped, made), lambda s: release(s, capped, made)])
    assert sorted(ends) == sorted(["done", AlreadySettled.code])
    used = 40 if ends[0] == "done" else 0
    assert standing(database, capped)["renders"] == (used, 0, 100 - used)


def test_commits_at_once_all_count(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        made = [reserve(session, capped, renders=10) for _ in range(8)]
    assert at_once(database, [lambda s, one=one: commit(s, capped, one) for one in made]) == ["done"] * 8
    assert standing(database, capped)["renders"] == (80, 0, 20)


def test_of_those_that_ran_out_only_as_many_are_committed_as_fit(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        old = [reserve(session, capped, renders=50) for _ in range(2)]
    late = DURING + QUARTER
    with database.write() as session:
        commit(session, capped, reserve(session, capped, at=late, renders=45), at=late)
    ends = at_once(database, [lambda s, one=one: commit(s, capped, one, at=late) for one in old])
    assert sorted(ends) == ["QUOTA_EXHAUSTED", "done"]
    assert standing(database, capped, at=late)["renders"] == (95, 0, 5)


def test_whoever_comes_after_a_suspension_gets_nothing(database: Database, capped: Licensed) -> None:
    """Whatever the order, no reservation is made on the word of a license that was already suspended."""

    def suspend(session: Session) -> None:
        lifecycle.change_standing(
            session=session,
            actor=capped.licensor,
            at=DURING,
            license_id=capped.id,
            action=LicenseAction.SUSPEND,
            reason="A breach.",
        )

    ends = at_once(database, [suspend, *[lambda s: reserve(s, capped, renders=1)] * 4])
    assert ends[0] == "done"
    assert set(ends[1:]) <= {"done", "SUSPENDED"}
    assert standing(database, capped)["renders"][1] == ends[1:].count("done")
    with pytest.raises(LicenseRefuses), database.write() as session:
        reserve(session, capped, renders=1)
