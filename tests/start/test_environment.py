"""`python3 -m app` makes its own environment: once, whole, and again when what it was made from has changed.

A stand-in for uv plays the installer, so that nothing is downloaded; everything else is real.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.missing import missing

ROOT = Path(__file__).parents[2]
INSTALLER = """#!/bin/sh
[ "$1" = --version ] && exit 0
echo "$@" >> "$PROJECT/installs"
[ -e "$PROJECT/broken" ] && { echo no route to the index >&2; exit 1; }
[ -e "$PROJECT/slow" ] && sleep 30
for lock; do :; done
[ -e "$PROJECT/swift" ] || sleep 0.5
mkdir -p "$PROJECT"/.venv/lib/python3.*/site-packages
for name in $(cat "$lock"); do
  mkdir -p "$(echo "$PROJECT"/.venv/lib/python3.*/site-packages)/$name.dist-info"
done
"""
CLI = """
import sys
def main(argv=None):
    print("ran", *argv, "in", sys.prefix)
    return 7
"""
PYTEST = "import sys; print('tested', *sys.argv[1:])"

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "__init__.py").touch()
    shutil.copy(ROOT / "app" / "__main__.py", folder / "app")
    (folder / "app" / "cli.py").write_text(CLI)
    (folder / "pytest.py").write_text(PYTEST)
    (folder / "requirements.txt").write_text("flask-3\n")
    (folder / "requirements-dev.txt").write_text("flask-3\npytest-9\n")
    (folder / "swift").touch()
    installer = tmp_path / "bin" / "uv"
    installer.parent.mkdir()
    installer.write_text(INSTALLER)
    installer.chmod(0o755)
    return folder


def environment(project: Path) -> dict[str, str]:
    path = f"{project.parent / 'bin'}:/usr/bin:/bin"
    return {"PATH": path, "PROJECT": str(project), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}


def command(*arguments: str) -> list[str]:
    return [str(getattr(sys, "_base_executable", sys.executable)), "-m", "app", *arguments]


@pytest.fixture
def start(project: Path) -> Start:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments),
            cwd=project,
            env=environment(project),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def installs(project: Path) -> int:
    log = project / "installs"
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_the_first_start_installs_and_the_command_runs_inside(project: Path, start: Start) -> None:
    done = start("serve", "--port", "1")
    assert f"ran serve --port 1 in {project / '.venv'}" in done.stdout, done.stderr
    assert done.returncode == 7
    options = (project / "installs").read_text()
    for option in ("--require-hashes", "--no-deps", "--only-binary :all:", "requirements.txt"):
        assert option in options


def test_the_second_start_installs_nothing(project: Path, start: Start) -> None:
    start("serve")
    assert "Installing" not in start("serve").stdout
    assert installs(project) == 1


def test_tests_need_more_and_run_two_at_a_time(project: Path, start: Start) -> None:
    start("serve")
    assert "tested -n 3 -k money" in start("test", "-k", "money").stdout
    assert installs(project) == 2
    assert "tested --pdb" in start("test", "--pdb").stdout
    assert "ran serve" in start("serve").stdout
    assert installs(project) == 2


def test_a_changed_lock_makes_a_new_environment(project: Path, start: Start) -> None:
    start("serve")
    (project / "requirements.txt").write_text("flask-4\n")
    start("serve")
    packages = {path.name for path in (project / ".venv").glob("lib/*/site-packages/*.dist-info")}
    assert packages == {"flask-4.dist-info"}


def test_a_moved_project_makes_a_new_environment(project: Path, start: Start) -> None:
    start("serve")
    moved = project.rename(project.with_name("moved"))
    again = subprocess.run(
        command("serve"), cwd=moved, env=environment(moved), capture_output=True, text=True, check=False
    )
    assert f"in {moved / '.venv'}" in again.stdout
    assert installs(moved) == 2


@pytest.mark.parametrize("damage", ["package", "python", "stamp"])
def test_a_damaged_environment_is_made_again(project: Path, start: Start, damage: str) -> None:
    start("serve")
    venv = project / ".venv"
    if damage == "package":
        next(venv.glob("lib/*/site-packages/flask-3.dist-info")).rmdir()
    elif damage == "python":
        (venv / "bin" / "python").unlink()
    else:
        (venv / "installed-requirements").write_text("")
    assert "ran serve" in start("serve").stdout
    assert installs(project) == 2


@pytest.mark.parametrize("before", [0, 1], ids=["while made", "while extended for tests"])
def test_an_environment_left_half_made_is_made_again(project: Path, start: Start, before: int) -> None:
    if before:
        start("serve")
    (project / "slow").touch()
    with subprocess.Popen(
        command("test"), cwd=project, env=environment(project), stdout=subprocess.PIPE, start_new_session=True
    ) as killed:
        deadline = time.monotonic() + 30
        while installs(project) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(killed.pid, signal.SIGKILL)
    (project / "slow").unlink()
    assert "ran serve" in start("serve").stdout
    assert installs(project) == before + 2


def test_two_starts_at_once_install_once(project: Path) -> None:
    (project / "swift").unlink()
    both = [
        subprocess.Popen(command("serve"), cwd=project, env=environment(project), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    output = [process.communicate(timeout=60)[0] for process in both]
    assert all("ran serve" in text for text in output)
    assert installs(project) == 1


def test_a_failed_installation_says_what_to_do(project: Path, start: Start) -> None:
    (project / "broken").touch()
    (project / "requirements.txt").write_text("no-such-package-for-pip==1 --hash=sha256:" + "0" * 64)
    failed = start("serve")
    assert failed.returncode == 1
    assert "no route to the index" in failed.stderr
    assert "Then run the same command again" in failed.stderr
    (project / "broken").unlink()
    (project / "requirements.txt").write_text("flask-3\n")
    assert "ran serve" in start("serve").stdout


def test_without_uv_pip_installs_exactly_what_the_lock_names(project: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "performer-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("performer.py", "")
        archive.writestr("performer-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: performer\nVersion: 1\n")
        archive.writestr(
            "performer-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("performer-1.dist-info/RECORD", "")
    lock, wrong = project / "requirements.txt", "0" * 64
    offline = environment(project) | {"PATH": "/nowhere", "PIP_FIND_LINKS": str(tmp_path)}

    def start() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command("serve"), cwd=project, env=offline, capture_output=True, text=True, check=False, timeout=60
        )

    lock.write_text(f"performer==1 --hash=sha256:{wrong}\n")
    refused = start()
    if "Neither pip nor uv" in refused.stderr:
        missing("pip", "Install python3-pip to test the installation with it.")
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert refused.returncode == 1
    lock.write_text(f"performer==1 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    assert "ran serve" in start().stdout
    assert len(list((project / ".venv").glob("lib/*/site-packages/performer.py"))) == 1


def test_an_installed_package_has_nothing_to_make(project: Path, start: Start) -> None:
    (project / "requirements.txt").unlink()
    done = start("serve")
    assert done.returncode == 7
    assert f"in {sys.base_prefix}" in done.stdout
    assert not (project / ".venv").exists()
