"""Quotas over HTTP: what a game server with its small key can do, say again, and is told."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.identity import Caller, make_key
from tests.factories.licensing import DURING, ENDS_AT, USE, Callers, Licensed, make_callers
from tests.factories.quotas import cap, make_capped_license
from tests.support.clock import FrozenClock
from tests.support.databases import on_sqlite

MINUTE = timedelta(minutes=1)


@pytest.fixture
def capped(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    clock.move_to(DURING)
    with database.write() as session:
        return make_capped_license(
            session, services.store, cap("lines", 100, per="month"), cap("concurrent_titles", 3, component="voice")
        )


@pytest.fixture
def people(database: Database, client: FlaskClient, capped: Licensed) -> Callers:
    with database.write() as session:
        return make_callers(session, client, capped)


@pytest.fixture
def server(database: Database, client: FlaskClient, capped: Licensed) -> Caller:
    """A game server, whose key may only decide."""
    with database.write() as session:
        return Caller(client, make_key(session, capped.licensee, scopes=frozenset({Scope.DECIDE})).text)


def reserve(caller: Caller, licensed: Licensed, *, headers: dict[str, str] | None = None, **body: Any) -> Any:
    sent = USE | {"amounts": {"lines": 20}} | body
    return caller.post(f"/v1/licenses/{licensed.id}/reservations", json=sent, headers=headers)


def refused(answer: TestResponse, status: int, code: str) -> str:
    found = answer.get_json()
    assert (answer.status_code, answer.content_type, found["code"]) == (status, "application/problem+json", code)
    return str(found["detail"])


def test_reserve_commit_and_see_it_counted(people: Callers, server: Caller, capped: Licensed) -> None:
    made = reserve(server, capped, seconds=60, amounts={"lines": 20, "concurrent_titles": 1})
    assert made.status_code == 201
    body = made.get_json()
    assert body | {"id": ""} == {
        "id": "",
        "license_id": capped.id,
        "status": "held",
        "use": {
            "component": "voice", "axis": "scripted", "medium": "game.scripted_performance", "territory": "DE",
            "language": None, "category": None, "action": "generate", "contexts": [], "approval_id": None,
        },
        "amounts": [
            {"unit": "concurrent_titles", "reserved": 1, "committed": None},
            {"unit": "lines", "reserved": 20, "committed": None},
        ],
        "made_at": "2026-09-01T12:00:00Z",
        "expires_at": "2026-09-01T12:01:00Z",
        "settled_at": None,
        "freed_at": None,
        "obligations": [
            "Show the label: Digital replica, used with permission",
            "Give credit: Voice by permission of the estate",
        ],
        "obligation_details": body["obligation_details"],
    }  # fmt: skip
    committed = server.post(f"/v1/reservations/{body['id']}/commit", json={"amounts": {"lines": 15}})
    assert committed.status_code == 201
    assert committed.get_json()["status"] == "committed"
    reserve(server, capped)
    for caller in (people.licensee, people.licensor, people.administrator):
        items = caller.get(f"/v1/licenses/{capped.id}/quotas").get_json()["items"]
        assert sorted(items, key=lambda item: item["unit"]) == [
            {
                "unit": "concurrent_titles", "per": "term", "component": "voice", "most": 3,
                "used": 0, "reserved": 0, "left": 3, "resets_at": None,
                "starts_at": "2026-06-15T04:00:00Z", "ends_at": "2027-01-01T05:00:00Z",
            },
            {
                "unit": "lines", "per": "month", "component": None, "most": 100,
                "used": 15, "reserved": 20, "left": 65, "resets_at": "2026-09-15T04:00:00Z",
                "starts_at": "2026-08-15T04:00:00Z", "ends_at": "2026-09-15T04:00:00Z",
            },
        ]  # fmt: skip


def test_the_same_call_again_is_answered_again_and_counts_once(
    people: Callers, server: Caller, capped: Licensed
) -> None:
    key = {"Idempotency-Key": "render-42"}
    first, again = (reserve(server, capped, headers=key) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert refused(reserve(server, capped, headers=key, seconds=5), 422, "idempotency_key_reused")
    address = f"/v1/reservations/{first.get_json()['id']}"
    for _ in range(2):
        assert server.post(f"{address}/commit", json={}, headers={"Idempotency-Key": "c"}).status_code == 201
    assert server.post(f"{address}/commit", json={}).status_code == 201
    assert "other amounts" in refused(
        server.post(f"{address}/commit", json={"amounts": {"lines": 1}}), 409, "reservation_settled"
    )
    assert "stays used" in refused(server.post(f"{address}/release", json={}), 409, "reservation_settled")
    items = people.licensee.get(f"/v1/licenses/{capped.id}/quotas").get_json()["items"]
    assert {item["unit"]: item["used"] for item in items} == {"lines": 20, "concurrent_titles": 0}


def test_a_call_without_idempotency_key_is_refused(server: Caller, capped: Licensed) -> None:
    refused(reserve(server, capped, headers={"Idempotency-Key": ""}), 400, "idempotency_key_missing")


def test_a_refusal_has_the_code_of_the_decision(
    people: Callers, server: Caller, capped: Licensed, clock: FrozenClock
) -> None:
    assert "100 lines left and 101 asked for" in refused(
        reserve(server, capped, amounts={"lines": 101}), 409, "QUOTA_EXHAUSTED"
    )
    refused(reserve(server, capped, territory="CN"), 409, "TERRITORY_NOT_GRANTED")
    decided = server.post(f"/v1/licenses/{capped.id}/decision", json=USE | {"amounts": {"lines": 101}}).get_json()
    assert (decided["code"], decided["allowed"]) == ("QUOTA_EXHAUSTED", False)
    assert server.post(f"/v1/licenses/{capped.id}/decision", json=USE).get_json()["allowed"]
    clock.move_to(ENDS_AT)
    refused(reserve(server, capped), 409, "EXPIRED")
    listed = people.licensee.get(f"/v1/licenses/{capped.id}/reservations").get_json()
    assert listed == {"items": [], "next_cursor": None}


def test_a_decision_counts_and_consumes_nothing(server: Caller, capped: Licensed) -> None:
    for _ in range(3):
        answer = server.post(f"/v1/licenses/{capped.id}/decision", json=USE | {"amounts": {"lines": 100}})
        assert answer.get_json()["allowed"]
    reserve(server, capped, amounts={"lines": 1})
    answer = server.post(f"/v1/licenses/{capped.id}/decision", json=USE | {"amounts": {"lines": 100}})
    assert answer.get_json()["code"] == "QUOTA_EXHAUSTED"
    assert "counting starts anew at 2026-09-15" in answer.get_json()["sentence"]


def test_reservations_are_listed_for_both_sides_as_they_stand(
    people: Callers, server: Caller, capped: Licensed, clock: FrozenClock
) -> None:
    made = [reserve(server, capped).get_json()["id"] for _ in range(4)]
    server.post(f"/v1/reservations/{made[0]}/commit", json={})
    server.post(f"/v1/reservations/{made[1]}/release", json={})
    clock.advance(15 * MINUTE)
    last = reserve(server, capped).get_json()["id"]
    for caller in (people.licensee, people.licensor):
        first = caller.get(f"/v1/licenses/{capped.id}/reservations?limit=3").get_json()
        second = caller.get(
            f"/v1/licenses/{capped.id}/reservations?limit=3&cursor={first['next_cursor']}"
        ).get_json()
        found = [(item["id"], item["status"]) for item in first["items"] + second["items"]]
        assert found == [
            (last, "held"), (made[3], "lapsed"), (made[2], "lapsed"), (made[1], "released"), (made[0], "committed")
        ]  # fmt: skip
    refused(people.stranger.get(f"/v1/licenses/{capped.id}/reservations"), 404, "not_found")


def test_a_key_that_may_not_decide_reserves_nothing(
    database: Database, client: FlaskClient, capped: Licensed
) -> None:
    with database.write() as session:
        reader = Caller(client, make_key(session, capped.licensee, scopes=frozenset({Scope.READ})).text)
    refused(reserve(reader, capped), 403, "scope_missing")


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {"amounts": {}},
        {"amounts": None},
        {"amounts": {"lines": 0}},
        {"amounts": {"lines": -1}},
        {"amounts": {"lines": 10**9 + 1}},
        {"amounts": {"lines": 10**300}},
        {"amounts": {"lines": 1.5}},
        {"amounts": {"lines": True}},
        {"amounts": {"lines": "1"}},
        {"amounts": {"hours": 1}},
        {"amounts": [["lines", 1]]},
        {"seconds": 0},
        {"seconds": 86_401},
        {"seconds": None},
        {"more": 1},
    ],
)
def test_nonsense_is_refused_with_its_place(server: Caller, capped: Licensed, body: dict[str, Any]) -> None:
    refused(reserve(server, capped, **body), 422, "invalid_input")


@on_sqlite
def test_a_commit_of_more_than_was_reserved_says_where(server: Caller, capped: Licensed) -> None:
    made = reserve(server, capped).get_json()["id"]
    answer = server.post(f"/v1/reservations/{made}/commit", json={"amounts": {"lines": 21}})
    assert "20 were reserved" in refused(answer, 422, "invalid_input")
    assert answer.get_json()["errors"][0]["pointer"] == "/amounts/lines"
    for body in ({"amounts": {}}, {"amounts": {"lines": -1}}, {"amounts": {"lines": None}}, {"x": 1}):
        refused(server.post(f"/v1/reservations/{made}/commit", json=body), 422, "invalid_input")
    assert server.post(f"/v1/reservations/{made}/commit", json={"amounts": None}).status_code == 201
