"""Measure how many requests a second a server answers: the smallest client that can keep one busy.

One thread holds some kept connections and sends bytes that were put together before; of an answer it looks at the
status, the length and a word that must be in it. It costs the machine a small part of what any Flask route does,
and the same for every server that is measured with it.
"""

import selectors
import socket
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

CONNECTIONS = 24
"""Some for each thread of a server: whichever worker has answered finds the next question waiting."""
APART_SECONDS = 0.02
"""Connections are opened one after the other under load, so that the worker which has less to do takes the next:
opened all at once they may all come to one worker, which then answers half as much as two."""


def request_bytes(path: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """Return a POST of JSON as it goes over the wire."""
    sent = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in (sent | dict(headers or {})).items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class WrongAnswer(Exception):
    """A server answered something else than what is measured."""


class _Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = b""
        self._length = 0

    def has_answer(self) -> bytes | None:
        """Read what has come; return the answer once it is whole."""
        came = self.socket.recv(1 << 20)
        if not came:
            raise WrongAnswer("The connection was closed.")
        self._got += came
        if not self._length:
            head = self._got.find(b"\r\n\r\n")
            if head < 0:
                return None
            named = self._got.lower().find(b"\r\ncontent-length:", 0, head)
            self._length = head + 4 + int(self._got[named + 17 : self._got.find(b"\r", named + 17)])
        if len(self._got) < self._length:
            return None
        answer, self._got, self._length = self._got, b"", 0
        return answer


def requests_per_second(
    port: int,
    requests: Sequence[bytes],
    *,
    seconds: float,
    must_hold: bytes,
    connections: int = CONNECTIONS,
) -> float:
    """Send requests in turn, over and over; return how many were answered a second once all connections are open.

    Raises: WrongAnswer.
    """
    waiting, opened, answered, in_flight = cycle(requests), list[_Connection](), 0, 0
    began = opens_at = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        while in_flight or len(opened) < connections:
            if len(opened) < connections and time.perf_counter() >= opens_at:
                opened.append(_Connection(port))
                selector.register(opened[-1].socket, selectors.EVENT_READ, opened[-1])
                opened[-1].socket.sendall(next(waiting))
                in_flight += 1
                began, answered = time.perf_counter(), 0
                opens_at = began + APART_SECONDS
            for key, _ in selector.select(timeout=APART_SECONDS):
                answer = key.data.has_answer()
                if answer is None:
                    continue
                if not answer.startswith(b"HTTP/1.1 200") or must_hold not in answer:
                    raise WrongAnswer(answer[:2000].decode(errors="replace"))
                answered += 1
                in_flight -= 1
                if time.perf_counter() < began + seconds:
                    key.data.socket.sendall(next(waiting))
                    in_flight += 1
        took = time.perf_counter() - began
        for connection in opened:
            connection.socket.close()
    return answered / took


def interleaved(measures: Mapping[str, Callable[[], float]], *, rounds: int) -> dict[str, list[float]]:
    """Measure each in turn, several times: whatever slows the machine slows all of them."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


def ratio_of(found: Mapping[str, Sequence[float]], one: str, other: str) -> float:
    """Return the median over the rounds of the ratio of two measures that were taken one after the other."""
    return statistics.median(a / b for a, b in zip(found[one], found[other], strict=True))
