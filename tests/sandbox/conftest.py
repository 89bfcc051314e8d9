"""A running sandbox, the real client library on it, and a receiver for its webhooks."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

import pytest
import stripe

from tests.simulators.sandbox import SandboxProcess

T = TypeVar("T")

SECRET = "whsec_sandbox_tests"
THIN_SECRET = "whsec_sandbox_thin_tests"


@dataclass(frozen=True)
class Delivered:
    """One request that reached the receiver."""

    path: str
    body: bytes
    signature: str

    @property
    def event(self) -> stripe.Event:
        event: stripe.Event = stripe.Webhook.construct_event(self.body, self.signature, SECRET)
        return event


@dataclass
class Receiver:
    """Where the sandbox delivers to. The next `refusals` requests that say `refusing` are answered with 500."""

    url: str = ""
    refusals: int = 0
    refusing: bytes = b""
    _seen: list[Delivered] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, delivered: Delivered) -> int:
        with self._lock:
            if self.refusals and self.refusing in delivered.body:
                self.refusals -= 1
                return 500
            self._seen.append(delivered)
            return 200

    def clear(self) -> None:
        with self._lock:
            self._seen.clear()

    def seen(self) -> list[Delivered]:
        with self._lock:
            return list(self._seen)

    def wait_for(self, event_type: str, *, count: int = 1, about: str | None = None) -> list[stripe.Event]:
        """Return the events of a type (about one object) as soon as there are `count` of them."""

        def found() -> list[stripe.Event]:
            events = [delivered.event for delivered in self.seen() if delivered.path == "/webhooks"]
            return [
                event for event in events if event.type == event_type and about in (None, event.data.object["id"])
            ]

        return wait_until(found, lambda events: len(events) >= count)


def wait_until(look: Callable[[], T], good: Callable[[T], bool], *, timeout: float = 10) -> T:
    deadline = time.monotonic() + timeout
    while not good(seen := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"It did not happen in {timeout} s; last seen: {seen!r}")
        time.sleep(0.02)
    return seen


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            delivered = Delivered(self.path, body, self.headers["Stripe-Signature"])
            self.send_response(receiver.take(delivered))
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def running(receiver: Receiver) -> Iterator[SandboxProcess]:
    with SandboxProcess(
        f"{receiver.url}/webhooks", SECRET, thin_webhook_url=f"{receiver.url}/thin", thin_secret=THIN_SECRET
    ) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxProcess, receiver: Receiver) -> SandboxProcess:
    """The shared sandbox, behaving, with an empty receiver."""
    running.control("misbehave", method="DELETE")
    receiver.refusals, receiver.refusing = 0, b""
    receiver.clear()
    return running


def client_of(sandbox: SandboxProcess, *, key: str = "sk_test_sandbox", retries: int = 0) -> stripe.StripeClient:
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=(5, 20)),
        base_addresses={"api": sandbox.url},
    )


@pytest.fixture
def client(sandbox: SandboxProcess) -> stripe.StripeClient:
    return client_of(sandbox)
