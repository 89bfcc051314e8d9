"""Keys over HTTP: shown once, limited by scope, refused from the very next request."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from app.identity.actor import Actor
from app.identity.states import Scope
from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.idempotency import IdempotencyRecord
from tests.factories.identity import Caller, caller_for, make_key
from tests.factories.parties import make_actor
from tests.support.databases import on_sqlite

WANTED: dict[str, Any] = {"name": "Build server", "scopes": ["read", "decide"]}


@dataclass(frozen=True)
class World:
    actor: Actor
    owner: Caller
    stranger: Caller


@pytest.fixture
def world(database: Database, client: FlaskClient) -> World:
    with database.write() as session:
        actor = make_actor(session)
        return World(
            actor,
            caller_for(session, client, actor),
            caller_for(session, client, make_actor(session, name="Other")),
        )


def test_a_key_is_made_used_and_refused_after_its_revocation(world: World, client: FlaskClient) -> None:
    made = world.owner.post("/v1/api-keys", json=WANTED).get_json()
    caller = Caller(client, made["text"])
    me = caller.get("/v1/me").get_json()
    assert (me["party_id"], me["api_key_id"]) == (world.actor.party_id, made["api_key"]["id"])
    assert me["scopes"] == ["decide", "read"]
    assert me["user"]["name"] == "Robin Example"
    assert world.owner.delete(f"/v1/api-keys/{made['api_key']['id']}").status_code == 204
    refused = caller.get("/v1/me")
    assert (refused.status_code, refused.get_json()["code"]) == (401, "not_authenticated")
    [newest, _] = world.owner.get("/v1/api-keys").get_json()["items"]
    assert newest["revoked_at"] is not None
    assert "text" not in newest


def test_an_expired_key_is_refused(database: Database, world: World, client: FlaskClient) -> None:
    ago = machine_now() - timedelta(hours=2)
    with database.write() as session:
        spent = make_key(session, world.actor, at=ago, expires_at=ago + timedelta(hours=1)).text
        fresh = make_key(session, world.actor, at=ago, expires_at=ago + timedelta(hours=3)).text
    assert Caller(client, spent).get("/v1/me").status_code == 401
    assert Caller(client, fresh).get("/v1/me").status_code == 200


def test_the_text_of_a_key_is_shown_once_and_stored_nowhere(database: Database, world: World) -> None:
    sent: dict[str, Any] = {"json": WANTED, "headers": {"Idempotency-Key": "one key please"}}
    first = world.owner.post("/v1/api-keys", **sent).get_json()
    second = world.owner.post("/v1/api-keys", **sent).get_json()
    assert first["text"].startswith("lk_")
    assert second == {"api_key": first["api_key"], "text": None}
    with database.read() as session:
        answers = [row.body or b"" for row in session.exec(select(IdempotencyRecord)).all()]
    assert answers
    assert not any(first["text"].encode() in answer for answer in answers)


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        (Scope.READ, "GET", "/v1/me", 200),
        (Scope.READ, "POST", "/v1/api-keys", 403),
        (Scope.READ, "DELETE", "/v1/api-keys/key_x", 403),
        (Scope.WRITE, "POST", "/v1/api-keys", 403),
        (Scope.WRITE, "GET", "/v1/api-keys", 403),
        (Scope.DECIDE, "GET", "/v1/me", 403),
        (Scope.DECIDE, "POST", "/v1/packages", 403),
    ],
)
def test_a_key_does_what_its_scope_says(
    database: Database, world: World, client: FlaskClient, scope: Scope, method: str, path: str, status: int
) -> None:
    with database.write() as session:
        text = make_key(session, world.actor, scopes=frozenset({scope})).text
    assert Caller(client, text).call(method, path, json=WANTED if method == "POST" else None).status_code == status


def test_keys_of_another_party_do_not_exist(world: World) -> None:
    made = world.owner.post("/v1/api-keys", json=WANTED).get_json()["api_key"]
    assert world.stranger.delete(f"/v1/api-keys/{made['id']}").status_code == 404
    assert made["id"] not in {item["id"] for item in world.stranger.get("/v1/api-keys").get_json()["items"]}


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer nonsense", "Basic bGtfeDp5", "Bearer lk_a_b\u00e9"]
)
def test_without_a_usable_key_nobody_gets_in(client: FlaskClient, authorization: str) -> None:
    answer = client.get("/v1/me", headers={"Authorization": authorization} if authorization else {})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "not_authenticated")


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"expires_at": "tomorrow"}, "/expires_at"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"role": "administrator"}, "/role"),
    ],
)
def test_a_refusal_names_the_field(world: World, change: dict[str, Any], pointer: str) -> None:
    answer = world.owner.post("/v1/api-keys", json=WANTED | change)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_making_a_key_needs_an_idempotency_key(world: World) -> None:
    answer = world.owner.post("/v1/api-keys", json=WANTED, headers={"Idempotency-Key": ""})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_missing")
