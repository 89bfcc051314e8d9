"""The product as it is deployed: service under gunicorn, worker and payment sandbox, each a process of its own."""

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from app.config import load_settings
from app.demo.narrator import Narrator
from app.demo.processes import Processes, free_port
from app.demo.program import environment_for, prepare, road_for, sandbox_arguments
from app.demo.sample import World
from app.demo.walk.road import Road
from app.factory import build_services
from app.infrastructure.http.context import Services


@dataclass
class Deployment:
    """Running processes on a database filled with the sample data."""

    environment: Mapping[str, str]
    processes: Processes
    url: str
    sandbox_url: str
    world: World

    @property
    def road(self) -> Road:
        return road_for(self.world, url=self.url, sandbox_url=self.sandbox_url, narrator=Narrator())

    def start_service(self) -> None:
        self.processes.start("service", "app", "serve", "--bind", self.url.removeprefix("http://"))
        self.processes.wait_for("service", f"{self.url}/health/ready")

    def start_worker(self) -> None:
        self.processes.start("worker", "app", "worker")

    def kill(self, name: str) -> None:
        """End a process and its children as a power cut would."""
        os.killpg(self.processes.pid(name), signal.SIGKILL)
        self.processes.forget(name)

    def control(self, path: str, body: Mapping[str, object]) -> None:
        """Tell the sandbox to misbehave."""
        answer = requests.post(f"{self.sandbox_url}/_control/{path}", json=body, timeout=20)
        assert answer.ok, answer.text

    def services(self) -> Services:
        """Open the same database from here; close it afterwards."""
        return build_services(load_settings(self.environment))


@pytest.fixture
def deployment(database_url: str, tmp_path: Path) -> Iterator[Deployment]:
    port = free_port(21_000 + os.getpid() % 500 * 10)
    sandbox_port = free_port(port + 1)
    url, sandbox_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}"
    environment = environment_for(tmp_path, url=url, sandbox_url=sandbox_url, database_url=database_url)
    with Processes(environment, tmp_path / "logs") as processes:
        processes.start("sandbox", *sandbox_arguments(tmp_path, port=sandbox_port, url=url))
        processes.wait_for("sandbox", f"{sandbox_url}/_control/health")
        running = Deployment(environment, processes, url, sandbox_url, prepare(environment))
        running.start_service()
        running.start_worker()
        yield running
