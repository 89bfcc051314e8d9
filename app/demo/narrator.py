"""What the demo says in the terminal: one line a step, seen or not, with how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Narrator:
    """Writes steps to the terminal; colors only where a person is looking."""

    def __init__(self) -> None:
        self._colored = sys.stdout.isatty()

    def title(self, text: str) -> None:
        print(f"\n{self._paint('1', text)}", flush=True)

    def say(self, text: str) -> None:
        for line in text.splitlines():
            print(f"    {line}", flush=True)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Announce a step, then say that it was seen; what it raises goes on."""
        print(f"  {self._paint('2', '…')} {text}", end="" if self._colored else "\n", flush=True)
        started = time.perf_counter()
        try:
            yield
        except BaseException:
            print(f"\r  {self._paint('31', '✗')} {text}", flush=True)
            raise
        seconds = time.perf_counter() - started
        print(f"\r  {self._paint('32', '✓')} {text} {self._paint('2', f'({seconds:.1f} s)')}", flush=True)

    def failure(self, text: str) -> None:
        print(f"\n{self._paint('31', text)}", file=sys.stderr, flush=True)

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colored else text
