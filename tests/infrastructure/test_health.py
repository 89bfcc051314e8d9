"""For the operator: alive, ready, and metrics that count by route, over all workers."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.support.settings import SECRET_KEY


def count(text: str, **labels: str) -> float:
    """The value of the request counter with these labels, in Prometheus' text format."""
    for line in text.splitlines():
        if line.startswith("likeness_http_requests_total{"):
            found = dict(re.findall(r'(\w+)="([^"]*)"', line))
            if found == labels:
                return float(line.rpartition(" ")[2])
    return 0


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_ready_means_migrated_and_able_to_store(
    database: Database, services: Services, client: FlaskClient
) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")
    with database.read() as session:
        version = session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    assert answer.get_json()["schema"] == version
    assert services.settings.asset_dir.is_dir()


def test_without_its_schema_it_is_alive_and_not_ready(database: Database, client: FlaskClient) -> None:
    with database.write() as session:
        session.execute(sa.text("DROP TABLE alembic_version"))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "not_ready")
    assert client.get("/health/live").status_code == 200


def test_without_a_place_for_assets_it_is_not_ready(services: Services, client: FlaskClient) -> None:
    services.settings.asset_dir.parent.mkdir(parents=True, exist_ok=True)
    services.settings.asset_dir.write_text("a file where the folder should be")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "not_ready")


def test_requests_are_counted_by_route_and_never_by_path(client: FlaskClient) -> None:
    route = "/v1/licenses/<license_id>"
    before = client.get("/metrics").text
    for number in range(3):
        client.get(f"/v1/licenses/lic_secret{number}")
    client.get("/nowhere/secret")
    client.open("/health/live", method="BREW")
    after = client.get("/metrics").text
    labels = {"method": "GET", "route": route, "status": "401"}
    assert count(after, **labels) - count(before, **labels) == 3
    unmatched = {"method": "GET", "route": "unmatched", "status": "404"}
    assert count(after, **unmatched) - count(before, **unmatched) == 1
    assert "secret" not in after
    assert "BREW" not in after
    assert 'method="other"' in after
    assert f'likeness_http_request_seconds_count{{route="{route}"}}' in after


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server with two workers, in processes of its own."""
    port = free_port()
    code = f"from app.server import serve; serve(bind='127.0.0.1:{port}', workers=2, threads=2)"
    environment = {
        **os.environ,
        "LIKENESS_DATABASE_URL": f"sqlite:///{folder / 'likeness.db'}",
        "LIKENESS_DATA_DIR": str(folder),
        "LIKENESS_SECRET_KEY": SECRET_KEY,
        "TMPDIR": str(folder),
    }
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until_alive(port)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_alive(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/health/live", timeout=5)
            return
        time.sleep(0.1)
    pytest.fail("The server did not come up.")


def test_metrics_are_those_of_all_workers_also_of_ended_ones(tmp_path: Path) -> None:
    labels = {"method": "GET", "route": "/health/live", "status": "200"}
    with served(tmp_path) as (url, process):
        for _ in range(40):
            assert requests.get(f"{url}/health/live", timeout=10).ok
        counted = {count(metrics(url), **labels) for _ in range(8)}
        assert len(counted) == 1, "each worker tells of itself only"
        assert min(counted) >= 40
        os.kill(workers_of(process)[0], signal.SIGTERM)
        time.sleep(1)
        assert count(metrics(url), **labels) >= min(counted)
    assert not list(tmp_path.glob("likeness-metrics-*"))


def metrics(url: str) -> str:
    return requests.get(f"{url}/metrics", timeout=10).text


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def test_each_worker_keeps_to_a_cpu_also_one_that_takes_the_place_of_another(tmp_path: Path) -> None:
    everything = os.sched_getaffinity(0)
    cpus = sorted(everything)[:2]
    os.sched_setaffinity(0, cpus)
    try:
        with served(tmp_path) as (_, process):
            for _ in range(4):
                assert kept_to(process) == [[cpus[0]], [cpus[-1]]]
                os.kill(workers_of(process)[0], signal.SIGKILL)
                time.sleep(2)
    finally:
        os.sched_setaffinity(0, everything)


def kept_to(process: subprocess.Popen[bytes]) -> list[list[int]]:
    return sorted(sorted(os.sched_getaffinity(pid)) for pid in workers_of(process))
