"""One message over a real connection: what the receiver does, and where it may not lead."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.notifications.webhooks import sending
from app.notifications.webhooks.rules.urls import Target, read_url
from app.notifications.webhooks.sending import Answer, send
from app.notifications.webhooks.states import Outcome
from tests.notifications.hook_receiver import (
    Behavior,
    Receiver,
    answer,
    drip,
    flood,
    hang_up,
    nonsense,
    receiving,
    silence,
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WHOLE_SECONDS", 0.6)


def post(url: str, *, may_be_local: bool = True, resolved: Sequence[str] | None = None) -> Answer:
    def resolve(host: str, port: int) -> Sequence[str]:
        return sending.look_up(host, port) if resolved is None else resolved

    target = read_url(url, may_be_local=True)
    return send(target, headers={"webhook-id": "evt_1"}, body=b"{}", may_be_local=may_be_local, resolve=resolve)


@pytest.mark.parametrize(
    ("behavior", "outcome", "status"),
    [
        (answer(200), Outcome.DELIVERED, 200),
        (answer(299), Outcome.DELIVERED, 299),
        (answer(400), Outcome.REFUSED, 400),
        (answer(500), Outcome.REFUSED, 500),
        (answer(410), Outcome.GONE, 410),
        (silence, Outcome.NO_ANSWER, None),
        (drip, Outcome.NO_ANSWER, None),
        (hang_up, Outcome.UNREACHABLE, None),
        (nonsense, Outcome.NOT_HTTP, None),
    ],
)
def test_whatever_a_receiver_does_is_an_outcome(
    receiver: Receiver, behavior: Behavior, outcome: Outcome, status: int | None
) -> None:
    receiver.behaviors.append(behavior)
    started = time.monotonic()
    ended = post(receiver.url)
    assert (ended.outcome, ended.status_code) == (outcome, status)
    assert time.monotonic() - started < 1.5


def test_the_time_counts_from_the_first_attempt_to_connect() -> None:
    """A host that lets itself be reached only when the time is over cannot keep the sender from then on."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        waiting = socket.create_connection(address)  # as many as the server lets wait

        def accept_late() -> None:
            time.sleep(0.8)  # longer than the whole time, shorter than the next try of the network
            taken = [server.accept()[0] for _ in range(2)]
            for line in (b"HTTP/1.1 200 OK\r\n", *[b"X: slowly\r\n"] * 40):
                for one in taken:
                    with suppress(OSError):
                        one.sendall(line)
                time.sleep(0.1)
            for one in taken:
                one.close()

        late = threading.Thread(target=accept_late, daemon=True)
        late.start()
        started = time.monotonic()
        ended = post(f"http://127.0.0.1:{address[1]}/hook")
        assert ended.outcome is Outcome.NO_ANSWER
        assert time.monotonic() - started < 2.5
        waiting.close()
        late.join()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    receiver.behaviors.append(answer(status, Location=receiver.url + "/elsewhere"))
    assert post(receiver.url).outcome is Outcome.REDIRECTED
    assert [got.path for got in receiver.got] == ["/hook"]


def test_an_answer_without_an_end_is_not_read(receiver: Receiver) -> None:
    receiver.behaviors.append(flood)
    started = time.monotonic()
    assert post(receiver.url).outcome is Outcome.DELIVERED
    assert time.monotonic() - started < 0.5


def test_what_a_receiver_asks_for_is_read(receiver: Receiver) -> None:
    receiver.behaviors += [
        answer(503, Retry_After="120"),
        answer(429, Retry_After="soon"),
        answer(429, Retry_After="-1"),
    ]
    assert [post(receiver.url).retry_after for _ in range(3)] == [timedelta(minutes=2), None, None]


def test_nobody_there() -> None:
    with receiving() as gone:
        url = gone.url
    assert post(url).outcome is Outcome.UNREACHABLE
    assert post("http://hooks.example.com/", resolved=[]).outcome is Outcome.UNKNOWN_HOST


@pytest.mark.parametrize(
    "resolved",
    [
        ["127.0.0.1"],
        ["10.0.0.7"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
        ["127.0.0.1", "93.184.216.34"],
        ["2606:4700::1111", "fd00::1"],
        ["not an address"],
    ],
)
def test_a_name_that_leads_inside_is_not_called(receiver: Receiver, resolved: list[str]) -> None:
    url = f"http://hooks.example.com:{receiver.port}/hook"
    assert post(url, may_be_local=False, resolved=resolved).outcome is Outcome.FORBIDDEN_ADDRESS
    assert receiver.got == []


@pytest.mark.parametrize("resolved", [["10.0.0.7"], ["169.254.169.254"], ["127.0.0.1", "192.168.1.1"], ["fd00::1"]])
def test_a_demonstration_sends_to_its_own_machine_and_not_to_its_neighbors(
    receiver: Receiver, resolved: list[str]
) -> None:
    url = f"http://hooks.example.com:{receiver.port}/hook"
    assert post(url, resolved=resolved).outcome is Outcome.FORBIDDEN_ADDRESS
    assert receiver.got == []
    assert post(url, resolved=["127.0.0.1"]).outcome is Outcome.DELIVERED


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "localhost"])
def test_however_a_host_is_written_the_address_it_means_is_judged(receiver: Receiver, host: str) -> None:
    """Even if the first look at the URL had let it pass."""
    target = Target(False, host, receiver.port, "/hook")
    resolved = ["127.0.0.1"]  # what the system makes of each of them
    ended = send(target, headers={}, body=b"", may_be_local=False, resolve=lambda *_: resolved)
    assert ended.outcome is Outcome.FORBIDDEN_ADDRESS
    assert receiver.got == []


def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers differently the second time gains nothing by it."""
    looked_up: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["10.0.0.1"]

    monkeypatch.setattr(sending, "is_public", lambda address: address == "127.0.0.1")
    target = read_url(f"https://hooks.example.com:{receiver.port}/hook", may_be_local=False)
    plain = Target(False, target.host, target.port, target.path)
    ended = send(plain, headers={}, body=b"{}", may_be_local=False, resolve=resolve)
    assert ended.outcome is Outcome.DELIVERED
    assert looked_up == ["hooks.example.com"]
    assert receiver.got[0].headers["Host"] == f"hooks.example.com:{receiver.port}"


@pytest.mark.parametrize(
    ("name", "outcome"), [("hooks.example.com", Outcome.DELIVERED), ("other.example.com", Outcome.TLS_FAILED)]
)
def test_the_certificate_is_checked_against_the_name_and_not_the_address(
    tmp_path: Path, name: str, outcome: Outcome
) -> None:
    with receiving() as running, _secured(tmp_path, running, name) as port:
        context = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        target = Target(True, "hooks.example.com", port, "/hook")
        ended = send(
            target, headers={}, body=b"{}", may_be_local=True, resolve=lambda *_: ["127.0.0.1"], context=context
        )
    assert ended.outcome is outcome


def test_plain_http_where_tls_is_expected_is_no_connection(receiver: Receiver) -> None:
    target = Target(True, "hooks.example.com", receiver.port, "/hook")
    ended = send(target, headers={}, body=b"{}", may_be_local=True, resolve=lambda *_: ["127.0.0.1"])
    assert ended.outcome in {Outcome.TLS_FAILED, Outcome.NO_ANSWER, Outcome.UNREACHABLE}
    assert receiver.got == []


class _secured:  # noqa: N801  used as a function
    """A server of its own with a certificate for a name; leads nowhere but answers."""

    def __init__(self, folder: Path, running: Receiver, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        present = datetime.now(UTC)
        alternative: list[x509.GeneralName] = [x509.DNSName(name)]
        if name != "hooks.example.com":
            alternative.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(present - timedelta(days=1))
            .not_valid_after(present + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
        (folder / "key.pem").write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self._running = running

    def __enter__(self) -> int:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer(204)(self)

            def log_message(self, *args: object) -> None:
                return

        class Server(HTTPServer):
            def handle_error(self, *args: object) -> None:
                return

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.socket = self._context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self._server.server_port

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
