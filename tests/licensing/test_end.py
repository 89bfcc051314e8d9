"""Expiry is decided when asked: at the exact end instant it is over, though no job has run."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.models import Job
from app.licensing import queries
from app.licensing.models import License, LicenseNotice
from app.licensing.rules.codes import Code
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    TICK,
    USE,
    Callers,
    Licensed,
    make_callers,
    make_license,
    make_licensing_sides,
    make_unpaid_license,
)
from tests.factories.standing import AT_ONCE
from tests.support.clock import FrozenClock


@pytest.fixture
def agreed() -> dict[str, Any]:
    return {"breach": AT_ONCE}


@pytest.fixture(autouse=True)
def no_job_has_run(database: Database) -> Iterator[None]:
    """None of what is tested here may lean on a job: every one is still open afterwards."""
    yield
    with database.read() as session:
        assert not [job for job in session.exec(select(Job)).all() if job.done_at is not None]
        assert not [row for row in session.exec(select(LicenseNotice)).all() if row.announced_at is not None]


def refused(answer: TestResponse, code: str = "EXPIRED") -> bool:
    assert answer.content_type == "application/problem+json", answer.data[:200]
    assert answer.get_json()["detail"]
    return (answer.status_code, answer.get_json()["code"]) == (409, code)


def test_at_the_end_everything_is_refused_at_once(callers: Callers, licensed: Licensed, clock: FrozenClock) -> None:
    path, studio = f"/v1/licenses/{licensed.id}", callers.licensee
    clock.move_to(ENDS_AT - TICK)
    body = {"asset_id": studio.get(f"{path}/assets").get_json()["items"][0]["asset_id"]}
    url = studio.post(f"{path}/deliveries", json=body).get_json()["content_url"]
    etag = studio.get(url, buffered=True).headers["ETag"]
    assert studio.post(f"{path}/decision", json=USE).get_json()["code"] == "ALLOWED"
    assert studio.post(f"{path}/credential", json={}).status_code == 201

    clock.move_to(ENDS_AT)
    decision = studio.post(f"{path}/decision", json=USE).get_json()
    assert (decision["allowed"], decision["code"]) == (False, "EXPIRED")
    assert decision["sentence"].startswith("The license ended at 2027-01-01 05:00 UTC")
    assert refused(studio.post(f"{path}/deliveries", json=body))
    assert refused(studio.post(f"{path}/credential", json={}))
    for headers in ({}, {"Range": "bytes=0-3"}, {"Range": "bytes=9999-"}, {"If-None-Match": etag}):
        assert refused(studio.get(url, buffered=True, headers=headers))
    assert studio.call("HEAD", url, buffered=True).status_code == 409
    assert studio.get(path).get_json()["standing"] == "EXPIRED"
    assert studio.get(path).get_json()["status"] == "active"


def test_an_answer_is_never_to_be_relied_on_beyond_the_end(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    for seconds in (1, 60, 299, 300, 3600):
        clock.move_to(ENDS_AT - timedelta(seconds=seconds))
        answer = callers.licensee.post(f"/v1/licenses/{licensed.id}/decision", json=USE).get_json()
        assert answer["code"] == "ALLOWED"
        assert clock.now() < datetime.fromisoformat(answer["valid_until"]) <= ENDS_AT


@pytest.mark.parametrize("before_end", [TICK, timedelta(seconds=1), timedelta(hours=3), timedelta(days=30)])
def test_a_credential_ends_with_the_license_at_the_latest(
    callers: Callers, licensed: Licensed, clock: FrozenClock, before_end: timedelta
) -> None:
    clock.move_to(ENDS_AT - before_end)
    issued = callers.licensee.post(f"/v1/licenses/{licensed.id}/credential", json={}).get_json()
    claims = jwt.decode(issued["token"], options={"verify_signature": False})
    assert claims["exp"] <= ENDS_AT.timestamp()
    assert claims["exp"] == int(min(ENDS_AT, clock.now() + timedelta(hours=24)).timestamp())
    assert datetime.fromisoformat(issued["expires_at"]).timestamp() <= ENDS_AT.timestamp()


@pytest.mark.parametrize(("step", "code"), [("suspension", "SUSPENDED"), ("termination", "TERMINATED")])
def test_a_stopped_license_hands_nothing_out(
    callers: Callers, licensed: Licensed, clock: FrozenClock, step: str, code: str
) -> None:
    clock.move_to(DURING)
    path, studio = f"/v1/licenses/{licensed.id}", callers.licensee
    body = {"asset_id": studio.get(f"{path}/assets").get_json()["items"][0]["asset_id"]}
    url = studio.post(f"{path}/deliveries", json=body).get_json()["content_url"]
    assert callers.licensor.post(f"{path}/{step}", json={"reason": "Breach."}).status_code == 201
    assert refused(studio.post(f"{path}/deliveries", json=body), code)
    assert refused(studio.post(f"{path}/credential", json={}), code)
    assert refused(studio.get(url, buffered=True), code)
    if step == "suspension":
        callers.licensor.post(f"{path}/reinstatement", json={"reason": "Cured."})
        assert studio.get(url, buffered=True).status_code == 200


def test_before_it_begins_nothing_leaves(callers: Callers, licensed: Licensed) -> None:
    path, studio = f"/v1/licenses/{licensed.id}", callers.licensee
    body = {"asset_id": studio.get(f"{path}/assets").get_json()["items"][0]["asset_id"]}
    assert refused(studio.post(f"{path}/deliveries", json=body), "NOT_STARTED")
    assert refused(studio.post(f"{path}/credential", json={}), "NOT_STARTED")


def test_nothing_outlives_a_license_that_was_ended_unpaid(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    kept = USE | {"action": "distribute"}
    with database.write() as session:
        paid = make_license(session, services.store, breach=AT_ONCE)
        unpaid = make_unpaid_license(session, services.store)
        theirs = [(make_callers(session, client, made), made.id) for made in (paid, unpaid)]
    codes = []
    for callers, license_id in theirs:
        path = f"/v1/licenses/{license_id}"
        assert callers.licensor.post(f"{path}/termination", json={"reason": "Never mind."}).status_code == 201
        codes.append(callers.licensee.post(f"{path}/decision", json=kept).get_json()["code"])
    assert codes == ["ALLOWED", "TERMINATED"]


_ENDS: dict[str, dict[str, Any]] = {
    "New York, winter": {"first_day": "2026-06-15", "last_day": "2026-12-31", "zone": "America/New_York"},
    "Berlin, clocks go forward that night": {
        "first_day": "2026-06-15", "last_day": "2027-03-28", "zone": "Europe/Berlin",
    },
    "Berlin, clocks go back that night": {
        "first_day": "2026-06-15", "last_day": "2026-10-25", "zone": "Europe/Berlin",
    },
    "Beirut, midnight does not exist": {"first_day": "2026-06-15", "last_day": "2027-03-27", "zone": "Asia/Beirut"},
    "Havana, midnight comes twice": {"first_day": "2026-06-15", "last_day": "2026-10-31", "zone": "America/Havana"},
    "Apia, a day ahead": {"first_day": "2026-06-15", "last_day": "2026-12-31", "zone": "Pacific/Apia"},
    "UTC": {"first_day": "2026-06-15", "last_day": "2026-07-01", "zone": "UTC"},
}  # fmt: skip


def test_a_license_is_over_from_the_instant_at_which_its_term_ends(database: Database, services: Services) -> None:
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        for term in _ENDS.values():
            make_license(session, services.store, sides=sides, term=term)
    with database.read() as session:
        rows = session.exec(select(License)).all()
        views = queries.views_of(session, rows)
    ends = {view.license.ends_at for view in views}
    assert len(ends) == len(_ENDS)
    shifts = (
        timedelta(0),
        TICK,
        timedelta(seconds=1),
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(days=1),
    )
    instants = {end + sign * shift for end in ends for shift in shifts for sign in (-1, 1)}
    for at in sorted(instants):
        found = {v.license.id for v in views if v.license.ends_at <= at}
        assert found == {v.license.id for v in views if v.standing(at) is Code.EXPIRED}, at
        assert found == {v.license.id for v in views if v.latest.terms.ends_at <= at}, at


def test_the_last_day_counts_to_its_end_where_the_deal_says(database: Database, services: Services) -> None:
    expected = {
        "New York, winter": datetime(2027, 1, 1, 5, tzinfo=UTC),
        "Berlin, clocks go forward that night": datetime(2027, 3, 28, 22, tzinfo=UTC),
        "Berlin, clocks go back that night": datetime(2026, 10, 25, 23, tzinfo=UTC),
        "Beirut, midnight does not exist": datetime(2027, 3, 27, 22, tzinfo=UTC),
        "Havana, midnight comes twice": datetime(2026, 11, 1, 4, tzinfo=UTC),
        "Apia, a day ahead": datetime(2026, 12, 31, 11, tzinfo=UTC),
        "UTC": datetime(2026, 7, 2, tzinfo=UTC),
    }
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        made = {
            name: make_license(session, services.store, sides=sides, term=term).id for name, term in _ENDS.items()
        }
        found = {name: queries.license_of(session, license_id) for name, license_id in made.items()}
    assert {name: view.license.ends_at for name, view in found.items()} == expected
    assert all(view.license.ends_at == view.latest.terms.ends_at for view in found.values())
    assert json.loads(json.dumps(found["UTC"].latest.terms.document["term"]))["ends_at"] == "2026-07-02T00:00:00Z"
