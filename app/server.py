"""Serve the app with gunicorn, set up for many small requests and a few long downloads."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

GRACE_SECONDS = 15


class Server(BaseApplication):
    """Gunicorn, configured here and nowhere else."""

    def __init__(self, *, bind: str, workers: int, threads: int, build: Callable[[], Flask]) -> None:
        self._build = build
        self._options = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
            "graceful_timeout": GRACE_SECONDS,
            "timeout": 120,
            "keepalive": 30,
            "accesslog": None,
            "logconfig_dict": {},
            "control_socket_disable": True,
            "pre_fork": _choose_cpu,
            "post_fork": _keep_to_cpu,
            "child_exit": _forget_metrics_of,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._build()


def serve(*, bind: str, workers: int, threads: int, build: Callable[[], Flask] | None = None) -> None:
    """Serve until told to stop. Settings come from the environment, see `app.config`."""
    metrics, master = tempfile.mkdtemp(prefix="likeness-metrics-"), os.getpid()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
    # The metrics library looks for its folder once, when it is imported: whatever imports it comes after.
    from app.factory import create_app
    from app.infrastructure.http.observability import configure_logging

    configure_logging()
    try:
        Server(bind=bind, workers=workers, threads=threads, build=build or create_app).run()
    finally:
        if os.getpid() == master:  # a worker that ends comes by here as well, while others still count
            shutil.rmtree(metrics, ignore_errors=True)


def _choose_cpu(server: Any, worker: Any) -> None:
    """Give a worker the CPU to which the fewest others keep, where there are workers for all of them.

    Only one thread of a process runs Python at a time. On several CPUs, each pause of that one wakes another which
    finds the lock taken again: that costs up to a fifth of all requests. Fewer workers than CPUs roam.
    """
    worker.cpu = None
    cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if 1 < len(cpus) <= server.cfg.workers:
        taken = [other.cpu for other in server.WORKERS.values()]
        worker.cpu = min(cpus, key=taken.count)


def _keep_to_cpu(_server: object, worker: Any) -> None:
    if worker.cpu is not None:
        os.sched_setaffinity(0, {worker.cpu})


def _forget_metrics_of(_server: object, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
