"""Mail leaves once, whole and readable, however often its job runs."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest
from sqlmodel import select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.models import Job
from app.infrastructure.jobs.worker import JobContext, drain
from app.notifications import jobs, mail
from app.notifications.models import Message
from app.notifications.service import SEND, tell
from app.registry import JOBS
from tests.factories.parties import make_party
from tests.support.clock import START


@pytest.fixture
def message(database: Database) -> Message:
    with database.write() as session:
        return tell(
            session=session,
            at=START,
            party_id=make_party(session).id,
            about="lic_1",
            subject="The license ends in 90 days: Łuna",
            body="Ends at 2027-01-01 05:00 UTC.\n\nZoë & Søn.\n",
        )


def read(path: Path) -> EmailMessage:
    found = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def send(services: Services, message: Message) -> None:
    jobs.send(context=JobContext(services, 1), payload={"message_id": message.id})


def sent_at(database: Database, message: Message) -> object:
    with database.read() as session:
        return session.get_one(Message, message.id).sent_at


def test_a_message_becomes_a_file_that_mail_programs_read(
    database: Database, services: Services, message: Message
) -> None:
    assert sent_at(database, message) is None
    assert drain(services=services, handlers=JOBS) >= 1
    (file,) = services.settings.mail_dir.iterdir()
    assert file.name == f"{message.id}.eml"
    found = read(file)
    assert found["Message-ID"] == f"<{message.id}@likeness.example>"
    assert (found["From"], found["To"]) == ("no-reply@likeness.example", "office@example.com")
    assert found["Subject"] == "The license ends in 90 days: Łuna"
    assert found["Date"].datetime == START
    assert found["Auto-Submitted"] == "auto-generated"
    assert found.get_content().splitlines() == ["Ends at 2027-01-01 05:00 UTC.", "", "Zoë & Søn."]
    assert sent_at(database, message) is not None


def test_a_job_that_runs_again_sends_nothing_again(
    database: Database, services: Services, message: Message
) -> None:
    send(services, message)
    first_sent_at = sent_at(database, message)
    (file,) = services.settings.mail_dir.iterdir()
    file.unlink()
    send(services, message)
    assert list(services.settings.mail_dir.iterdir()) == []
    assert sent_at(database, message) == first_sent_at


def test_a_crash_before_it_was_noted_writes_the_same_file_again(
    database: Database, services: Services, message: Message
) -> None:
    send(services, message)
    (file,) = services.settings.mail_dir.iterdir()
    before = file.read_bytes()
    with database.write() as session:
        session.get_one(Message, message.id).sent_at = None
    send(services, message)
    assert [path.read_bytes() for path in services.settings.mail_dir.iterdir()] == [before]


def test_a_file_is_there_whole_or_not_at_all(
    database: Database, services: Services, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(mail.os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        send(services, message)
    assert list(services.settings.mail_dir.iterdir()) == []
    assert sent_at(database, message) is None


def test_a_message_leaves_with_its_transaction_or_not_at_all(database: Database) -> None:
    with database.write_session() as session:
        party_id = make_party(session).id
        tell(session=session, at=START, party_id=party_id, about="lic_1", subject="Never", body="Never")
        session.rollback()
    with database.read() as session:
        assert not session.exec(select(Message)).all()
        assert not session.exec(select(Job).where(Job.kind == SEND)).all()


@pytest.mark.parametrize(("length", "kept"), [(200, "x" * 200), (201, "x" * 199 + "…")])
def test_a_subject_has_its_longest_length(database: Database, length: int, kept: str) -> None:
    with database.write() as session:
        party_id = make_party(session).id
        row = tell(session=session, at=START, party_id=party_id, about="lic_1", subject="x" * length, body="")
        message_id = row.id
    with database.read() as session:
        assert session.get_one(Message, message_id).subject == kept


class _Receiving(StreamRequestHandler):
    """As much of an SMTP server as one delivery needs."""

    def handle(self) -> None:
        received: list[bytes] = self.server.received  # type: ignore[attr-defined]
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self._say("354 go on")
                lines = []
                while (text := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(text)
                received.append(b"".join(lines))
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def post_office() -> Iterator[ThreadingTCPServer]:
    server = ThreadingTCPServer(("127.0.0.1", 0), _Receiving)
    server.received = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_mail_goes_out_through_smtp_where_one_is_set(
    database: Database, services: Services, message: Message, post_office: ThreadingTCPServer
) -> None:
    settings = replace(services.settings, smtp_url=f"smtp://127.0.0.1:{post_office.server_address[1]}")
    outgoing = replace(services, settings=settings)
    send(outgoing, message)
    send(outgoing, message)
    (received,) = post_office.received  # type: ignore[attr-defined]
    found = message_from_bytes(received, policy=policy.default)
    assert found["Message-ID"] == f"<{message.id}@likeness.example>"
    assert not services.settings.mail_dir.exists()
    assert sent_at(database, message) is not None


def test_a_mail_that_cannot_leave_is_tried_again(
    database: Database, services: Services, message: Message, post_office: ThreadingTCPServer
) -> None:
    address = post_office.server_address
    nowhere = replace(services, settings=replace(services.settings, smtp_url="smtp://127.0.0.1:9"))
    drain(services=nowhere, handlers=JOBS)
    assert sent_at(database, message) is None
    with database.write() as session:
        job = session.exec(select(Job).where(Job.kind == SEND)).one()
        assert (job.done_at, job.dead_at, job.attempts) == (None, None, 1)
        job.run_at -= timedelta(hours=1)
    smtp = replace(services, settings=replace(services.settings, smtp_url=f"smtp://127.0.0.1:{address[1]}"))
    drain(services=smtp, handlers=JOBS)
    assert len(post_office.received) == 1  # type: ignore[attr-defined]
    assert sent_at(database, message) is not None
