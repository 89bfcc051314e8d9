"""The verifier can be installed alone: its own wheel, its one dependency, and nothing of the service."""

import importlib.metadata
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.missing import missing
from tests.verifier.workshop import ISSUER, STUDIO, Workshop

SOURCE = Path(__file__).parents[2] / "app" / "verifier"
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
CHECK = """
import json, sys
from datetime import UTC, datetime
import likeness_verifier
from likeness_verifier import Use, permits, verify_credential
asked = json.load(sys.stdin)
verdict = verify_credential(at=datetime.now(UTC), **asked)
answer = permits(verdict.claims, Use("voice", "scripted", "game.scripted_performance", "DE"))
strangers = sorted({name.split(".")[0] for name in sys.modules} & {"app", "flask", "sqlalchemy", "marshmallow"})
print(json.dumps([verdict.code, answer.code, strangers, likeness_verifier.__file__]))
"""


def run(*command: str | Path, given: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        input=given,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": os.devnull, "PYTHONNOUSERSITE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def pack_installed(name: str, folder: Path) -> set[str]:
    """Make wheels again of an installed package and all that it needs, so that nothing is downloaded."""
    packed, waiting = set[str](), [name]
    while waiting:
        found = importlib.metadata.distribution(waiting.pop())
        if found.name in packed:
            continue
        packed.add(found.name)
        tag = (found.read_text("WHEEL") or "").split("Tag: ")[1].split()[0]
        with zipfile.ZipFile(folder / f"{found.name.replace('-', '_')}-{found.version}-{tag}.whl", "w") as archive:
            for file in found.files or ():
                inside = not file.is_absolute() and ".." not in file.parts and "__pycache__" not in file.parts
                if inside and found.locate_file(file).is_file():
                    archive.write(str(found.locate_file(file)), str(file))
        needed = (Requirement(text) for text in found.requires or ())
        waiting += [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return packed


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment in which the verifier was installed by pip, offline."""
    folder = tmp_path_factory.mktemp("alone")
    wheels = folder / "wheels"
    wheels.mkdir()
    built = run(sys.executable, "-c", BUILD, wheels, cwd=SOURCE)
    assert built.returncode == 0, built.stderr
    assert pack_installed("joserfc", wheels) >= {"joserfc", "cryptography"}
    outer = str(getattr(sys, "_base_executable", sys.executable))
    if run(outer, "-m", "pip", "--version").returncode != 0:
        missing("pip", "Install python3-pip to test that the verifier can be installed.")
    made = run(outer, "-m", "venv", "--without-pip", folder / "venv")
    assert made.returncode == 0, made.stderr
    python = folder / "venv" / "bin" / "python"
    pip = (outer, "-m", "pip", "--python", python, "--disable-pip-version-check", "--no-input")
    done = run(*pip, "install", "--no-user", "--no-index", "--find-links", wheels, "likeness-verifier")
    assert done.returncode == 0, done.stderr
    checked = run(*pip, "check")
    assert checked.returncode == 0, checked.stdout
    return python


def test_it_needs_joserfc_and_no_more(alone: Path) -> None:
    listed = run(alone, "-c", "import importlib.metadata as m; print(*(d.name for d in m.distributions()))")
    assert set(listed.stdout.split()) - {"pip", "setuptools"} == {
        *("likeness-verifier", "joserfc", "cryptography", "cffi", "pycparser"),
    }  # fmt: skip


def test_what_was_installed_verifies(alone: Path, tmp_path: Path) -> None:
    shop = Workshop()
    asked = {
        "token": shop.credential(),
        "jwks": shop.jwks,
        "status_list": shop.status_list(),
        "issuer": ISSUER,
        "audience": STUDIO,
    }
    done = run(alone, "-c", CHECK, given=json.dumps(asked), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    verdict, answer, strangers, place = json.loads(done.stdout)
    assert (verdict, answer, strangers) == ("VALID", "ALLOWED", [])
    assert str(alone.parent.parent) in place


def test_its_command_is_installed(alone: Path, tmp_path: Path) -> None:
    shop = Workshop()
    (tmp_path / "jwks.json").write_text(json.dumps(shop.jwks))
    (tmp_path / "list.jwt").write_text(shop.status_list((1,) * 8))
    asked = ("-", "--jwks", "jwks.json", "--status-list", "list.jwt", "--issuer", ISSUER, "--audience", STUDIO)
    for command in ((alone, "-m", "likeness_verifier"), (alone.with_name("likeness-verify"),)):
        done = run(*command, *asked, given=shop.credential(), cwd=tmp_path)
        assert (done.returncode, done.stdout) == (1, "REVOKED: It was revoked.\n"), done.stderr
