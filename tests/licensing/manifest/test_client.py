"""`likeness check-manifest` against the real app on loopback, and against servers that are something else."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.licensing.manifest.client import line_of
from tests.factories.identity import make_key
from tests.factories.licensing import Licensed
from tests.licensing.manifest.conftest import Manifest
from tests.support.databases import on_sqlite

ROOT = Path(__file__).parents[3]
COMMAND = "import sys; from app.cli import main; sys.exit(main())"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def key(database: Database, licensed: Licensed) -> str:
    with database.write() as session:
        return make_key(session, licensed.licensee, scopes=frozenset({Scope.DECIDE})).text


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command in a folder of its own, as a pipeline does."""

    def run(
        manifest: Any, *arguments: str, url: str, key: str | None = "lk_000000000000_wrong", **around: str
    ) -> subprocess.CompletedProcess[str]:
        text = manifest if isinstance(manifest, str) else json.dumps(manifest, indent=2)
        (tmp_path / "build.json").write_text(text)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LIKENESS_")}
        return subprocess.run(
            [sys.executable, "-c", COMMAND, "check-manifest", "build.json", "--url", url, *arguments],
            cwd=tmp_path,
            env=environment
            | {"PYTHONPATH": str(ROOT)}
            | ({} if key is None else {"LIKENESS_API_KEY": key})
            | around,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def test_a_build_that_may_go_out_ends_with_0(run: Run, base_url: str, key: str, manifest: Manifest) -> None:
    done = run(manifest, url=base_url, key=key)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "build.json: may be released; likeness assets checked: 1.\n"
    done = run(manifest, "--json", url=f"{base_url}/", key=key)
    assert done.returncode == 0
    assert json.loads(done.stdout)["allowed"] is True


def test_a_build_that_may_not_ends_with_1_and_names_the_lines(
    run: Run, base_url: str, key: str, manifest: Manifest
) -> None:
    line = manifest["assets"][0]
    build = manifest | {"assets": [line, line | {"territory": "+WORLD", "sha256": "0" * 64}]}
    done = run(build, url=base_url, key=key)
    assert done.returncode == 1, done.stderr
    file, territory, summary = done.stdout.splitlines()
    written = json.dumps(build, indent=2).splitlines()
    for found, member in ((file, "sha256"), (territory, "territory")):
        place, number, pointer, *_ = found.split(":")
        assert (place, pointer) == ("build.json", f" /assets/1/{member}")
        assert written[int(number) - 1].strip().startswith(f'"{member}"')
        assert found.endswith("[Harbor office]")
    assert summary == "build.json: may not go out; reasons: 2, likeness assets checked: 2."
    done = run(build, "--json", url=base_url, key=key)
    assert done.returncode == 1
    assert [reason["code"] for reason in json.loads(done.stdout)["reasons"]] == [
        "ASSET_UNKNOWN", "TERRITORY_NOT_GRANTED",
    ]  # fmt: skip


def test_what_the_service_calls_malformed_ends_with_2_and_names_the_line(
    run: Run, base_url: str, key: str, manifest: Manifest
) -> None:
    line = manifest["assets"][0]
    done = run(manifest | {"assets": [line, line | {"territory": "Atlantis"}]}, url=base_url, key=key)
    assert (done.returncode, done.stdout) == (2, "")
    assert "/assets/1/territory" in done.stderr
    assert "build.json:" in done.stderr
    done = run(manifest | {"assets": [line | {"soul": 1}]}, "--json", url=base_url, key=key)
    assert done.returncode == 2
    assert json.loads(done.stdout)["allowed"] is None


@on_sqlite
def test_a_wrong_key_or_none_ends_with_2(run: Run, base_url: str, manifest: Manifest) -> None:
    assert run(manifest, url=base_url).returncode == 2
    for key in (None, "", " ", "a\nb", "é"):
        done = run(manifest, url=base_url, key=key)
        assert done.returncode == 2
        assert "LIKENESS_API_KEY" in done.stderr


@on_sqlite
def test_what_a_pipeline_keeps_for_other_programs_changes_nothing(
    run: Run, base_url: str, key: str, manifest: Manifest, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login somebody password secret\n")
    done = run(manifest, url=base_url, key=key, NETRC=str(tmp_path / "netrc"))
    assert (done.returncode, done.stderr) == (0, "")
    elsewhere = "http://127.0.0.1:9"
    done = run(
        manifest, url=base_url, key=key, HTTP_PROXY=elsewhere, http_proxy=elsewhere, no_proxy="", NO_PROXY=""
    )
    assert (done.returncode, done.stderr) == (0, "")


@on_sqlite
def test_a_terminal_without_an_accent_is_told_all_the_same(
    run: Run, base_url: str, key: str, manifest: Manifest
) -> None:
    line = manifest["assets"][0] | {"territory": "+WORLD", "scenes": ["Büro am Hafen"]}
    done = run(manifest | {"assets": [line]}, url=base_url, key=key, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("may not go out; reasons: 1, likeness assets checked: 1.\n")


class Wayward(BaseHTTPRequestHandler):
    """A server that answers whatever the test wants."""

    status, headers_to_send, body = 200, dict[str, str](), b"{}"
    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        for name, value in self.headers_to_send.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: Any) -> None:
        """Stay silent."""


@pytest.fixture
def wayward() -> Iterator[tuple[str, type[Wayward]]]:
    handler = type("Handler", (Wayward,), {})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


YES = {"allowed": True, "checked_at": "2026-09-01T12:00:00Z", "assets": 1, "reasons": []}
SMALL = {"manifest_version": 1, "assets": [{}]}


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b""),
        (200, {}, b"<html>welcome</html>"),
        (200, {}, b"[]"),
        (200, {}, b"true"),
        (200, {}, b"[" * 100_000),
        (201, {}, json.dumps(YES).encode()),
        (302, {"Location": "/v1/manifest-checks"}, json.dumps(YES).encode()),
        (307, {"Location": "/v1/manifest-checks"}, json.dumps(YES).encode()),
        (500, {}, json.dumps(YES).encode()),
        (200, {}, json.dumps(YES | {"assets": 2}).encode()),
        (200, {}, json.dumps(YES | {"allowed": "true"}).encode()),
        (200, {}, json.dumps(YES | {"allowed": 1}).encode()),
        (200, {}, json.dumps(YES | {"allowed": False}).encode()),
        (200, {}, json.dumps(YES | {"reasons": None}).encode()),
        (200, {}, json.dumps(YES | {"reasons": [{}]}).encode()),
        (200, {}, json.dumps(YES | {"allowed": False, "reasons": [{"code": 1}]}).encode()),
        (200, {}, json.dumps({"allowed": True}).encode()),
        (200, {"Content-Length": "999"}, json.dumps(YES).encode()),
    ],
)
def test_never_0_by_accident(run: Run, wayward: Any, status: int, headers: dict[str, str], body: bytes) -> None:
    url, handler = wayward
    handler.status, handler.headers_to_send, handler.body = status, headers, body
    done = run(SMALL, url=url)
    assert (done.returncode, done.stdout) == (2, ""), done
    assert done.stderr.startswith("likeness: ")
    assert "Traceback" not in done.stderr
    assert handler.asked == 1, "it follows nobody elsewhere, with the key"


def test_the_answer_that_counts(run: Run, wayward: Any) -> None:
    url, handler = wayward
    handler.body = json.dumps(YES).encode()
    assert run(SMALL, url=url).returncode == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1",
        "http://licenses.example",
        "ftp://127.0.0.1",
        "127.0.0.1",
        "",
        "https://",
        "http://[::1",
    ],
)
def test_without_a_service_it_ends_with_2(run: Run, url: str) -> None:
    done = run(SMALL, url=url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["http://licenses.example\\@localhost", "http://licenses.example\\@127.0.0.1:8000"])
def test_an_address_that_programs_read_differently_is_none(run: Run, url: str) -> None:
    done = run(SMALL, url=url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not the address of a service" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1"),
        ('{\n  "manifest_version": 1,\n  "assets": [,]\n}', "line 3, column 14"),
        ('{"assets": [], "assets": []}', "'assets' twice"),
        ("[]", "`assets`"),
        ('{"assets": {}}', "`assets`"),
        ("[" * 100_000, "nested too deeply"),
        ("{" + " " * 4_200_000 + "}", "larger"),
    ],
)
def test_what_is_no_manifest_ends_with_2_and_says_where(run: Run, text: str, said: str) -> None:
    done = run(text, url="http://127.0.0.1:1")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_file_that_cannot_be_read_ends_with_2(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COMMAND, "check-manifest", str(tmp_path), "--url", "http://127.0.0.1:1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "cannot be read" in done.stderr


def test_a_pointer_leads_to_its_line() -> None:
    text = '{\n "a": [1, [], {"b":\n  [2,\n   "}"]}],\n "c~/d": {"e\\"": null}, "f": [\n ],\n "g": [[\n  3]]}'
    places = {
        "": 1, "/a": 2, "/a/0": 2, "/a/1": 2, "/a/2": 2, "/a/2/b": 3, "/a/2/b/0": 3, "/a/2/b/1": 4, "/c~0~1d": 5,
        '/c~0~1d/e"': 5, "/f": 5, "/g": 7, "/g/0": 7, "/g/0/0": 8, "/a/2/missing": 2, "/nowhere": 1, "/f/0": 5,
    }  # fmt: skip
    assert {pointer: line_of(text, pointer) for pointer in places} == places
