"""Measure how many requests a second a server answers, with a few kept connections, bounded in time."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One request, sent again and again."""

    url: str
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] | None = None
    status: int = 200


def requests_per_second(request: Request, *, seconds: float, connections: int = 4) -> float:
    """Return the rate at which a server answers; an answer other than the expected one ends the measurement."""
    counts, problems = [0] * connections, list[str]()
    start, stop_at = threading.Barrier(connections + 1), [0.0]

    def client(number: int) -> None:
        parts = urlsplit(request.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        start.wait()
        while time.perf_counter() < stop_at[0] and not problems:
            connection.request(request.method, target, request.body, dict(request.headers or {}))
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != request.status:
                problems.append(f"{answer.status}: {content[:300]!r}")
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    stop_at[0] = began + seconds
    start.wait()
    for thread in threads:
        thread.join()
    if problems:
        raise RuntimeError(f"{request.url} answered {problems[0]}")
    return sum(counts) / (time.perf_counter() - began)


def interleaved(measures: Mapping[str, Callable[[], float]], *, rounds: int) -> dict[str, float]:
    """Measure each in turn, several times, and return medians: whatever slows the machine slows all of them."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return {name: statistics.median(values) for name, values in found.items()}
