"""Links to delivered files: they need no key, and die with whatever they rest on."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity import service as identity
from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.delivery import links
from app.licensing.queries import license_of
from app.negotiation.models import Deal
from app.values.term import format_instant, parse_instant
from tests.factories.catalog import WAVE
from tests.factories.changes import agree, amend, hand_on
from tests.factories.deliveries import have_delivered, have_linked
from tests.factories.identity import Caller, make_key
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    STARTS_AT,
    TICK,
    Callers,
    Licensed,
    make_callers,
    make_license,
)
from tests.factories.negotiation import grant
from tests.factories.standing import AT_ONCE
from tests.support.clock import FrozenClock

CONTENT = WAVE + b"voice"
REASON = {"reason": "The label is missing."}


@pytest.fixture
def agreed() -> dict[str, Any]:
    return {"breach": AT_ONCE}


@pytest.fixture(autouse=True)
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


@pytest.fixture
def link(callers: Callers, licensed: Licensed) -> str:
    """The path of a link of a day."""
    made = have_delivered(callers.licensee, licensed.id)
    return path_of(have_linked(callers.licensee, made["id"], lasts_minutes=1440)["url"])


def path_of(url: str) -> str:
    return "/v1/delivery-links/" + url.rpartition("/")[2]


def told(answer: TestResponse) -> tuple[int, str]:
    code: str = answer.get_json()["code"]
    return answer.status_code, code


def test_a_link_needs_no_key_and_answers_ranges(client: FlaskClient, link: str) -> None:
    answer = client.get(link, buffered=True)
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["Cache-Control"] == "private, no-store"
    etag = answer.headers["ETag"]
    part = client.get(link, headers={"Range": "bytes=4-7", "If-Range": etag}, buffered=True)
    assert (part.status_code, part.data) == (206, CONTENT[4:8])
    assert part.headers["Repr-Digest"] == answer.headers["Repr-Digest"]
    assert client.get(link, headers={"Range": "bytes=900-"}, buffered=True).status_code == 416
    several = client.get(link, headers={"Range": "bytes=0-1,4-5"}, buffered=True)
    assert (several.status_code, several.data) == (200, CONTENT)


def test_a_link_lasts_as_long_as_was_asked_and_not_longer(
    client: FlaskClient, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    made = have_linked(callers.licensee, have_delivered(callers.licensee, licensed.id)["id"], lasts_minutes=5)
    assert parse_instant(made["ends_at"]) == DURING + timedelta(minutes=5)
    clock.advance(timedelta(minutes=5) - TICK)
    assert client.get(path_of(made["url"]), buffered=True).status_code == 200
    clock.advance(TICK)
    assert told(client.get(path_of(made["url"]))) == (410, "link_over")


def test_a_link_ends_at_the_end_of_the_license(
    client: FlaskClient, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT - timedelta(minutes=10))
    made = have_linked(callers.licensee, have_delivered(callers.licensee, licensed.id)["id"])
    assert parse_instant(made["ends_at"]) == ENDS_AT
    clock.move_to(ENDS_AT - TICK)
    assert client.get(path_of(made["url"]), buffered=True).status_code == 200
    clock.move_to(ENDS_AT)
    assert told(client.get(path_of(made["url"]))) == (409, "EXPIRED")


def test_a_link_ends_with_the_authority_it_rests_on(
    client: FlaskClient, database: Database, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    over = DURING + timedelta(minutes=10)
    with database.write() as session:
        license_of(session, licensed.id, lock=True).license.authority_ends_at = over
    made = have_linked(callers.licensee, have_delivered(callers.licensee, licensed.id)["id"])
    assert parse_instant(made["ends_at"]) == over
    clock.move_to(over)
    assert told(client.get(path_of(made["url"]))) == (409, "AUTHORITY_ENDED")


def test_a_link_ends_with_the_key_that_made_it(
    client: FlaskClient, database: Database, callers: Callers, licensed: Licensed
) -> None:
    made = have_delivered(callers.licensee, licensed.id)
    with database.write() as session:
        key = make_key(
            session, licensed.licensee, at=machine_now(), expires_at=machine_now() + timedelta(minutes=2)
        )
    own = Caller(client, key.text)
    linked = have_linked(own, made["id"])
    assert DURING < parse_instant(linked["ends_at"]) <= DURING + timedelta(minutes=2)
    assert client.get(path_of(linked["url"]), buffered=True).status_code == 200
    with database.write() as session:
        identity.revoke_api_key(session=session, actor=licensed.licensee, at=machine_now(), key_id=key.key.id)
    assert told(client.get(path_of(linked["url"]))) == (410, "link_over")


def test_a_link_rests_while_the_license_is_suspended_and_dies_with_its_termination(
    client: FlaskClient, callers: Callers, licensed: Licensed, link: str
) -> None:
    path = f"/v1/licenses/{licensed.id}"
    callers.licensor.post(f"{path}/suspension", json=REASON)
    assert told(client.get(link)) == (409, "SUSPENDED")
    assert told(client.get(link, headers={"Range": "bytes=4-7"})) == (409, "SUSPENDED")
    callers.licensor.post(f"{path}/reinstatement", json=REASON)
    assert client.get(link, buffered=True).status_code == 200
    callers.licensor.post(f"{path}/termination", json=REASON)
    assert told(client.get(link)) == (409, "TERMINATED")


def test_a_link_dies_when_the_license_is_handed_on(
    client: FlaskClient, database: Database, services: Services
) -> None:
    with database.write() as session:
        made = make_license(session, services.store, assignment="with_consent")
        callers = make_callers(session, client, made)
        deal_id = license_of(session, made.id).license.deal_id
    url = have_linked(callers.licensee, have_delivered(callers.licensee, made.id)["id"])["url"]
    with database.write() as session:
        hand_on(session, made.licensee, made.licensor, deal_id, at=DURING)
    assert told(client.get(path_of(url))) == (404, "not_found")


def test_a_clock_set_back_does_not_open_a_link_of_later(client: FlaskClient, link: str, clock: FrozenClock) -> None:
    clock.move_to(DURING - TICK)
    assert told(client.get(link)) == (410, "link_over")
    clock.move_to(STARTS_AT - TICK)
    assert told(client.get(link)) == (409, "NOT_STARTED")


def test_what_is_changed_to_hosted_use_leaves_no_more(
    client: FlaskClient, database: Database, services: Services
) -> None:
    with database.write() as session:
        made = make_license(session, services.store, fee={"amount_minor": 0, "currency": "USD"})
        callers = make_callers(session, client, made)
        deal = session.get_one(Deal, license_of(session, made.id).license.deal_id)
    delivered = have_delivered(callers.licensee, made.id)
    url = have_linked(callers.licensee, delivered["id"])["url"]
    with database.write() as session:
        talks = amend(session, made.licensor, deal, at=DURING, grants=[grant()], delivery="hosted_only")
        agree(session, made.licensee, talks, at=DURING)
    assert told(client.get(path_of(url))) == (409, "not_delivered")
    assert told(callers.licensee.get(delivered["content_url"])) == (409, "not_delivered")
    answer = callers.licensee.post(f"/v1/deliveries/{delivered['id']}/links", json={})
    assert told(answer) == (409, "not_delivered")


def test_nobody_makes_or_bends_a_link(client: FlaskClient, callers: Callers, licensed: Licensed, link: str) -> None:
    delivery = have_delivered(callers.licensee, licensed.id)
    for caller in (callers.licensor, callers.stranger, callers.administrator):
        assert told(caller.post(f"/v1/deliveries/{delivery['id']}/links", json={})) == (404, "not_found")
    token = link.rpartition("/")[2]
    raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_")
    bent = raw.replace(b'"until":"2026', b'"until":"2027')
    assert bent != raw
    foreign = links.Link(delivery["id"], licensed.licensee.party_id, "key_1", DURING, DURING + timedelta(days=1))
    for forged in (
        base64.urlsafe_b64encode(bent).rstrip(b"=").decode(),
        links.signed(foreign, key=b"another key"),
        token[:-1],
        "A" * 43,
        "é",
        "x" * 5000,
    ):
        assert told(client.get(f"/v1/delivery-links/{forged}")) == (404, "not_found")


def test_a_link_is_shown_once_and_asked_for_within_bounds(callers: Callers, licensed: Licensed) -> None:
    path = f"/v1/deliveries/{have_delivered(callers.licensee, licensed.id)['id']}/links"
    first = callers.licensee.post(path, json={}, headers={"Idempotency-Key": "one"}).get_json()
    again = callers.licensee.post(path, json={}, headers={"Idempotency-Key": "one"}).get_json()
    assert (first["ends_at"], again["url"]) == (again["ends_at"], None)
    assert first["ends_at"] == format_instant(DURING + timedelta(hours=1))
    for minutes in (0, -1, 1441, "60", None):
        assert callers.licensee.post(path, json={"lasts_minutes": minutes}).status_code == 422
