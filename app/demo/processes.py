"""The demo's own processes: migrations, payment sandbox, service, worker. Started, awaited, and ended with it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

STARTS_WITHIN_SECONDS = 30
STOPS_WITHIN_SECONDS = 10


class DidNotStart(RuntimeError):
    """A process of the demo did not come up; the message ends with its last words."""


def free_port(first: int, *, taken: frozenset[int] = frozenset()) -> int:
    """Return the first free loopback port from `first` on."""
    for port in range(first, first + 200):
        if port in taken:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise DidNotStart(f"No free port from {first} on; name another with --port.")


@dataclass(slots=True)
class Processes:
    """Child processes with one environment; each writes its log to a file of its own."""

    environment: Mapping[str, str]
    log_folder: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.log_folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, *arguments: str) -> None:
        """Start `python -m ARGUMENTS` under a name."""
        with (self.log_folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603  our own modules
                [sys.executable, "-m", *arguments],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the demo alone, which then stops them in order
            )

    def run(self, name: str, *arguments: str) -> None:
        """Run `python -m ARGUMENTS` to its end. Raises: DidNotStart."""
        self.start(name, *arguments)
        if self._running.pop(name).wait() != 0:
            raise DidNotStart(self._last_words(name))

    def wait_for(self, name: str, url: str) -> None:
        """Wait until the process answers at a URL. Raises: DidNotStart."""
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if self._running[name].poll() is not None:
                raise DidNotStart(self._last_words(name))
            try:
                if requests.get(url, timeout=2).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise DidNotStart(self._last_words(name))

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def forget(self, name: str) -> None:
        """Wait for a process that was ended from outside, so that its name can be started again."""
        self._running.pop(name).wait(STOPS_WITHIN_SECONDS)

    def first_ended(self) -> str | None:
        """Return the name of a process that ended by itself, if one did."""
        return next((name for name, process in self._running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """End the processes, the latest first; one that does not listen is killed."""
        for process in reversed(self._running.values()):
            process.terminate()
            try:
                process.wait(STOPS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def _last_words(self, name: str) -> str:
        lines = (self.log_folder / f"{name}.log").read_text(errors="replace").splitlines()[-12:]
        return f"The demo's {name} did not start:\n  " + "\n  ".join(lines)
