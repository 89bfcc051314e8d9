"""A worker process for the test of sudden death: `python -m tests.infrastructure.job_worker URL FOLDER`.

Its leases are short, and it works until its standard input ends. A job leaves its effect in a transaction of its
own; one that has to `wait` says by a file in FOLDER that it has begun, and is quick the second time.
"""

import os
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.factory import build_services
from app.infrastructure.jobs import queue
from app.infrastructure.jobs.worker import JobContext, run_worker
from tests.support.settings import make_settings

SCHEDULE = {"tick": timedelta(days=1)}


def do(*, context: JobContext, payload: dict[str, Any]) -> None:
    if payload.get("wait") and context.attempts == 1:
        Path(sys.argv[2], f"begun-{os.getpid()}").touch()
        time.sleep(payload["wait"])
    with context.services.database.write() as session:
        effect = {"name": payload.get("name", "tick"), "pid": os.getpid()}
        session.connection().execute(sa.text("INSERT INTO effect (name, pid) VALUES (:name, :pid)"), effect)


def main() -> None:
    queue.LEASE = timedelta(seconds=5)
    services = build_services(make_settings(database_url=sys.argv[1], data_dir=Path(sys.argv[2])))
    stop = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    run_worker(services=services, handlers={"do": do, "tick": do}, schedule=SCHEDULE, stop=stop)
    services.database.close()


if __name__ == "__main__":
    main()
