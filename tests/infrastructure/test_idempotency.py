"""Every unsafe call can be sent again: one effect, one answer, whatever happens in between."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.identity.models import ApiKey
from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http import idempotency
from app.infrastructure.http.idempotency import IdempotencyRecord
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import make_actor

BODY = {"name": "render farm", "scopes": ["read"]}


@pytest.fixture
def caller(database: Database, client: FlaskClient) -> Caller:
    with database.write() as session:
        return caller_for(session, client, make_actor(session))


def keys_named(database: Database, name: str) -> int:
    with database.read() as session:
        return len(session.exec(select(ApiKey.id).where(ApiKey.name == name)).all())


def test_a_repeated_call_gives_the_first_answer_again(database: Database, caller: Caller) -> None:
    headers = {"Idempotency-Key": "once"}
    first = caller.post("/v1/api-keys", json=BODY, headers=headers)
    again = caller.post("/v1/api-keys", json=BODY, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["api_key"] == first.json["api_key"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert keys_named(database, "render farm") == 1


def test_a_secret_shown_once_is_not_kept_for_replays(database: Database, caller: Caller) -> None:
    first = caller.post("/v1/api-keys", json=BODY, headers={"Idempotency-Key": "secret"})
    again = caller.post("/v1/api-keys", json=BODY, headers={"Idempotency-Key": "secret"})
    assert first.json["text"].startswith("lk_")
    assert again.json["text"] is None
    with database.read() as session:
        kept = session.exec(select(IdempotencyRecord.body)).all()
    assert all(first.json["text"].encode() not in (body or b"") for body in kept)


def test_the_same_key_with_another_payload_is_refused(caller: Caller) -> None:
    headers = {"Idempotency-Key": "reused"}
    caller.post("/v1/api-keys", json=BODY, headers=headers)
    other = caller.post("/v1/api-keys", json={**BODY, "name": "other"}, headers=headers)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


def test_two_callers_may_choose_the_same_key(database: Database, client: FlaskClient, caller: Caller) -> None:
    with database.write() as session:
        stranger = caller_for(session, client, make_actor(session))
    headers = {"Idempotency-Key": "popular"}
    assert caller.post("/v1/api-keys", json=BODY, headers=headers).status_code == 201
    assert stranger.post("/v1/api-keys", json=BODY, headers=headers).status_code == 201
    assert keys_named(database, "render farm") == 2


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_is_needed_and_has_a_length(caller: Caller, key: str) -> None:
    answer = caller.post("/v1/api-keys", json=BODY, headers={"Idempotency-Key": key})
    assert answer.status_code in (400, 422)
    assert answer.json["code"] in ("idempotency_key_missing", "invalid_input")


def test_a_refused_call_leaves_its_key_free(database: Database, caller: Caller) -> None:
    headers = {"Idempotency-Key": "second try"}
    assert caller.post("/v1/api-keys", json={"name": ""}, headers=headers).status_code == 422
    assert caller.post("/v1/api-keys", json=BODY, headers=headers).status_code == 201
    assert keys_named(database, "render farm") == 1


def test_a_call_in_flight_is_told_so_and_a_dead_one_is_taken_over(database: Database, caller: Caller) -> None:
    headers = {"Idempotency-Key": "slow"}
    caller.post("/v1/api-keys", json=BODY, headers=headers)
    _reopen(database, "slow", age=timedelta(0))
    waiting = caller.post("/v1/api-keys", json=BODY, headers=headers)
    assert (waiting.status_code, waiting.json["code"]) == (409, "request_in_flight")
    _reopen(database, "slow", age=idempotency.LEASE + timedelta(seconds=1))
    assert caller.post("/v1/api-keys", json=BODY, headers=headers).status_code == 201


def test_ten_at_once_have_one_effect(app: Flask, database: Database) -> None:
    with database.write() as session:
        callers = [caller_for(session, app.test_client(), make_actor(session))]
    key_text = callers[0]._authorization.removeprefix("Bearer ")
    callers = [Caller(app.test_client(), key_text) for _ in range(10)]
    start, statuses = threading.Barrier(10), []

    def call(caller: Caller) -> None:
        start.wait()
        statuses.append(caller.post("/v1/api-keys", json=BODY, headers={"Idempotency-Key": "race"}).status_code)

    threads = [threading.Thread(target=call, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys_named(database, "render farm") == 1
    assert 201 in statuses
    assert set(statuses) <= {201, 409}


def _reopen(database: Database, key: str, *, age: timedelta) -> None:
    """Put a record back to how a call under way, or one whose process died, has left it."""
    with database.write() as session:
        session.execute(
            sa.update(IdempotencyRecord)
            .where(col(IdempotencyRecord.key) == key)
            .values(status=None, body=None, headers=None, claimed_at=machine_now() - age)
        )
