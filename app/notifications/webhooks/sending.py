"""Send one signed message: to the address that was checked, within a time limit, following nothing.

The name is looked up once. Every address found must be a public one, and the connection goes to one of them, not to
what the name may lead to a moment later. TLS still checks the certificate against the name. Of the answer
only status and `Retry-After` are read.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.notifications.webhooks.rules.addresses import is_own, is_public
from app.notifications.webhooks.rules.urls import Target
from app.notifications.webhooks.states import Outcome

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0
"""From the first byte sent to the last header read, however slowly they come."""
MOST_ADDRESSES = 3
"""So many of a host's addresses are tried."""
Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt ended."""

    outcome: Outcome
    took_ms: int
    status_code: int | None = None
    retry_after: timedelta | None = None


class _Connection(http.client.HTTPConnection):
    """Connects to the first of given addresses that can be reached, in the name of a host."""

    def __init__(self, target: Target, addresses: Sequence[str], context: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.default_port = 443 if target.is_secure else 80
        self._addresses, self._context = addresses[:MOST_ADDRESSES], context
        self.is_cut = False

    def connect(self) -> None:
        self.sock = self._reached()
        self._go_on()
        self.sock.settimeout(WHOLE_SECONDS)
        if self._context is not None:
            # The handshake comes when the socket is in its place, so that a slow one can be cut as well.
            self.sock = self._context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self._go_on()
            self.sock.do_handshake()

    def _go_on(self) -> None:
        """Raise TimeoutError where the time was over before the socket was in its place, so that it was not cut."""
        if self.is_cut:
            raise TimeoutError

    def _reached(self) -> socket.socket:
        for address in self._addresses[:-1]:
            try:
                return socket.create_connection((address, self.port), timeout=CONNECT_SECONDS)
            except OSError:
                continue
        return socket.create_connection((self._addresses[-1], self.port), timeout=CONNECT_SECONDS)

    def cut(self) -> None:
        """End the connection from another thread, whatever it waits for."""
        self.is_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host. Raises: OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def send(
    target: Target,
    *,
    headers: Mapping[str, str],
    body: bytes,
    may_be_local: bool,
    resolve: Resolve = look_up,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Send a message and say how that ended; what a receiver does raises nothing."""
    started = time.monotonic()

    def ended(outcome: Outcome, status: int | None = None, retry_after: timedelta | None = None) -> Answer:
        return Answer(outcome, round((time.monotonic() - started) * 1000), status, retry_after)

    try:
        addresses = resolve(target.host, target.port)
    except (OSError, UnicodeError):
        return ended(Outcome.UNKNOWN_HOST)
    if not addresses:
        return ended(Outcome.UNKNOWN_HOST)
    if not all(is_public(address) or (may_be_local and is_own(address)) for address in addresses):
        return ended(Outcome.FORBIDDEN_ADDRESS)
    secured = (context or ssl.create_default_context()) if target.is_secure else None
    return ended(*_exchange(_Connection(target, addresses, secured), target, headers, body))


def _exchange(
    connection: _Connection, target: Target, headers: Mapping[str, str], body: bytes
) -> tuple[Outcome, int | None, timedelta | None]:
    deadline = threading.Timer(WHOLE_SECONDS, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        response = connection.getresponse()
        if connection.is_cut:
            return Outcome.NO_ANSWER, None, None
        return _judged(response.status), response.status, _asked_for(response.headers.get("Retry-After", ""))
    except TimeoutError:
        return Outcome.NO_ANSWER, None, None
    except ssl.SSLError:
        return (Outcome.NO_ANSWER if connection.is_cut else Outcome.TLS_FAILED), None, None
    except OSError:
        return (Outcome.NO_ANSWER if connection.is_cut else Outcome.UNREACHABLE), None, None
    except (http.client.HTTPException, ValueError):
        return (Outcome.NO_ANSWER if connection.is_cut else Outcome.NOT_HTTP), None, None
    finally:
        deadline.cancel()
        connection.close()


def _judged(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if 300 <= status < 400:
        return Outcome.REDIRECTED
    return Outcome.GONE if status == 410 else Outcome.REFUSED


def _asked_for(text: str) -> timedelta | None:
    """Read `Retry-After` in seconds; as a date, which hardly anybody sends, it is left aside."""
    text = text.strip()
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() and len(text) <= 6 else None
