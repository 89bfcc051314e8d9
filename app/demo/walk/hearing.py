"""News that reach the studio's systems: a small receiver, and what comes to it."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from app.demo.http import TIMEOUT_SECONDS, expect, wait_until
from app.demo.walk.road import Road


@dataclass
class Receiver:
    """A system of the studio's that takes messages."""

    secret: str = ""
    port: int = 0
    genuine: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What came and was rightly signed, by its id."""
    false: int = 0

    def take(self, headers: Mapping[str, str], body: bytes) -> None:
        message_id = headers["webhook-id"]
        content = f"{message_id}.{headers['webhook-timestamp']}.".encode() + body
        wanted = hmac.digest(base64.b64decode(self.secret.removeprefix("whsec_")), content, hashlib.sha256)
        if f"v1,{base64.b64encode(wanted).decode()}" in headers["webhook-signature"].split():
            self.genuine[message_id] = json.loads(body)
        else:
            self.false += 1

    def told(self, event_type: str) -> dict[str, Any] | None:
        return next((told for told in list(self.genuine.values()) if told["type"] == event_type), None)


def hear(road: Road) -> None:
    """Suspend and reinstate the license, and see what the studio's receiver hears of it."""
    say, path = road.narrator, f"/v1/licenses/{road.made['license_id']}"
    with _receiving() as receiver:
        with say.step("The studio registers a webhook endpoint; its test message arrives with a right signature"):
            wanted = {"url": f"http://127.0.0.1:{receiver.port}/hook", "event_types": ["*"]}
            made = road.studio.post("/v1/webhook-endpoints", wanted)
            receiver.secret, endpoint = made["secret"], f"/v1/webhook-endpoints/{made['endpoint']['id']}"
            road.studio.post(f"{endpoint}/pings")
            wait_until(lambda: receiver.told("ping"), "the test message")
        with say.step(
            "The estate suspends the license and lifts it again: the studio's systems hear both, once each"
        ):
            road.estate.post(f"{path}/suspension", {"reason": "The credit line is missing in the trailer."})
            road.estate.post(f"{path}/reinstatement", {"reason": "It is there now."})
            for event_type in ("license.suspended", "license.reinstated"):
                heard = wait_until(lambda: receiver.told(event_type), event_type)  # noqa: B023  waited for at once
                say.say(f"{heard['type']} at {heard['timestamp']}, standing now: {heard['standing_now']['code']}")
            expect(not receiver.false, "every message was rightly signed")
            expect("credit line" not in json.dumps(receiver.genuine), "a message holds nothing of the reason")
        road.studio.post(f"{endpoint}/deactivation")


def read_record(road: Road) -> None:
    """Look at the license as anybody can, without a key."""
    say, license_id = road.narrator, road.made["license_id"]
    with say.step("Anybody may read in its public record that the license stands, and what both agreed to show"):
        found = requests.get(f"{road.url}/v1/license-records/{license_id}", timeout=TIMEOUT_SECONDS).json()
        expect(found["standing"] == "valid", f"the record says valid: {found}")
        say.say(", ".join(f"{name}: {told}" for name, told in found.items() if isinstance(told, str)))
        drawing = requests.get(f"{road.url}/verify/{license_id}/qr.svg", timeout=TIMEOUT_SECONDS)
        expect(drawing.headers["Content-Type"] == "image/svg+xml", "its QR code is a drawing of its own")
        say.say(f"QR code: {road.url}/verify/{license_id}/qr.svg")


@contextmanager
def _receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
