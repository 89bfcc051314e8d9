"""Do queued and scheduled work, in as many processes as wanted."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.jobs import queue
from app.infrastructure.jobs.models import Job

POLL_SECONDS = 0.2
_CLEANING = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_log = logging.getLogger(__name__)


class Postponed(Exception):
    """Raised by a handler whose work waits for something else: try again later, without counting a failure."""

    def __init__(self, reason: str, *, pause: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a handler works with. It opens its own transactions and calls others outside of them."""

    services: Services
    attempts: int
    """1 at the first attempt."""


Handler = Callable[..., None]
"""`handler(*, context: JobContext, payload: dict[str, Any]) -> None`"""


def run_worker(
    *,
    services: Services,
    handlers: Mapping[str, Handler],
    schedule: Mapping[str, timedelta],
    stop: threading.Event,
) -> None:
    """Work until told to stop; a job under way is finished first."""
    scheduler = _Scheduler(services, schedule)
    cleaned_at = machine_now()
    while not stop.is_set():
        try:
            scheduler.enqueue_current_slots()
            if machine_now() - cleaned_at > _CLEANING:
                cleaned_at = machine_now()
                queue.forget_done(services.database, present=cleaned_at)
            if not run_one(services=services, handlers=handlers):
                stop.wait(POLL_SECONDS)
        except Exception:
            _log.exception("the worker could not reach its queue")
            stop.wait(1)


def run_one(*, services: Services, handlers: Mapping[str, Handler]) -> bool:
    """Do one due job, if there is one; say whether there was."""
    database = services.database
    if not queue.is_due(database, present=machine_now()):
        return False
    job = queue.claim(database, present=machine_now())
    if job is None:
        return False
    try:
        handlers[job.kind](context=JobContext(services, job.attempts), payload=job.payload)
    except Postponed as waiting:
        is_mine = queue.postpone(database, job, until=machine_now() + waiting.pause)
    except Exception as error:
        _report_failure(job, error)
        is_mine = queue.fail(database, job, present=machine_now(), error=repr(error)[:2000])
    else:
        is_mine = queue.finish(database, job, present=machine_now())
    if not is_mine:
        _log.warning("job took longer than its lease and went to another worker", extra=_about(job))
    return True


def drain(*, services: Services, handlers: Mapping[str, Handler], limit: int = 1000) -> int:
    """Do what is due now until nothing is; return how many jobs that were."""
    done = 0
    while done < limit and run_one(services=services, handlers=handlers):
        done += 1
    return done


def _report_failure(job: Job, error: Exception) -> None:
    is_last = job.attempts >= queue.ATTEMPTS_ALLOWED
    _log.log(
        logging.ERROR if is_last else logging.WARNING,
        "job failed for good" if is_last else "job failed, will be tried again",
        extra=_about(job),
        exc_info=error,
    )


def _about(job: Job) -> dict[str, object]:
    return {"job_id": job.id, "kind": job.kind, "attempts": job.attempts}


class _Scheduler:
    """Enqueues each scheduled job once a slot, whoever else does the same."""

    def __init__(self, services: Services, schedule: Mapping[str, timedelta]) -> None:
        for kind, every in schedule.items():
            if every > queue.SLOTS_KEPT_FOR:
                raise ValueError(f"{kind} is scheduled every {every}; slots are remembered for less than that")
        self._services = services
        self._schedule = schedule
        self._seen: dict[str, int] = {}

    def enqueue_current_slots(self) -> None:
        present = machine_now()
        slots = {kind: int((present - _EPOCH) / every) for kind, every in self._schedule.items()}
        new = {kind: slot for kind, slot in slots.items() if self._seen.get(kind) != slot}
        if not new:
            return
        with self._services.database.write() as session:
            for kind, slot in new.items():
                queue.enqueue(session, kind=kind, key=f"{queue.SLOT_PREFIX}{kind}/{slot}", payload={})
        self._seen |= new
