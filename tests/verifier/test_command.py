"""The verifier's command, as a process: 0 only for a yes, 1 for a refusal, 2 where nothing can be known."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.verifier.workshop import ISSUER, NOW, STUDIO, Workshop

ROOT = Path(__file__).parents[2]
USE = ("--component", "voice", "--axis", "scripted", "--media", "game.scripted_performance", "--territory")


class Files:
    """What somebody fetched, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.shop = folder, Workshop()
        self.write("jwks.json", json.dumps(self.shop.jwks))
        self.write("list.jwt", self.shop.status_list())
        self.write("token.jwt", self.shop.credential() + "\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def run(self, *arguments: str, read: str = "token.jwt", known: Any = None) -> subprocess.CompletedProcess[str]:
        known = (
            known if known is not None else ("--issuer", ISSUER, "--audience", STUDIO, "--status-list", "list.jwt")
        )
        command = [sys.executable, "-m", "app.verifier", read, "--jwks", "jwks.json", *known, *arguments]
        return subprocess.run(
            command,
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT)},
            input=self.shop.credential(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_a_valid_credential_ends_with_0(files: Files) -> None:
    done = files.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "VALID: The credential is valid.\n", "")
    assert files.run(read="-").returncode == 0
    found = json.loads(files.run("--json").stdout)
    assert found["code"] == "VALID"
    assert found["valid_until"].endswith("Z")


def test_a_refusal_ends_with_1(files: Files) -> None:
    files.write("token.jwt", files.shop.credential(exp=NOW - 1))
    done = files.run()
    assert (done.returncode, done.stdout.split(":")[0]) == (1, "EXPIRED")
    files.write("token.jwt", files.shop.credential())
    assert files.run("--at", "2020-01-01T00:00:00Z").stdout.startswith("NOT_YET_VALID")
    files.write("list.jwt", files.shop.status_list((1,) * 8))
    assert json.loads(files.run("--json").stdout) == {
        "code": "REVOKED", "sentence": "It was revoked.", "valid_until": None,
    }  # fmt: skip


def test_a_use_is_held_against_the_license(files: Files) -> None:
    assert files.run(*USE, "DE").stdout == "ALLOWED: The license allows to generate this.\n"
    done = files.run(*USE, "CN")
    assert (done.returncode, done.stdout.split(":")[0]) == (1, "TERRITORY_NOT_GRANTED")
    files.write("list.jwt", files.shop.status_list((2,) * 8))
    done = files.run(*USE, "DE")
    assert (done.returncode, done.stdout.split(":")[0]) == (1, "SUSPENDED")
    assert files.run("--component", "voice").returncode == 2
    assert files.run("--component", "", "--axis", "", "--media", "", "--territory", "").returncode == 1
    assert files.run(*USE, "DE", "--action", "").returncode == 1


@pytest.mark.parametrize(
    "part", [("--action", "release"), ("--language", "en"), ("--category", "alcohol"), ("--context", "political")]
)
def test_a_use_named_in_part_is_never_a_yes(files: Files, part: tuple[str, str]) -> None:
    done = files.run(*part)
    assert (done.returncode, done.stdout) == (2, "")
    assert "name all of" in done.stderr


def test_what_cannot_be_known_ends_with_2(files: Files) -> None:
    without_list = files.run(known=("--issuer", ISSUER, "--audience", STUDIO))
    assert (without_list.returncode, without_list.stdout.split(":")[0]) == (2, "UNKNOWN")
    assert files.run(read="no-such-file").returncode == 2
    assert files.run("--at", "yesterday").returncode == 2
    assert files.run("--at", "2026-09-01T12:00:00").returncode == 2
    assert files.run(known=()).returncode == 2
    for text in ("{", "", "[" * 100_000):
        files.write("jwks.json", text)
        done = files.run()
        assert (done.returncode, done.stdout) == (2, ""), done
        assert "Traceback" not in done.stderr
