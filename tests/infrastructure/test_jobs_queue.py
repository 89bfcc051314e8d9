"""The queue: enqueued with the business, claimed by one, fenced, retried with pauses, never forgotten."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.jobs import queue
from app.infrastructure.jobs.models import Job

NOW = machine_now()
AFTER_LEASE = NOW + queue.LEASE + timedelta(seconds=1)
SECOND = timedelta(seconds=1)


def enqueue(database: Database, *keys: str, run_at: datetime = NOW) -> None:
    with database.write() as session:
        for key in keys:
            queue.enqueue(session, kind="mail", key=key, payload={"to": key}, run_at=run_at)


def claim(database: Database, *, present: datetime = NOW) -> Job:
    job = queue.claim(database, present=present)
    assert job is not None
    return job


def stored(database: Database, job: Job) -> Job:
    with database.read() as session:
        return session.get_one(Job, job.id)


def test_work_is_queued_with_the_business_or_not_at_all(database: Database) -> None:
    with database.write_session() as session:
        queue.enqueue(session, kind="mail", key="welcome", payload={}, run_at=NOW)
        session.rollback()
    assert queue.claim(database, present=NOW) is None
    enqueue(database, "welcome")
    assert claim(database).payload == {"to": "welcome"}


def test_a_key_is_queued_once_even_when_it_is_done(database: Database) -> None:
    enqueue(database, "welcome", "welcome")
    enqueue(database, "welcome")
    job = claim(database)
    assert queue.finish(database, job, present=NOW)
    enqueue(database, "welcome")
    assert queue.claim(database, present=AFTER_LEASE) is None


def test_two_transactions_that_queue_the_same_key_queue_it_once(database: Database) -> None:
    together = threading.Barrier(4)

    def ask() -> None:
        together.wait()
        enqueue(database, "welcome")

    run_together(ask, times=4)
    with database.read() as session:
        assert len(session.exec(select(Job)).all()) == 1


def test_the_longest_due_comes_first_and_nothing_before_its_time(database: Database) -> None:
    enqueue(database, "later", run_at=NOW + SECOND)
    enqueue(database, "second", run_at=NOW)
    enqueue(database, "first", run_at=NOW - SECOND)
    assert [claim(database).key for _ in range(2)] == ["first", "second"]
    assert queue.claim(database, present=NOW) is None
    assert not queue.is_due(database, present=NOW)
    assert queue.is_due(database, present=NOW + SECOND)
    assert claim(database, present=NOW + SECOND).key == "later"


def test_a_claimed_job_is_nobody_elses_until_its_lease_runs_out(database: Database) -> None:
    enqueue(database, "welcome")
    first = claim(database)
    assert queue.claim(database, present=NOW + queue.LEASE - SECOND) is None
    second = claim(database, present=NOW + queue.LEASE)
    assert (second.id, second.attempts) == (first.id, 2)
    assert second.lease_token != first.lease_token


def test_who_lost_the_lease_can_no_longer_say_how_it_ended(database: Database) -> None:
    enqueue(database, "welcome")
    late = claim(database)
    holder = claim(database, present=AFTER_LEASE)
    assert not queue.finish(database, late, present=AFTER_LEASE)
    assert not queue.fail(database, late, present=AFTER_LEASE, error="late")
    assert not queue.postpone(database, late, until=AFTER_LEASE)
    found = stored(database, holder)
    assert (found.done_at, found.error, found.lease_token) == (None, None, holder.lease_token)
    assert queue.finish(database, holder, present=AFTER_LEASE)
    assert not queue.finish(database, holder, present=AFTER_LEASE)
    assert stored(database, holder).done_at == AFTER_LEASE


def test_failures_pause_longer_each_time_until_the_letter_is_dead(database: Database) -> None:
    enqueue(database, "welcome")
    present, pauses = NOW, []
    for _ in range(queue.ATTEMPTS_ALLOWED - 1):
        job = claim(database, present=present)
        assert queue.fail(database, job, present=present, error="no route")
        pauses.append((stored(database, job).run_at - present).total_seconds())
        present = stored(database, job).run_at
        assert queue.claim(database, present=present - timedelta(milliseconds=1)) is None
    limits = [min(queue.LONGEST_PAUSE_SECONDS, 0.5 * 2**attempt) for attempt in range(1, len(pauses) + 1)]
    assert all(limit / 2 <= pause <= limit for pause, limit in zip(pauses, limits, strict=True)), pauses
    assert sum(later > earlier for earlier, later in pairwise(pauses)) >= len(pauses) // 2
    last = claim(database, present=present)
    assert queue.fail(database, last, present=present, error="still no route")
    dead = stored(database, last)
    assert (dead.dead_at, dead.error, dead.attempts) == (present, "still no route", queue.ATTEMPTS_ALLOWED)
    assert queue.claim(database, present=present + timedelta(days=999)) is None


def test_the_pauses_differ_so_that_jobs_do_not_come_back_all_at_once(database: Database) -> None:
    keys = [f"mail/{number}" for number in range(8)]
    enqueue(database, *keys)
    jobs = [claim(database) for _ in keys]
    for job in jobs:
        queue.fail(database, job, present=NOW, error="busy")
    assert len({stored(database, job).run_at for job in jobs}) > 1


def test_a_job_that_kills_its_workers_is_a_dead_letter_in_the_end(database: Database) -> None:
    enqueue(database, "poison", "welcome")
    present = NOW
    for _ in range(queue.ATTEMPTS_ALLOWED):
        job = claim(database, present=present)
        if job.key == "welcome":
            queue.finish(database, job, present=present)
            job = claim(database, present=present)
        assert job.key == "poison"
        present += queue.LEASE
    assert queue.claim(database, present=present) is None
    found = stored(database, job)
    assert found.dead_at == present
    assert "worker died" in (found.error or "")
    assert not queue.finish(database, job, present=present)


def test_waiting_for_something_is_no_failure(database: Database) -> None:
    enqueue(database, "welcome")
    job = claim(database)
    assert queue.postpone(database, job, until=NOW + SECOND)
    assert queue.claim(database, present=NOW) is None
    assert claim(database, present=NOW + SECOND).attempts == 1


def test_many_workers_at_once_claim_each_job_once(database: Database) -> None:
    keys = {f"mail/{number}" for number in range(24)}
    enqueue(database, *keys)
    claimed: list[str] = []

    def work() -> None:
        while job := queue.claim(database, present=NOW):
            claimed.append(job.key)
            queue.finish(database, job, present=NOW)

    run_together(work, times=4)
    assert sorted(claimed) == sorted(keys)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_claim_under_way_does_not_hold_up_other_workers(database: Database) -> None:
    enqueue(database, "first", "second")
    with database.write() as slow:
        held = slow.exec(select(Job).where(Job.key == "first").with_for_update()).one()
        assert claim(database).key != held.key


def test_what_is_done_is_forgotten_after_a_while_and_dead_letters_are_not(database: Database) -> None:
    enqueue(database, "mail", "schedule/tick/1", "open", "dead")
    for key in ("mail", "schedule/tick/1", "dead"):
        with database.write() as session:
            job = session.exec(select(Job).where(Job.key == key)).one()
            if key == "dead":
                job.dead_at = NOW
            else:
                job.done_at = NOW

    def kept(present: datetime) -> set[str]:
        queue.forget_done(database, present=present)
        with database.read() as session:
            return set(session.exec(select(Job.key)).all())

    assert kept(NOW + queue.SLOTS_KEPT_FOR) == {"mail", "schedule/tick/1", "open", "dead"}
    assert kept(NOW + queue.SLOTS_KEPT_FOR + SECOND) == {"mail", "open", "dead"}
    assert kept(NOW + queue.DONE_KEPT_FOR + SECOND) == {"open", "dead"}


def run_together(work: Callable[[], None], *, times: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
