"""A small client of the API for the walk: one key, idempotent, and loud when an answer is not the expected one."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

T = TypeVar("T")
TIMEOUT_SECONDS = 60


class NotSeen(AssertionError):
    """A step of the walk did not show what it promises."""


def expect(condition: object, what: str) -> None:
    """Raise NotSeen unless the condition holds."""
    if not condition:
        raise NotSeen(what)


def wait_until(look: Callable[[], T | None], what: str, *, seconds: float = 60) -> T:
    """Look until there is something to see. Raises: NotSeen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.1)
    raise NotSeen(f"{what}: not seen within {seconds:.0f} s")


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody's API key at a service."""

    url: str
    key: str

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        return self._call("GET", path, status=status, params=query)

    def post(self, path: str, body: Any = None, *, status: int = 201, **more: Any) -> Any:
        if "files" in more:
            return self._call("POST", path, status=status, data=body, **more)
        return self._call("POST", path, status=status, json={} if body is None else body, **more)

    def put(self, path: str, body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Any:
        return self._call("PUT", path, status=status, json=body, headers=headers)

    def download(self, path: str, *, status: int = 200) -> requests.Response:
        return self._send("GET", path, status=status)

    def _call(self, method: str, path: str, *, status: int, **more: Any) -> Any:
        return self._send(method, path, status=status, **more).json()

    def _send(
        self, method: str, path: str, *, status: int, headers: dict[str, str] | None = None, **more: Any
    ) -> requests.Response:
        sent = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": uuid.uuid4().hex, **(headers or {})}
        response = requests.request(method, self.url + path, headers=sent, timeout=TIMEOUT_SECONDS, **more)
        if response.status_code != status:
            raise NotSeen(f"{method} {path} answered {response.status_code}, not {status}: {response.text[:600]}")
        return response
