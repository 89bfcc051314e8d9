"""Licenses over HTTP: decisions, standing, who sees what, and what a key may do."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from app.payments.queries import charge_by_reference
from app.payments.service.charges import note_no_page
from app.values.media import expand
from tests.factories.dues import SECOND_FEE_AT, make_license_in_parts
from tests.factories.identity import Caller, caller_for, make_key
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    STARTS_AT,
    TICK,
    USE,
    Callers,
    Licensed,
    make_callers,
    make_license,
    make_licensing_sides,
    make_unpaid_license,
)
from tests.factories.negotiation import grant
from tests.factories.royalties import pay
from tests.factories.standing import AT_ONCE
from tests.support.clock import FrozenClock
from tests.support.databases import on_sqlite


def decide(caller: Caller, license_id: str, **changes: Any) -> dict[str, Any]:
    answer = caller.post(f"/v1/licenses/{license_id}/decision", json=USE | changes)
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    assert found["allowed"] is (found["code"] == "ALLOWED")
    assert found["sentence"]
    return found


def assert_refused(answer: TestResponse, status: int, code: str) -> None:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.get_json()["code"] == code
    assert answer.get_json()["detail"]


@pytest.fixture
def agreed() -> dict[str, Any]:
    return {"breach": AT_ONCE}


def test_a_granted_use_is_allowed_with_what_goes_with_it(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    for caller in (callers.licensee, callers.licensor, callers.administrator):
        assert decide(caller, licensed.id) == {
            "allowed": True,
            "code": "ALLOWED",
            "sentence": "The license allows to generate this.",
            "obligations": [
                "Show the label: Digital replica, used with permission",
                "Give credit: Voice by permission of the estate",
            ],
            "obligation_details": [
                {
                    "code": "disclosure_label",
                    "sentence": "Show the label: Digital replica, used with permission",
                    "text": "Digital replica, used with permission",
                },
                {
                    "code": "credit_line",
                    "sentence": "Give credit: Voice by permission of the estate",
                    "text": "Voice by permission of the estate",
                },
            ],
            "valid_until": "2026-09-01T12:05:00Z",
        }


@pytest.mark.parametrize(
    ("use", "code"),
    [
        ({"component": "face"}, "COMPONENT_NOT_GRANTED"),
        ({"axis": "realtime"}, "AXIS_NOT_CONSENTED"),
        ({"media": "film.theatrical"}, "MEDIA_NOT_GRANTED"),
        ({"territory": "CN"}, "TERRITORY_NOT_GRANTED"),
    ],
)
def test_each_way_to_leave_the_grant_has_its_code(
    callers: Callers, licensed: Licensed, clock: FrozenClock, use: dict[str, str], code: str
) -> None:
    clock.move_to(DURING)
    found = decide(callers.licensee, licensed.id, **use)
    assert (found["code"], found["obligations"]) == (code, [])


def test_category_and_language_have_their_codes(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    medium = "brand_ambassador.broadcast_ad"
    narrow = grant(media=[medium], categories=["automotive"], languages=["en"])
    with database.write() as session:
        sides = make_licensing_sides(session, services.store, media=expand(["brand_ambassador"]))
        made = make_license(session, services.store, sides=sides, grants=[narrow], survival={"preset": "brand"})
        studio = caller_for(session, client, made.licensee)
    clock.move_to(DURING)
    assert decide(studio, made.id, media=medium)["code"] == "CATEGORY_NOT_GRANTED"
    assert decide(studio, made.id, media=medium, category="tobacco")["code"] == "CATEGORY_NOT_GRANTED"
    assert decide(studio, made.id, media=medium, category="automotive")["code"] == "ALLOWED"
    assert decide(studio, made.id, media=medium, category="automotive", language="fr")["code"] == "PROHIBITED"
    assert decide(studio, made.id, media=medium, category="automotive", language="EN-gb")["code"] == "ALLOWED"


def test_time_and_standing_have_their_codes(
    database: Database, services: Services, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        unpaid = make_unpaid_license(session, services.store, sides=licensed.sides)
    assert decide(callers.licensee, unpaid.id)["code"] == "UNPAID"
    clock.move_to(STARTS_AT - TICK)
    early = decide(callers.licensee, licensed.id)
    assert (early["code"], early["valid_until"]) == ("NOT_STARTED", "2026-06-15T04:00:00Z")
    clock.move_to(STARTS_AT)
    assert decide(callers.licensee, licensed.id)["code"] == "ALLOWED"
    clock.move_to(ENDS_AT)
    assert decide(callers.licensee, licensed.id)["code"] == "EXPIRED"
    after = {action: decide(callers.licensee, licensed.id, action=action)["code"] for action in ACTIONS}
    assert after == {
        "generate": "EXPIRED",
        "release": "EXPIRED",
        "distribute": "ALLOWED",
        "promote": "EXPIRED",
        "patch": "APPROVAL_REQUIRED",
        "archive": "ALLOWED",
    }


ACTIONS = ("generate", "release", "distribute", "promote", "patch", "archive")


def test_authority_that_ended_first_has_its_code(
    database: Database, services: Services, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        row = make_license(session, services.store, sides=licensed.sides)
        license_of(session, row.id, lock=True).license.authority_ends_at = DURING
    clock.move_to(DURING - TICK)
    assert decide(callers.licensee, row.id)["code"] == "ALLOWED"
    clock.move_to(DURING)
    assert decide(callers.licensee, row.id)["code"] == "AUTHORITY_ENDED"


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"component": "soul"}, "/component"),
        ({"axis": None}, "/axis"),
        ({"media": "game"}, "/media"),
        ({"territory": "Germany"}, "/territory"),
        ({"territory": "ZZ"}, "/territory"),
        ({"language": "english"}, "/language"),
        ({"action": "resurrect"}, "/action"),
        ({"budget": 5}, "/budget"),
    ],
)
def test_a_malformed_question_is_told_where(
    callers: Callers, licensed: Licensed, change: dict[str, Any], pointer: str
) -> None:
    answer = callers.licensee.post(f"/v1/licenses/{licensed.id}/decision", json=USE | change)
    assert_refused(answer, 422, "invalid_input")
    assert answer.get_json()["errors"][0]["pointer"] == pointer


def test_strangers_are_told_nothing(callers: Callers, licensed: Licensed) -> None:
    for license_id in (licensed.id, "lic_00000000000000000000000000"):
        answer = callers.stranger.post(f"/v1/licenses/{license_id}/decision", json=USE)
        assert_refused(answer, 404, "not_found")
    assert callers.stranger.get("/v1/licenses").get_json()["items"] == []


def test_the_scope_decide_alone_can_decide_and_nothing_else(
    database: Database, client: FlaskClient, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    with database.write() as session:
        game_server = Caller(client, make_key(session, licensed.licensee, scopes=frozenset({Scope.DECIDE})).text)
    path = f"/v1/licenses/{licensed.id}"
    assert decide(game_server, licensed.id)["code"] == "ALLOWED"
    for answer in (
        game_server.get("/v1/licenses"),
        game_server.get(path),
        game_server.get(f"{path}/assets"),
        game_server.get("/v1/me"),
        game_server.post(f"{path}/credential", json={}),
        game_server.post(f"{path}/deliveries", json={"asset_id": "ast_1"}),
        game_server.post(f"{path}/suspension", json={"reason": "Because."}),
        game_server.post("/v1/api-keys", json={"name": "more", "scopes": ["decide"]}),
    ):
        assert_refused(answer, 403, "scope_missing")


@pytest.mark.parametrize("scope", [Scope.READ, Scope.WRITE])
def test_other_scopes_cannot_decide(
    database: Database, client: FlaskClient, licensed: Licensed, scope: Scope
) -> None:
    with database.write() as session:
        caller = Caller(client, make_key(session, licensed.licensee, scopes=frozenset({scope})).text)
    assert_refused(caller.post(f"/v1/licenses/{licensed.id}/decision", json=USE), 403, "scope_missing")


def test_a_license_shows_how_it_stands_now(callers: Callers, licensed: Licensed, clock: FrozenClock) -> None:
    path = f"/v1/licenses/{licensed.id}"
    shown = callers.licensee.get(path).get_json()
    assert (shown["status"], shown["standing"]) == ("active", "NOT_STARTED")
    assert (shown["starts_at"], shown["ends_at"]) == ("2026-06-15T04:00:00Z", "2027-01-01T05:00:00Z")
    assert shown["terms"]["term"]["last_day"] == "2026-12-31"
    charge = callers.licensee.get(f"/v1/charges/{shown['fee_charge_id']}").get_json()
    assert (charge["status"], charge["amount_minor"]) == ("paid", 1_250_000)
    for at, standing in ((STARTS_AT, "ALLOWED"), (ENDS_AT - TICK, "ALLOWED"), (ENDS_AT, "EXPIRED")):
        clock.move_to(at)
        assert callers.licensor.get(path).get_json()["standing"] == standing
        listed = callers.licensor.get("/v1/licenses").get_json()["items"]
        assert [(row["id"], row["standing"]) for row in listed] == [(licensed.id, standing)]
        assert "terms" not in listed[0]


def test_lists_come_in_pages(database: Database, services: Services, callers: Callers, licensed: Licensed) -> None:
    with database.write() as session:
        more = [make_unpaid_license(session, services.store, sides=licensed.sides).id for _ in range(2)]
    first = callers.licensee.get("/v1/licenses?limit=2")
    assert [row["id"] for row in first.get_json()["items"]] == more[::-1]
    cursor = first.get_json()["next_cursor"]
    assert f"cursor={cursor}" in first.headers["Link"]
    rest = callers.licensee.get(f"/v1/licenses?limit=2&cursor={cursor}").get_json()
    assert ([row["id"] for row in rest["items"]], rest["next_cursor"]) == ([licensed.id], None)


def test_suspension_reinstatement_and_termination_carry_reasons(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    path = f"/v1/licenses/{licensed.id}"
    suspended = callers.licensor.post(f"{path}/suspension", json={"reason": "  The label is missing.\n"})
    assert (suspended.status_code, suspended.get_json()["standing"]) == (201, "SUSPENDED")
    assert decide(callers.licensee, licensed.id)["code"] == "SUSPENDED"
    assert_refused(
        callers.licensor.post(f"{path}/suspension", json={"reason": "Again."}), 409, "illegal_transition"
    )
    assert callers.administrator.post(f"{path}/reinstatement", json={"reason": "It is there."}).status_code == 201
    assert decide(callers.licensee, licensed.id)["code"] == "ALLOWED"
    assert callers.licensor.post(f"{path}/termination", json={"reason": "Sold on."}).status_code == 201
    assert decide(callers.licensee, licensed.id)["code"] == "TERMINATED"
    history = callers.licensee.get(f"{path}/history").get_json()
    assert [(c["action"], c["reason"]) for c in history["changes"]] == [
        ("activate", "What was due at signature was paid."),
        ("suspend", "The label is missing."),
        ("reinstate", "It is there."),
        ("terminate", "Sold on."),
    ]
    assert history["notices"] == []


@pytest.mark.parametrize("step", ["suspension", "reinstatement", "termination"])
def test_the_licensee_cannot_change_the_standing_and_nobody_without_a_reason(
    callers: Callers, licensed: Licensed, step: str
) -> None:
    path = f"/v1/licenses/{licensed.id}/{step}"
    for caller in (callers.licensee, callers.stranger):
        assert_refused(caller.post(path, json={"reason": "I would like it."}), 404, "not_found")
    for body in ({}, {"reason": ""}, {"reason": " \n "}, {"reason": "x" * 2001}, {"reason": "bell \a"}):
        answer = callers.licensor.post(path, json=body)
        assert_refused(answer, 422, "invalid_input")
        assert answer.get_json()["errors"][0]["pointer"] == "/reason"


def test_both_sides_see_what_is_due_as_it_stands_now(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    with database.write() as session:
        made = make_license_in_parts(session, services.store)
        callers = make_callers(session, client, made)
        pay(session, f"license/{made.id}/fee", at=clock.now())
    path = f"/v1/licenses/{made.id}/dues"
    shown = callers.licensor.get(path).get_json()["items"]
    assert [(row["kind"], row["number"], row["status"]) for row in shown] == [
        ("fee", 1, "paid"),
        ("advance", 1, "charged"),
        ("fee", 2, "planned"),
        ("advance", 2, "planned"),
        ("fee", 3, "planned"),
    ]
    assert shown[2] | {"id": "", "charge_id": None} == {
        "id": "",
        "kind": "fee",
        "number": 2,
        "title": "License fee, part 2 of 3",
        "amount_minor": 500_000,
        "currency": "USD",
        "status": "planned",
        "is_at_signature": False,
        "due_at": "2026-08-01T04:00:00Z",
        "overdue_at": "2026-08-02T04:00:00Z",
        "charged_at": None,
        "paid_at": None,
        "lapsed_at": None,
        "charge_id": None,
        "problem": "",
    }
    charge = callers.licensee.get(f"/v1/charges/{shown[1]['charge_id']}").get_json()
    assert charge["amount_minor"] == 100_000
    for at, status in ((SECOND_FEE_AT, "due"), (SECOND_FEE_AT + timedelta(days=1), "overdue")):
        clock.move_to(at)
        assert callers.licensee.get(path).get_json()["items"][2]["status"] == status
    assert callers.stranger.get(path).status_code == 404


def test_a_part_that_the_provider_does_not_take_says_why_and_stays_owed(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    fee = {"amount_minor": 100, "currency": "USD"}
    with database.write() as session:
        made = make_license_in_parts(session, services.store, fee=fee, advance=None)
        callers = make_callers(session, client, made)
        charge = charge_by_reference(session, f"license/{made.id}/fee")
        assert charge is not None
        note_no_page(session=session, at=clock.now(), charge_id=charge.id, reason="The currency is not taken.")
    [shown] = callers.licensor.get(f"/v1/licenses/{made.id}/dues").get_json()["items"]
    assert (shown["status"], shown["problem"]) == ("charged", "The currency is not taken.")
    assert callers.licensor.get(f"/v1/licenses/{made.id}").get_json()["standing"] == "UNPAID"
