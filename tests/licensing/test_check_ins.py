"""Checking in over HTTP: when the next one is due, what its lateness stops, and who reads them."""

from datetime import datetime, timedelta

import jwt
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from app.audit.models import AuditRecord
from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.checkins.models import CheckIn
from app.licensing.queries import license_of
from app.negotiation.models import Deal
from tests.factories.changes import FREE, accept, amend
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
)
from tests.factories.standing import AT_ONCE
from tests.support.clock import START, FrozenClock

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAILY = {"every_hours": 24, "grace_hours": 6}


@pytest.fixture
def licensed(database: Database, services: Services) -> Licensed:
    """As the usual license, with a check-in every day."""
    with database.write() as session:
        return make_license(session, services.store, check_in=DAILY, breach=AT_ONCE)


@pytest.fixture
def path(licensed: Licensed) -> str:
    return f"/v1/licenses/{licensed.id}"


@pytest.fixture
def game_server(database: Database, client: FlaskClient, licensed: Licensed) -> Caller:
    """It has a key that may decide, and nothing more."""
    with database.write() as session:
        return Caller(client, make_key(session, licensed.licensee, scopes=frozenset({Scope.DECIDE})).text)


def code(caller: Caller, path: str) -> str:
    return str(caller.post(f"{path}/decision", json=USE).get_json()["code"])


def test_a_late_check_in_stops_use_until_the_next_one(game_server: Caller, path: str, clock: FrozenClock) -> None:
    lapses = STARTS_AT + DAY + 6 * HOUR
    for at, expected in (
        (STARTS_AT, "ALLOWED"),
        (lapses - TICK, "ALLOWED"),
        (lapses, "CHECK_IN_OVERDUE"),
        (DURING, "CHECK_IN_OVERDUE"),
    ):
        clock.move_to(at)
        assert code(game_server, path) == expected
    made = game_server.post(f"{path}/check-ins", json={"client": " Harbor server ", "build": "1.4.2"})
    assert made.status_code == 201
    found = made.get_json()
    assert found.pop("check_in").pop("id").startswith("chi_")
    assert found == {
        "next_due_at": "2026-09-02T12:00:00Z",
        "lapses_at": "2026-09-02T18:00:00Z",
        "standing": "ALLOWED",
    }
    assert code(game_server, path) == "ALLOWED"
    clock.move_to(DURING + DAY + 6 * HOUR)
    assert code(game_server, path) == "CHECK_IN_OVERDUE"


def test_the_first_interval_counts_from_payment_where_that_comes_later(
    database: Database, services: Services, licensed: Licensed, callers: Callers, clock: FrozenClock
) -> None:
    with database.write() as session:
        late = make_license(session, services.store, sides=licensed.sides, at=DURING, check_in=DAILY)
    clock.move_to(DURING + DAY + 6 * HOUR - TICK)
    assert code(callers.licensee, f"/v1/licenses/{late.id}") == "ALLOWED"
    shown = callers.licensor.get(f"/v1/licenses/{late.id}").get_json()
    assert (shown["checked_in_at"], shown["check_in_due_at"]) == (None, "2026-09-02T12:00:00Z")
    clock.move_to(DURING + DAY + 6 * HOUR)
    assert code(callers.licensee, f"/v1/licenses/{late.id}") == "CHECK_IN_OVERDUE"
    assert callers.licensor.get(f"/v1/licenses/{late.id}").get_json()["standing"] == "CHECK_IN_OVERDUE"


def test_a_repeated_call_is_one_check_in(
    database: Database, game_server: Caller, path: str, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    key = {"Idempotency-Key": "boot-7"}
    first = game_server.post(f"{path}/check-ins", json={}, headers=key)
    clock.move_to(DURING + HOUR)
    again = game_server.post(f"{path}/check-ins", json={}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.get_json(), again.headers["Idempotent-Replayed"]) == (first.get_json(), "true")
    with database.read() as session:
        [row] = session.exec(select(CheckIn)).all()
        assert license_of(session, row.license_id).license.checked_in_at == row.checked_in_at == DURING
        actions = session.exec(select(AuditRecord.action)).all()
        assert actions.count("license.checked_in") == 1
    other = game_server.post(f"{path}/check-ins", json={"client": "B"}, headers=key)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert game_server.post(f"{path}/check-ins", json={}, headers={"Idempotency-Key": ""}).status_code == 400


def test_both_sides_read_them_in_pages_newest_first(
    game_server: Caller, callers: Callers, path: str, clock: FrozenClock
) -> None:
    for day in range(3):
        clock.move_to(DURING + day * DAY)
        game_server.post(f"{path}/check-ins", json={"client": f"server {day}"})
    first = callers.licensor.get(f"{path}/check-ins?limit=2")
    assert [row["client"] for row in first.get_json()["items"]] == ["server 2", "server 1"]
    assert "Link" in first.headers
    rest = callers.licensee.get(f"{path}/check-ins?limit=2&cursor={first.get_json()['next_cursor']}").get_json()
    assert [row["client"] for row in rest["items"]] == ["server 0"]
    assert rest["items"][0]["checked_in_at"] == "2026-09-01T12:00:00Z"
    assert game_server.get(f"{path}/check-ins").get_json()["code"] == "scope_missing"


def test_only_the_licensee_checks_in(callers: Callers, path: str) -> None:
    for caller in (callers.licensor, callers.administrator, callers.stranger):
        answer = caller.post(f"{path}/check-ins", json={})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("body", [{"client": "x" * 101}, {"build": 7}, {"client": "a\nb"}, {"host": "a"}])
def test_a_malformed_check_in_is_told_where(callers: Callers, path: str, body: dict[str, object]) -> None:
    answer = callers.licensee.post(f"{path}/check-ins", json=body)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, f"/{next(iter(body))}")


def test_a_check_in_after_the_end_is_recorded_and_opens_nothing(
    callers: Callers, path: str, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT + DAY)
    made = callers.licensee.post(f"{path}/check-ins", json={"client": "Old server"})
    assert (made.status_code, made.get_json()["standing"]) == (201, "EXPIRED")
    assert code(callers.licensee, path) == "EXPIRED"
    assert callers.licensor.get(f"{path}/check-ins").get_json()["items"][0]["client"] == "Old server"


def test_where_the_deal_asks_for_none_nothing_is_ever_due(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    with database.write() as session:
        made = make_license(session, services.store)
        callers = make_callers(session, client, made)
    clock.move_to(ENDS_AT - TICK)
    path = f"/v1/licenses/{made.id}"
    assert code(callers.licensee, path) == "ALLOWED"
    found = callers.licensee.post(f"{path}/check-ins", json={}).get_json()
    assert (found["next_due_at"], found["lapses_at"], found["standing"]) == (None, None, "ALLOWED")


def test_files_wait_for_a_check_in_as_well(callers: Callers, path: str, clock: FrozenClock) -> None:
    clock.move_to(STARTS_AT)
    body = {"asset_id": callers.licensee.get(f"{path}/assets").get_json()["items"][0]["asset_id"]}
    url = callers.licensee.post(f"{path}/deliveries", json=body).get_json()["content_url"]
    clock.move_to(STARTS_AT + DAY + 6 * HOUR)
    for answer in (callers.licensee.post(f"{path}/deliveries", json=body), callers.licensee.get(url)):
        assert (answer.status_code, answer.get_json()["code"]) == (409, "CHECK_IN_OVERDUE")
    callers.licensee.post(f"{path}/check-ins", json={})
    assert callers.licensee.get(url, buffered=True).status_code == 200


def expiry(caller: Caller, path: str) -> datetime:
    answer = caller.post(f"{path}/credential", json={})
    assert answer.status_code == 201, answer.get_json()
    claims = jwt.decode(answer.get_json()["token"], options={"verify_signature": False})
    return datetime.fromtimestamp(claims["exp"], STARTS_AT.tzinfo)


def test_no_credential_outlives_the_next_check_in(callers: Callers, path: str, clock: FrozenClock) -> None:
    due = STARTS_AT + DAY
    for at in (STARTS_AT + HOUR, due - HOUR, due - timedelta(seconds=1)):
        clock.move_to(at)
        assert expiry(callers.licensee, path) == due
    for at in (due, due + 6 * HOUR - TICK, due + 6 * HOUR):
        clock.move_to(at)
        answer = callers.licensee.post(f"{path}/credential", json={})
        assert (answer.status_code, answer.get_json()["code"]) == (409, "CHECK_IN_OVERDUE")
    callers.licensee.post(f"{path}/check-ins", json={})
    assert expiry(callers.licensee, path) == due + 6 * HOUR + DAY


def test_a_change_that_brings_check_ins_gives_one_interval_first(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    with database.write() as session:
        made = make_license(session, services.store, fee=FREE)
        deal = session.exec(select(Deal).where(Deal.license_id == made.id)).one()
        talks = amend(session, made.licensee, deal, effective_on=DURING.date(), check_in=DAILY)
        accept(session, made.licensor, talks)
        studio = caller_for(session, client, made.licensee)
        begins = license_of(session, made.id).latest.effective_at
    assert begins == DURING - 8 * HOUR
    for at, expected in (
        (begins - TICK, "ALLOWED"),
        (begins, "ALLOWED"),
        (begins + DAY + 6 * HOUR - TICK, "ALLOWED"),
        (begins + DAY + 6 * HOUR, "CHECK_IN_OVERDUE"),
    ):
        clock.move_to(at)
        assert code(studio, f"/v1/licenses/{made.id}") == expected


def test_a_clock_moved_back_neither_stops_nor_frees_anybody(
    database: Database, callers: Callers, licensed: Licensed, path: str, clock: FrozenClock
) -> None:
    """What was recorded at an instant that is to come again counts as if it were recorded now."""
    clock.move_to(DURING)
    callers.licensee.post(f"{path}/check-ins", json={})
    callers.licensor.post(f"{path}/suspension", json={"reason": "The label is missing."})
    callers.licensor.post(f"{path}/reinstatement", json={"reason": "It is there."})
    for at in (DURING - HOUR, DURING - 40 * DAY, STARTS_AT):
        clock.move_to(at)
        answer = callers.licensee.post(f"{path}/decision", json=USE).get_json()
        assert answer["code"] == "ALLOWED"
        shown = callers.licensee.get(path).get_json()
        assert shown["check_in_due_at"] == f"{at + DAY:%Y-%m-%dT%H:%M:%SZ}"
    clock.move_to(START)
    assert code(callers.licensee, path) == "NOT_STARTED"
    clock.move_to(STARTS_AT)
    callers.licensee.post(f"{path}/check-ins", json={})
    clock.move_to(STARTS_AT + DAY + 6 * HOUR)
    assert code(callers.licensee, path) == "CHECK_IN_OVERDUE"
    clock.move_to(ENDS_AT)
    assert code(callers.licensee, path) == "EXPIRED"
    with database.read() as session:
        assert license_of(session, licensed.id).license.checked_in_at == STARTS_AT


@pytest.mark.parametrize(("step", "expected"), [("suspension", "SUSPENDED"), ("termination", "TERMINATED")])
def test_no_yes_comes_back_by_turning_a_clock(
    callers: Callers, path: str, clock: FrozenClock, step: str, expected: str
) -> None:
    clock.move_to(DURING)
    callers.licensee.post(f"{path}/check-ins", json={})
    assert callers.licensor.post(f"{path}/{step}", json={"reason": "Sold on."}).status_code == 201
    for at in (DURING - TICK, STARTS_AT, START - 400 * DAY):
        clock.move_to(at)
        assert code(callers.licensee, path) == expected
        assert callers.licensee.get(f"{path}/history").status_code == 200
        assert callers.licensee.get(path).get_json()["standing"] == expected
        assert callers.licensee.post(f"{path}/credential", json={}).get_json()["code"] == expected


def test_a_check_in_is_never_changed(database: Database, callers: Callers, path: str) -> None:
    callers.licensee.post(f"{path}/check-ins", json={})
    for statement in ("UPDATE license_check_in SET client = 'x'", "DELETE FROM license_check_in"):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(sa.text(statement))
