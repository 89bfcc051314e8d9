"""Serve the app with gunicorn, set up for many small requests and a few long downloads."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client import multiprocess

from app.factory import create_app
from app.infrastructure.http.observability import configure_logging

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
            "child_exit": _forget_metrics_of,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._build()


def serve(*, bind: str, workers: int, threads: int, build: Callable[[], Flask] = create_app) -> None:
    """Serve until told to stop. Settings come from the environment, see `app.config`."""
    configure_logging()
    with tempfile.TemporaryDirectory(prefix="likeness-metrics-") as metrics:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
        Server(bind=bind, workers=workers, threads=threads, build=build).run()


def _forget_metrics_of(_server: object, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)
