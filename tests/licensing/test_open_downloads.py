"""A download that is under way when the license ends or is suspended, over a real connection."""

import hashlib
import http.client
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from app.demo.processes import Processes, free_port
from app.demo.program import environment_for
from app.identity import service as identity
from app.infrastructure.clock import DemoClock, machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction
from tests.factories.deliveries import LARGE, have_delivered, have_linked, make_large_license
from tests.factories.identity import Caller, make_key
from tests.factories.licensing import DURING, ENDS_AT, Licensed
from tests.support.clock import FrozenClock
from tests.support.databases import on_sqlite
from tests.support.settings import SECRET_KEY

FIRST = 1 << 20
SHA256 = hashlib.sha256(LARGE).digest()


@dataclass(frozen=True)
class Opened:
    """A large file that is ready to be fetched by two ways."""

    licensed: Licensed
    key_id: str
    key_text: str
    content_path: str
    link_path: str


@pytest.fixture
def opened(database: Database, services: Services, client: FlaskClient, clock: FrozenClock) -> Opened:
    clock.move_to(DURING)
    return open_file(database, services, client)


def open_file(database: Database, services: Services, client: FlaskClient) -> Opened:
    with database.write() as session:
        licensed = make_large_license(session, services.store)
        key = make_key(session, licensed.licensee)
    caller = Caller(client, key.text)
    made = have_delivered(caller, licensed.id)
    link = have_linked(caller, made["id"], lasts_minutes=1440)
    return Opened(licensed, key.key.id, key.text, made["content_url"], urlsplit(link["url"]).path)


class Download:
    """A client that reads as slowly as a test wants."""

    def __init__(self, base_url: str, path: str, *, key: str = "", start: int = 0, etag: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=30)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": etag}
        self._connection.request("GET", path, headers=headers)
        self.answer = self._connection.getresponse()

    @property
    def etag(self) -> str:
        return self.answer.headers["ETag"]

    def read(self, size: int) -> bytes:
        return self.answer.read(size)

    def read_rest(self) -> bytes:
        """Return what still comes, and close; raises nothing where the body stops short."""
        parts = []
        try:
            while part := self.answer.read(1 << 16):
                parts.append(part)
        except (http.client.IncompleteRead, ConnectionError):
            pass
        self._connection.close()
        return b"".join(parts)


def change(session: Session, opened: Opened, action: LicenseAction) -> None:
    lifecycle.change_standing(
        session=session,
        actor=opened.licensed.licensor,
        at=DURING,
        license_id=opened.licensed.id,
        action=action,
        reason="The label is missing.",
    )


@pytest.mark.parametrize("way", ["key", "link"])
def test_it_is_cut_at_a_suspension_and_resumed_by_range_once_that_is_lifted(
    base_url: str, database: Database, opened: Opened, way: str
) -> None:
    path, key = (opened.content_path, opened.key_text) if way == "key" else (opened.link_path, "")
    under_way = Download(base_url, path, key=key)
    got = under_way.read(FIRST)
    with database.write() as session:
        change(session, opened, LicenseAction.SUSPEND)
    got += under_way.read_rest()
    assert FIRST <= len(got) < len(LARGE)
    assert int(under_way.answer.headers["Content-Length"]) == len(LARGE)

    refused = Download(base_url, path, key=key, start=len(got), etag=under_way.etag)
    assert (refused.answer.status, b"SUSPENDED" in refused.read_rest()) == (409, True)
    with database.write() as session:
        change(session, opened, LicenseAction.REINSTATE)
    rest = Download(base_url, path, key=key, start=len(got), etag=under_way.etag)
    assert rest.answer.status == 206
    got += rest.read_rest()
    assert hashlib.sha256(got).digest() == SHA256


def test_it_is_cut_at_the_end_of_the_license_with_no_job_running(
    base_url: str, opened: Opened, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT - (ENDS_AT - DURING) / 10_000)
    under_way = Download(base_url, opened.content_path, key=opened.key_text)
    got = under_way.read(FIRST)
    clock.move_to(ENDS_AT)
    got += under_way.read_rest()
    assert len(got) < len(LARGE)
    refused = Download(base_url, opened.content_path, key=opened.key_text, start=len(got), etag=under_way.etag)
    assert (refused.answer.status, b"EXPIRED" in refused.read_rest()) == (409, True)


@pytest.mark.parametrize("way", ["key", "link"])
def test_it_is_cut_when_the_key_behind_it_is_revoked(
    base_url: str, database: Database, opened: Opened, way: str
) -> None:
    path, key = (opened.content_path, opened.key_text) if way == "key" else (opened.link_path, "")
    under_way = Download(base_url, path, key=key)
    got = under_way.read(FIRST)
    with database.write() as session:
        identity.revoke_api_key(
            session=session, actor=opened.licensed.licensee, at=machine_now(), key_id=opened.key_id
        )
    assert len(got + under_way.read_rest()) < len(LARGE)


def test_it_comes_whole_while_the_license_stands(base_url: str, opened: Opened) -> None:
    assert hashlib.sha256(Download(base_url, opened.link_path).read_rest()).digest() == SHA256


@on_sqlite
def test_the_server_as_it_is_deployed_cuts_it_as_well(
    database: Database,
    services: Services,
    client: FlaskClient,
    clock: FrozenClock,
    tmp_path: Path,
) -> None:
    clock.move_to(DURING)
    opened = open_file(database, services, client)
    DemoClock(database).start_at(DURING)
    port = free_port(24_000 + os.getpid() % 500 * 10)
    url = f"http://127.0.0.1:{port}"
    environment = environment_for(tmp_path, url=url, sandbox_url="", database_url=database.url)
    environment["LIKENESS_SECRET_KEY"] = SECRET_KEY
    with Processes(environment, tmp_path / "logs") as processes:
        processes.start("service", "app", "serve", "--bind", f"127.0.0.1:{port}")
        processes.wait_for("service", f"{url}/health/ready")
        under_way = Download(url, opened.link_path)
        got = under_way.read(FIRST)
        with database.write() as session:
            change(session, opened, LicenseAction.SUSPEND)
        got += under_way.read_rest()
        assert FIRST <= len(got) < len(LARGE)
        refused = Download(url, opened.link_path, start=len(got), etag=under_way.etag)
        assert (refused.answer.status, b"SUSPENDED" in refused.read_rest()) == (409, True)
