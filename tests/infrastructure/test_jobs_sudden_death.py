"""kill -9 of a worker in the middle of a job: another worker finishes it, and every job takes effect once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from app.infrastructure.db.database import Database
from app.infrastructure.jobs import queue
from app.infrastructure.jobs.models import Job

QUICK = [f"quick {number}" for number in range(12)]
Workers = list[subprocess.Popen[bytes]]


@pytest.fixture
def workers(database: Database, tmp_path: Path) -> Iterator[Workers]:
    with database.write() as session:
        session.connection().execute(sa.text("CREATE TABLE effect (name TEXT, pid INTEGER)"))
        queue.enqueue(session, kind="do", key="long", payload={"name": "long", "wait": 300})
        for name in QUICK:
            queue.enqueue(session, kind="do", key=name, payload={"name": name})
    command = [sys.executable, "-m", "tests.infrastructure.job_worker", database.url, str(tmp_path)]
    started = [subprocess.Popen(command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE) for _ in range(2)]
    yield started
    for process in started:
        process.kill()
        process.communicate()


def wait_until(happened: Callable[[], bool], *, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_another_worker_finishes_what_a_killed_one_began(
    database: Database, workers: Workers, tmp_path: Path
) -> None:
    wait_until(lambda: bool(list(tmp_path.glob("begun-*"))))
    [begun] = tmp_path.glob("begun-*")
    killed = int(begun.name.removeprefix("begun-"))
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: all(job.done_at for job in stored(database)))

    with database.read() as session:
        effects = session.connection().execute(sa.text("SELECT name, pid FROM effect")).all()
    assert sorted(name for name, _ in effects) == sorted(["long", "tick", *QUICK])
    [finisher] = (pid for name, pid in effects if name == "long")
    assert finisher != killed
    assert {job.payload.get("name", "tick"): job.attempts for job in stored(database)} == {
        "long": 2,
        "tick": 1,
        **dict.fromkeys(QUICK, 1),
    }
    [alive] = (process for process in workers if process.pid != killed)
    alive.communicate(timeout=20)
    assert alive.returncode == 0


def stored(database: Database) -> list[Job]:
    with database.read() as session:
        return list(session.exec(select(Job)))
