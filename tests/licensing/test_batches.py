"""Many decisions in one call: in order, over several licenses, and no more queries for more uses."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.service.decisions import decide_uses
from tests.factories.decisions import USE as RULE_USE
from tests.factories.identity import Caller, make_key
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    TICK,
    USE,
    Callers,
    Licensed,
    make_license,
    make_licensing_sides,
    make_unpaid_license,
)
from tests.support.clock import FrozenClock
from tests.support.databases import on_sqlite
from tests.support.statements import noted_statements


def ask(caller: Caller, *uses: dict[str, Any]) -> list[dict[str, Any]]:
    answer = caller.post("/v1/decisions", json={"uses": uses}, headers={"Idempotency-Key": ""})
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, Any]] = answer.get_json()["decisions"]
    assert [each["license_id"] for each in found] == [use["license_id"] for use in uses]
    return found


def codes(caller: Caller, *uses: dict[str, Any]) -> list[str]:
    return [each["code"] for each in ask(caller, *uses)]


@pytest.fixture
def unpaid(database: Database, services: Services, licensed: Licensed) -> Licensed:
    with database.write() as session:
        return make_unpaid_license(session, services.store, sides=licensed.sides)


@pytest.fixture
def foreign(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_license(session, services.store, sides=make_licensing_sides(session, services.store))


def test_answers_come_in_order_for_several_licenses_and_strangers_are_not_found(
    callers: Callers, licensed: Licensed, unpaid: Licensed, foreign: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    mine, waits, theirs = ({**USE, "license_id": each.id} for each in (licensed, unpaid, foreign))
    nobody = {**USE, "license_id": "lic_00000000000000000000000000"}
    uses = (theirs, mine, waits, mine | {"territory": "CN"}, nobody, mine | {"component": "face"}, mine)
    expected = [
        "NOT_FOUND",
        "ALLOWED",
        "UNPAID",
        "TERRITORY_NOT_GRANTED",
        "NOT_FOUND",
        "COMPONENT_NOT_GRANTED",
        "ALLOWED",
    ]
    for caller in (callers.licensee, callers.licensor):
        assert codes(caller, *uses) == expected
    assert set(codes(callers.stranger, *uses)) == {"NOT_FOUND"}
    assert codes(callers.administrator, theirs, mine) == ["ALLOWED", "ALLOWED"]


def test_the_ordinary_answer_is_scoped_by_itself(
    database: Database, licensed: Licensed, unpaid: Licensed, foreign: Licensed
) -> None:
    """Also where a shorter way answers the same question before it."""
    uses = [(each.id, RULE_USE) for each in (foreign, licensed, unpaid)]
    with database.read() as session:
        for asker, expected in (
            (licensed.licensee, ["NOT_FOUND", "ALLOWED", "UNPAID"]),
            (foreign.licensee, ["ALLOWED", "NOT_FOUND", "NOT_FOUND"]),
        ):
            found = decide_uses(session=session, actor=asker, at=DURING, uses=uses)
            assert [each.decision.code.value for each in found] == expected


def test_each_answer_is_the_one_that_a_single_question_gets(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    actions = ("generate", "release", "distribute", "promote", "patch", "archive")
    for at in (DURING, ENDS_AT - TICK, ENDS_AT, ENDS_AT + timedelta(days=1)):
        clock.move_to(at)
        uses = [USE | {"action": action, "contexts": ["tobacco"]} for action in actions]
        found = ask(callers.licensee, *({**use, "license_id": licensed.id} for use in uses))
        for use, answer in zip(uses, found, strict=True):
            alone = callers.licensee.post(f"/v1/licenses/{licensed.id}/decision", json=use).get_json()
            assert answer == {**alone, "license_id": licensed.id}


def test_not_found_says_nothing_else(callers: Callers, foreign: Licensed, clock: FrozenClock) -> None:
    clock.move_to(DURING)
    [answer] = ask(callers.licensee, {**USE, "license_id": foreign.id})
    assert answer == {
        "license_id": foreign.id,
        "allowed": False,
        "code": "NOT_FOUND",
        "sentence": "There is no such license of yours.",
        "obligations": [],
        "obligation_details": [],
        "valid_until": "2026-09-01T12:05:00Z",
    }


def test_no_query_is_made_for_a_use_or_for_a_license(
    database: Database, services: Services, licensed: Licensed
) -> None:
    with database.write() as session:
        more = [make_unpaid_license(session, services.store, sides=licensed.sides).id for _ in range(4)]
    uses = [(license_id, RULE_USE) for license_id in (licensed.id, *more)] * 100
    with database.read() as session, noted_statements(session) as sent:
        found = decide_uses(session=session, actor=licensed.licensee, at=DURING, uses=uses)
    assert [each.decision.code.value for each in found] == ["ALLOWED", *["UNPAID"] * 4] * 100
    assert len(sent) == 1, sent


def test_the_scope_decide_is_enough(
    database: Database, client: FlaskClient, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    with database.write() as session:
        server = Caller(client, make_key(session, licensed.licensee, scopes=frozenset({Scope.DECIDE})).text)
        reader = Caller(client, make_key(session, licensed.licensee, scopes=frozenset({Scope.READ})).text)
    use = {**USE, "license_id": licensed.id}
    assert codes(server, use) == ["ALLOWED"]
    answer = reader.post("/v1/decisions", json={"uses": [use]})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "scope_missing")


@on_sqlite
@pytest.mark.parametrize(
    ("uses", "pointer"),
    [
        ([], "/uses"),
        ([{}] * 501, "/uses"),
        ("lic_1", "/uses"),
        ([{}, {"territory": "Germany"}], "/uses/1/territory"),
        ([{}, {}, {"license_id": None}], "/uses/2/license_id"),
        ([{}, {"contexts": ["tobacco", "smoke"]}], "/uses/1/contexts/1"),
        ([{"amounts": {"lines": -1}}], "/uses/0/amounts/lines/value"),
        ([{}, {"budget": 5}], "/uses/1/budget"),
        ([{}, 5], "/uses/1"),
    ],
)
def test_one_use_that_cannot_be_read_refuses_all_and_is_named(
    callers: Callers, licensed: Licensed, uses: Any, pointer: str
) -> None:
    if isinstance(uses, list):
        whole = {**USE, "license_id": licensed.id}
        uses = [whole | use if isinstance(use, dict) else use for use in uses]
    answer = callers.licensee.post("/v1/decisions", json={"uses": uses})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_input")
    assert answer.get_json()["errors"][0]["pointer"] == pointer
