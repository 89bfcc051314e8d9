"""Workers: handlers run outside any transaction, the schedule fills each slot once, and no death loses a job."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app.infrastructure.clock import ClockOffset, machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.jobs import queue, worker
from app.infrastructure.jobs.models import Job
from app.infrastructure.jobs.worker import JobContext, Postponed, drain, run_one, run_worker

DAY = timedelta(days=1)


class MachineTime:
    """Machine time that the test moves, for everything a worker looks at."""

    def __init__(self) -> None:
        self.present = machine_now()

    def __call__(self) -> datetime:
        return self.present


@pytest.fixture
def machine_time(monkeypatch: pytest.MonkeyPatch) -> MachineTime:
    time = MachineTime()
    monkeypatch.setattr(worker, "machine_now", time)
    monkeypatch.setattr(queue, "machine_now", time)
    return time


class Handler:
    """Notes what it was given; raises what it was told to, once each."""

    def __init__(self, *errors: Exception) -> None:
        self.seen: list[tuple[dict[str, Any], int]] = []
        self._errors = list(errors)

    def __call__(self, *, context: JobContext, payload: dict[str, Any]) -> None:
        self.seen.append((payload, context.attempts))
        if self._errors:
            raise self._errors.pop(0)


def enqueue(services: Services, key: str, **payload: Any) -> None:
    with services.database.write() as session:
        queue.enqueue(session, kind="mail", key=key, payload=payload)


def jobs(services: Services) -> list[Job]:
    with services.database.read() as session:
        return list(session.exec(select(Job).order_by(col(Job.key))))


def test_a_handler_has_no_transaction_around_it_and_opens_its_own(services: Services) -> None:
    def handle(*, context: JobContext, payload: dict[str, Any]) -> None:
        with context.services.database.write() as session:
            session.add(ClockOffset(offset_microseconds=payload["seconds"]))

    enqueue(services, "move", seconds=7)
    assert drain(services=services, handlers={"mail": handle}) == 1
    with services.database.read() as session:
        assert session.get_one(ClockOffset, 1).offset_microseconds == 7


def test_a_failure_is_noted_and_tried_again_later(services: Services, machine_time: MachineTime) -> None:
    handler = Handler(ValueError("no route"))
    enqueue(services, "welcome", to="estate")
    assert drain(services=services, handlers={"mail": handler}) == 1
    assert jobs(services)[0].error == "ValueError('no route')"
    assert drain(services=services, handlers={"mail": handler}) == 0
    machine_time.present += timedelta(seconds=2)
    assert drain(services=services, handlers={"mail": handler}) == 1
    assert handler.seen == [({"to": "estate"}, 1), ({"to": "estate"}, 2)]
    assert (jobs(services)[0].done_at, jobs(services)[0].error) == (machine_time.present, None)


def test_a_handler_may_wait_without_using_up_its_attempts(services: Services, machine_time: MachineTime) -> None:
    handler = Handler(Postponed("not settled yet", pause=DAY))
    enqueue(services, "payout")
    drain(services=services, handlers={"mail": handler})
    machine_time.present += DAY - timedelta(seconds=1)
    assert drain(services=services, handlers={"mail": handler}) == 0
    machine_time.present += timedelta(seconds=1)
    assert drain(services=services, handlers={"mail": handler}) == 1
    assert [attempt for _, attempt in handler.seen] == [1, 1]


def test_work_of_an_unknown_kind_waits_for_a_worker_that_knows_it(
    services: Services, machine_time: MachineTime
) -> None:
    enqueue(services, "welcome")
    assert run_one(services=services, handlers={})
    machine_time.present += timedelta(minutes=1)
    handler = Handler()
    assert drain(services=services, handlers={"mail": handler}) == 1
    assert len(handler.seen) == 1


def test_who_outlives_its_lease_changes_nothing_any_more(
    services: Services, machine_time: MachineTime, caplog: pytest.LogCaptureFixture
) -> None:
    inner = Handler()

    def slow(**_: Any) -> None:
        machine_time.present += queue.LEASE
        assert run_one(services=services, handlers={"mail": inner})
        machine_time.present += timedelta(seconds=1)

    enqueue(services, "welcome")
    run_one(services=services, handlers={"mail": slow})
    assert jobs(services)[0].done_at == machine_time.present - timedelta(seconds=1)
    assert "went to another worker" in caplog.text


def test_each_slot_of_the_schedule_is_filled_once_by_however_many_workers(
    services: Services, machine_time: MachineTime
) -> None:
    schedule = {"tick": timedelta(hours=1), "tock": timedelta(days=1)}
    machine_time.present = machine_time.present.replace(hour=12, minute=59, second=59)
    workers = [worker._Scheduler(services, schedule) for _ in range(3)]

    def fill() -> None:
        for one in workers:
            one.enqueue_current_slots()

    fill()
    fill()
    assert [job.kind for job in jobs(services)] == ["tick", "tock"]
    machine_time.present += timedelta(seconds=1)
    fill()
    assert [job.kind for job in jobs(services)] == ["tick", "tick", "tock"]
    machine_time.present += 2 * DAY
    fill()
    assert len(jobs(services)) == 5, "slots that passed while nobody worked are not made up for"


def test_a_slot_longer_than_its_memory_is_refused(services: Services) -> None:
    too_long = queue.SLOTS_KEPT_FOR + timedelta(seconds=1)
    with pytest.raises(ValueError, match="weekly"):
        run_worker(services=services, handlers={}, schedule={"weekly": too_long}, stop=threading.Event())


def test_a_worker_goes_on_after_its_queue_was_out_of_reach(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    failures = [ConnectionError("gone")]
    really_due = queue.is_due

    def is_due(*arguments: Any, **options: Any) -> bool:
        if failures:
            raise failures.pop()
        return really_due(*arguments, **options)

    def handle(**_: Any) -> None:
        stop.set()

    monkeypatch.setattr(queue, "is_due", is_due)
    enqueue(services, "welcome")
    limit = threading.Timer(20, stop.set)
    limit.start()
    run_worker(services=services, handlers={"mail": handle}, schedule={}, stop=stop)
    limit.cancel()
    assert jobs(services)[0].done_at is not None
    assert "could not reach its queue" in caplog.text
