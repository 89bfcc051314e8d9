"""A receiver of webhooks: a real HTTP server on loopback that keeps what came and answers as it is told."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Got:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_by(self, secret: str) -> bool:
        """Check as the specification says, by means of our own."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        content = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
        return any(part == f"v1,{wanted}" for part in self.headers["webhook-signature"].split())


Behavior = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int, **headers: str) -> Behavior:
    def act(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return act


def drip(request: BaseHTTPRequestHandler) -> None:
    """Send a header now and then, and never come to an end."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        request.wfile.write(f"X-{number}: slowly\r\n".encode())
        time.sleep(0.1)


def silence(_request: BaseHTTPRequestHandler) -> None:
    time.sleep(2)


def hang_up(request: BaseHTTPRequestHandler) -> None:
    request.connection.close()


def nonsense(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"220 mail.example.com ESMTP\r\n\r\n")


def flood(request: BaseHTTPRequestHandler) -> None:
    """Answer well, with a body that never ends."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100_000):
        request.wfile.write(b"x" * 65_536)


@dataclass
class Receiver:
    port: int
    got: list[Got] = field(default_factory=list)
    behaviors: list[Behavior] = field(default_factory=list)
    """One for each request; whatever comes after them is answered with 204."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def types(self) -> list[str]:
        return [got.payload["type"] for got in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Got(self.path, dict(self.headers.items()), body))
            behavior = receiver.behaviors.pop(0) if receiver.behaviors else answer(204)
            self.close_connection = True
            try:
                behavior(self)
            except OSError:
                return  # the sender has hung up

        def do_GET(self) -> None:
            receiver.got.append(Got(self.path, {}, b""))
            answer(200)(self)

        def log_message(self, *args: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            return  # a closed connection is what some of the tests are about

    server = Server(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()
