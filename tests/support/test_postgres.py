"""The throw-away server leaves nothing behind, however the tests that used it end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres
from tests.support.postgres import PostgresServer, PostgresUnavailable

needs_server = pytest.mark.usefixtures("postgres_server")

START_AND_WAIT = """
from tests.support.postgres import PostgresServer
import time
print(PostgresServer().socket_folder, flush=True)
time.sleep(60)
"""


def _is_gone(folder: Path, *, within: float) -> bool:
    deadline = time.monotonic() + within
    while folder.parent.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@needs_server
def test_a_stopped_server_is_gone() -> None:
    server = PostgresServer()
    folder = Path(server.socket_folder)
    assert folder.exists()
    server.stop()
    assert _is_gone(folder, within=0.1)


@needs_server
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_server_dies_with_its_tests(how: signal.Signals) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", START_AND_WAIT]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as tests:
        assert tests.stdout is not None
        folder = Path(tests.stdout.readline().strip())
        assert folder.exists()
        os.kill(tests.pid, how)
    assert _is_gone(folder, within=10)


def test_it_listens_on_no_network(postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.url("postgres").replace("+psycopg", "")) as connection:
        row = connection.execute("SHOW listen_addresses").fetchone()
    assert row == ("",)


def test_a_server_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("bin", "lib", "share"):
        (tmp_path / part).mkdir()
    initdb = tmp_path / "bin" / "initdb"
    initdb.write_text("#!/bin/sh\necho no room >&2\nexit 1\n")
    initdb.chmod(0o755)
    monkeypatch.setattr(postgres, "_find_programs", lambda: iter([initdb.parent]))
    with pytest.raises(PostgresUnavailable, match="no room"):
        PostgresServer()
