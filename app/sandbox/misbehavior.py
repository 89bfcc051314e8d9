"""What goes wrong on request: the next calls, the next events. Nothing goes wrong by itself."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

CALL_FAULTS = "lost timeout slow error error_done unavailable rate_limit conflict"
EVENT_FAULTS = "delayed doubled reordered lost"


@dataclass(slots=True)
class CallFault:
    """The next `left` calls that match `method` and whose path begins with `path` are answered with `answer`."""

    answer: str
    left: int
    method: str = ""
    path: str = ""
    ms: int = 0

    def matches(self, method: str, path: str) -> bool:
        return self.left > 0 and self.method in ("", method) and path.startswith(self.path)


@dataclass(slots=True)
class EventFault:
    """The next `left` events of these types (all, if none are named) reach the receiver with `answer`."""

    answer: str
    left: int
    ms: int = 0
    types: list[str] = field(default_factory=list)
    taken: int = 0

    def matches(self, event_type: str) -> bool:
        return self.left > 0 and (not self.types or event_type in self.types)

    def due_in(self) -> float:
        """Seconds until delivery. Reordered events are due the sooner the later they happened."""
        if self.answer == "reordered":
            return (self.left + 1) * (self.ms or 200) / 1000
        return (self.ms or 1000) / 1000 if self.answer == "delayed" else 0


Fault = TypeVar("Fault", CallFault, EventFault)


class Misbehavior:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[CallFault] = []
        self._events: list[EventFault] = []

    def add(self, fault: CallFault | EventFault) -> None:
        with self._lock:
            if isinstance(fault, CallFault):
                self._calls.append(fault)
            else:
                self._events.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
            self._events.clear()

    def for_call(self, method: str, path: str) -> CallFault | None:
        with self._lock:
            return _take(self._calls, lambda fault: fault.matches(method, path))

    def for_event(self, event_type: str) -> EventFault | None:
        with self._lock:
            return _take(self._events, lambda fault: fault.matches(event_type))


def _take(faults: list[Fault], wanted: Callable[[Fault], bool]) -> Fault | None:
    for fault in faults:
        if wanted(fault):
            fault.left -= 1
            return fault
    return None
