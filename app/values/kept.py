"""Values kept for those who ask for them again, up to a number."""

from threading import Lock
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(dict[K, V]):
    """A dictionary from which what came first goes first, once there is no more room."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room, self._lock = room, Lock()

    def keep(self, key: K, value: V) -> V:
        with self._lock:
            self.pop(key, None)
            while len(self) >= self._room:
                del self[next(iter(self))]
            self[key] = value
        return value
