"""What the demo says in the terminal: one line a step, seen or not, with how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Narrator:
    """Writes steps to the terminal; colors only where a person is looking."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._kept: list[str] | None = None
        """What is said during a step, to be printed below it."""

    def title(self, text: str) -> None:
        print(f"\n{self._paint('1', text)}", flush=True)

    def say(self, text: str) -> None:
        if self._kept is not None:
            self._kept.append(text)
            return
        for line in text.splitlines():
            print(f"      {line}", flush=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Announce a step, then say that it was seen; what it raises goes on."""
        if self._is_terminal:
            print(f"  … {text}", end="", flush=True)
        started, self._kept = time.perf_counter(), []
        try:
            yield
        except BaseException:
            self._close(f"{self._paint('31', '✗')} {text}")
            raise
        seconds = time.perf_counter() - started
        self._close(f"{self._paint('32', '✓')} {text} {self._paint('2', f'({seconds:.1f} s)')}")

    def _close(self, line: str) -> None:
        print(f"{chr(13) if self._is_terminal else ''}  {line}", flush=True)
        kept, self._kept = self._kept or [], None
        for text in kept:
            self.say(self._paint("2", text))

    def failure(self, text: str) -> None:
        print(f"\n{self._paint('31', text)}", file=sys.stderr, flush=True)

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._is_terminal else text
