"""`python3 -m app COMMAND`: make the project's own environment on first use, then run the command inside it.

Only the standard library is imported until the interpreter in `.venv` has taken over. `test` runs pytest and
passes its arguments on; every other command goes to `app.cli`. An installed package has nothing to make.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this with an older Python reads why it stops
    sys.exit(
        "This program needs Python 3.11 or newer; {} is {}.{}.\n"
        "Start it with a newer one, for instance: python3.11 -m app".format(sys.executable, *sys.version_info)
    )

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
RUNTIME_LOCK = ROOT / "requirements.txt"
TEST_LOCK = ROOT / "requirements-dev.txt"  # names all that the runtime lock names, and more
LOCKS = (RUNTIME_LOCK, TEST_LOCK)

NOT_MADE = """
The environment could not be made in .venv (the reason is above).
  Debian, Ubuntu:  apt-get install python3-venv
Then run the same command again."""

NO_INSTALLER = """
Neither pip nor uv is there to install the dependencies.
  Debian, Ubuntu:  apt-get install python3-pip
  elsewhere:       python3 -m ensurepip --upgrade
Then run the same command again."""

NOT_INSTALLED = """
The dependencies could not be installed (the reason is above).
  No network?  Connect, or tell pip of your mirror: pip config set global.index-url ...
  Offline?     Fetch the wheels where there is a network: pip download -r {lock} -d wheels
               and come back with them: PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels
  Disk full?   About 600 MB are needed.
Then run the same command again; what was downloaded already is used again."""


def main(argv: Sequence[str]) -> int:
    if not RUNTIME_LOCK.is_file():
        return _run_cli(argv)
    is_test = list(argv[:1]) == ["test"]
    prepare_environment(TEST_LOCK if is_test else RUNTIME_LOCK)
    if is_test:
        _become("pytest", _pytest_arguments(argv[1:]))
    if not _is_inside():
        _become("app", argv)
    return _run_cli(argv)


def _run_cli(argv: Sequence[str]) -> int:
    from app.cli import main as run_command

    return run_command(argv)


def _become(module: str, argv: Sequence[str]) -> None:
    sys.stdout.flush()
    os.execv(VENV_PYTHON, [str(VENV_PYTHON), "-m", module, *argv])  # noqa: S606 - no shell is wanted here


def _pytest_arguments(argv: Sequence[str]) -> list[str]:
    """Three processes unless told otherwise: tests wait for disks, too. A debugger has the terminal for itself."""
    if {"--pdb", "--trace"}.intersection(argv):
        return list(argv)
    return ["-n", "3", *argv]


def prepare_environment(lock: Path) -> None:
    """Have all that `lock` names installed in `.venv`. Costs next to nothing when that is so already."""
    if _is_ready(lock):
        return
    with _one_at_a_time():
        if _is_ready(lock):
            return
        if _stamp(lock).exists() or not any(map(_is_ready, LOCKS)):
            _make_empty_environment()
        print(f"Installing what {lock.name} names (on first use only, about a minute) ...", flush=True)
        for stale in LOCKS:
            _stamp(stale).unlink(missing_ok=True)
        _install(lock)
        for installed in {lock, RUNTIME_LOCK}:
            _remember(installed)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Lock the project folder itself: the system frees it however this process ends, and no file stays."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is preparing .venv; waiting for it ...", flush=True)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _is_inside() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def _outer_python() -> str:
    """`.venv` cannot empty itself and holds no pip, so both are asked of the Python it was made with."""
    return str(getattr(sys, "_base_executable", sys.executable)) if _is_inside() else sys.executable


def _stamp(lock: Path) -> Path:
    return VENV / f"installed-{lock.stem}"


def _fingerprint(lock: Path) -> str:
    """Changes with the lock, with the Python, and with the folder that the scripts in `.venv` point into."""
    return hashlib.sha256(lock.read_bytes() + f"\n{sys.version}\n{ROOT}".encode()).hexdigest()


def _packages() -> set[str]:
    return {found.name for found in VENV.glob("lib/python3*/site-packages/*.dist-info")}


def _is_ready(lock: Path) -> bool:
    """The stamp is written last, so half-made means none; what was replaced since shows as missing."""
    try:
        fingerprint, *packages = _stamp(lock).read_text().splitlines()
    except (OSError, ValueError):
        return False
    return fingerprint == _fingerprint(lock) and VENV_PYTHON.exists() and _packages().issuperset(packages)


def _remember(lock: Path) -> None:
    draft = VENV / "installed.draft"
    draft.write_text("\n".join([_fingerprint(lock), *sorted(_packages())]))
    draft.replace(_stamp(lock))


def _make_empty_environment() -> None:
    print("Making the environment in .venv ...", flush=True)
    command = [_outer_python(), "-m", "venv", "--clear", "--without-pip", str(VENV)]
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit(NOT_MADE)


def _install(lock: Path) -> None:
    options = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(lock)]
    installers = _installers()
    for number, installer in enumerate(installers):
        if number:
            print("Trying with pip instead ...", flush=True)
        if subprocess.run([*installer, *options], check=False).returncode == 0:
            return
    sys.exit(NOT_INSTALLED.format(lock=lock.name) if installers else NO_INSTALLER)


def _installers() -> list[list[str]]:
    """uv first, being faster; then pip, which may know of a mirror that uv was not told of."""
    found = []
    uv = shutil.which("uv")
    if uv and _works([uv, "--version"]):
        found.append([uv, "pip", "install", "--quiet", "--python", str(VENV_PYTHON)])
    pip = [_outer_python(), "-m", "pip"]
    if _works([*pip, "--version"]):
        quiet = ["-qq", "--disable-pip-version-check", "--no-input"]  # errors only
        found.append([*pip, "--python", str(VENV_PYTHON), *quiet, "install", "--no-user"])
    return found


def _works(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
