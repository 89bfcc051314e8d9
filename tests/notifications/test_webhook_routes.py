"""Webhook endpoints over the API and on their pages; secrets are seen once and kept nowhere in the open."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.http.idempotency import IdempotencyRecord
from app.notifications.webhooks.catalog import NAMES
from app.notifications.webhooks.service import MOST_ENDPOINTS, MOST_SECRETS
from tests.factories.identity import Caller
from tests.factories.licensing import Licensed, make_callers
from tests.factories.webhooks import locally, make_endpoint, send_due
from tests.notifications.hook_receiver import Receiver, answer
from tests.support.databases import on_sqlite
from tests.web.person import visit

PATH = "/v1/webhook-endpoints"
WANTED: dict[str, Any] = {"url": "https://hooks.example.com/likeness?token=not-for-logs", "event_types": ["*"]}


@pytest.fixture
def licensee(database: Database, client: FlaskClient, licensed: Licensed) -> Caller:
    with database.write() as session:
        return make_callers(session, client, licensed).licensee


def test_the_secret_is_shown_once_and_kept_nowhere_in_the_open(
    database: Database, licensee: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    first, again = (licensee.post(PATH, json=WANTED, headers={"Idempotency-Key": "one"}) for _ in range(2))
    secret = first.get_json()["secret"]
    assert first.status_code == again.status_code == 201
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    assert again.get_json() == first.get_json() | {"secret": None}
    endpoint_id = first.get_json()["endpoint"]["id"]
    rotated = licensee.post(f"{PATH}/{endpoint_id}/secret-rotation", json={}).get_json()["secret"]
    assert rotated != secret
    for path in (PATH, f"{PATH}/{endpoint_id}"):
        assert "whsec_" not in licensee.get(path).text
    with database.read() as session:
        tables = map(sa.table, sa.inspect(database.read_engine).get_table_names())
        every = [session.execute(sa.select(sa.text("*")).select_from(table)).all() for table in tables]
    everything = str(every)
    for text in (secret, rotated):
        assert text not in everything
        assert text not in caplog.text
    assert "not-for-logs" not in caplog.text


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "http://hooks.example.com/"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "/url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "/url"),
        ({"url": "https://user:pass@hooks.example.com/"}, "/url"),
        ({"url": "\ud83d\ude00"}, "/url"),
        ({"url": ""}, "/url"),
        ({"event_types": []}, "/event_types"),
        ({"event_types": ["license.invented"]}, "/event_types/0"),
        ({"event_types": "license.ended"}, "/event_types"),
        ({"description": "a" * 121}, "/description"),
        ({"secret": "whsec_mine"}, "/secret"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_with_the_place(
    licensee: Caller, change: dict[str, Any], pointer: str
) -> None:
    refused = licensee.post(PATH, json=WANTED | change)
    assert refused.status_code == 422, refused.text
    assert [error["pointer"] for error in refused.get_json()["errors"]] == [pointer]


@on_sqlite
def test_a_party_has_so_many_endpoints_and_secrets_at_most(licensee: Caller) -> None:
    made = [licensee.post(PATH, json=WANTED) for _ in range(MOST_ENDPOINTS + 1)]
    assert [answered.status_code for answered in made[-2:]] == [201, 409]
    assert made[-1].get_json()["code"] == "too_many_endpoints"
    endpoint = f"{PATH}/{made[0].get_json()['endpoint']['id']}"
    rotations = [licensee.post(f"{endpoint}/secret-rotation", json={}) for _ in range(MOST_SECRETS)]
    assert [answered.status_code for answered in rotations[-2:]] == [201, 409]
    assert licensee.delete(endpoint).status_code == 204
    assert licensee.get(endpoint).status_code == 404
    assert licensee.delete(endpoint).status_code == 404
    assert licensee.post(PATH, json=WANTED).status_code == 201


def test_a_test_message_is_sent_and_listed_with_its_attempts(
    database: Database, services: Services, licensed: Licensed, licensee: Caller, receiver: Receiver
) -> None:
    with database.write() as session:
        endpoint = make_endpoint(session, licensed.licensee, receiver.url, ["license.ended"]).endpoint
    receiver.behaviors.append(answer(503, Retry_After="3600"))
    path = f"{PATH}/{endpoint.id}"
    ping = licensee.post(f"{path}/pings", json={}).get_json()
    send_due(services)
    assert receiver.got[0].payload["type"] == "ping"
    [listed] = licensee.get(f"{path}/deliveries").get_json()["items"]
    assert listed["event_id"] == ping["event_id"] == receiver.got[0].id
    assert [(a["number"], a["outcome"], a["status_code"]) for a in listed["attempts"]] == [(1, "refused", 503)]
    assert listed["status"] == "pending"
    assert licensee.get(f"{path}/deliveries?status=delivered").get_json()["items"] == []
    again = licensee.post(f"{path}/deliveries/{ping['id']}/redelivery", json={})
    assert again.status_code == 201
    send_due(services)
    now = licensee.get(f"{path}/deliveries/{ping['id']}").get_json()
    assert (now["status"], len(now["attempts"])) == ("delivered", 2)
    assert {got.id for got in receiver.got} == {ping["event_id"]}
    assert licensee.post(f"{path}/deactivation", json={}).get_json()["off_reason"] == "by_its_party"
    assert licensee.post(f"{path}/pings", json={}).get_json()["code"] == "endpoint_off"
    assert licensee.post(f"{path}/activation", json={}).get_json()["is_on"] is True


@on_sqlite
def test_all_types_are_listed(licensee: Caller) -> None:
    listed = licensee.get("/v1/webhook-event-types").get_json()["items"]
    assert [kind["name"] for kind in listed] == list(NAMES)
    assert {kind["version"] for kind in listed} == {1}


@on_sqlite
def test_the_recipe_of_the_readme_tells_true_messages_from_false(
    database: Database, services: Services, licensed: Licensed, licensee: Caller, receiver: Receiver
) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text()
    [recipe] = re.findall(r"    import base64, hashlib, hmac, time\n(?:    .*\n|\n)+", text)
    found: dict[str, Any] = {}
    exec("\n".join(line[4:] for line in recipe.splitlines()), found)  # noqa: S102  what readers copy is what is tried
    with database.write() as session:
        made = make_endpoint(session, licensed.licensee, receiver.url)
    licensee.post(f"{PATH}/{made.endpoint.id}/pings", json={})
    send_due(services)
    [got] = receiver.got
    is_genuine = found["is_genuine"]
    assert is_genuine(made.secret, got.headers, got.body)
    assert not is_genuine(made.secret, got.headers, got.body + b" ")
    assert not is_genuine("whsec_" + "A" * 43 + "=", got.headers, got.body)
    assert not is_genuine(made.secret, {**got.headers, "webhook-id": "evt_other"}, got.body)
    late = {**got.headers, "webhook-timestamp": str(int(got.headers["webhook-timestamp"]) - 3600)}
    assert not is_genuine(made.secret, late, got.body)


@on_sqlite
def test_the_pages_make_try_and_switch_an_endpoint(
    app: Flask, database: Database, services: Services, licensed: Licensed, receiver: Receiver
) -> None:
    app.extensions["likeness"] = locally(services)
    with database.read() as session:
        person = visit(app, session, licensed.licensee)
    start = person.get("/webhook-endpoints")
    refused = person.send(start, "/webhook-endpoints", url="ftp://example.com", event_types=["*"])
    assert (refused.status_code, "must begin with" in refused.text) == (422, True)
    assert person.send(start, "/webhook-endpoints", url=receiver.url, event_types=[]).status_code == 422
    made = person.send(person.get("/webhook-endpoints"), "/webhook-endpoints", url=receiver.url, event_types=["*"])
    assert made.status_code == 200
    secret = re.search(r"whsec_[A-Za-z0-9+/]{43}=", made.text)
    assert secret is not None
    with database.read() as session:
        bodies = [row.body or b"" for row in session.exec(select(IdempotencyRecord))]
    assert any(b"(was shown once)" in body for body in bodies)
    assert not any(secret[0].encode() in body for body in bodies)
    listed = person.read("/webhook-endpoints")
    path = re.search(r"/webhook-endpoints/whe_\w+", listed)
    assert path is not None
    assert secret[0] not in listed + person.read(path[0])
    person.done(person.get(path[0]), "/ping")
    send_due(services)
    shown = person.read(path[0])
    assert "Delivered" in shown
    assert receiver.got[0].is_signed_by(secret[0])
    person.done(person.get(path[0]), "/redelivery")
    send_due(services)
    assert len(receiver.got) == 2
    rotated = person.send(person.get(path[0]), "/secret")
    assert "whsec_" in rotated.text
    person.done(person.get(path[0]), "/switch")
    assert "switched off by you" in person.read(path[0])
    person.done(person.get(path[0]), "/switch")
    assert person.done(person.get(path[0]), "/deletion").endswith("/webhook-endpoints")
    assert person.get(path[0]).status_code == 404
