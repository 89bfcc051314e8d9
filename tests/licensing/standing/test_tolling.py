"""Days of suspension are added to the term only as both sides sign, once, and as far as the deal goes."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing import queries
from app.licensing.models import RetiredStatus
from app.licensing.states import NoticeKind
from app.negotiation.models import Negotiation
from app.rights.models import RightsBlockRow
from tests.factories.changes import FREE
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
)
from tests.factories.negotiation import Sides, grant, make_counter, make_production
from tests.factories.parties import make_actor
from tests.factories.standing import TOLLING, suspend_for
from tests.support.clock import FrozenClock

AGREED_AT = DURING + timedelta(days=5)
LATER = timedelta(days=3)


@pytest.fixture
def tolled(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    """A license that was suspended for three days."""
    with database.write() as session:
        made = make_license(session, services.store, fee=FREE, tolling=TOLLING)
        suspend_for(session, made.licensor, made.id)
    clock.move_to(AGREED_AT)
    return made


@pytest.fixture
def theirs(database: Database, client: FlaskClient, tolled: Licensed) -> Callers:
    with database.write() as session:
        return make_callers(session, client, tolled)


def made(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def told(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def agree(caller: Any, path: str, offered: dict[str, Any]) -> TestResponse:
    body = {"terms_sha256": offered["terms_sha256"]}
    answer: TestResponse = caller.post(f"{path}/tollings/{offered['id']}/acceptance", json=body)
    return answer


@pytest.mark.parametrize("who", ["licensee", "licensor"])
def test_either_side_proposes_and_the_other_signs(
    theirs: Callers, tolled: Licensed, clock: FrozenClock, who: str
) -> None:
    path = f"/v1/licenses/{tolled.id}"
    by = getattr(theirs, who)
    other = theirs.licensor if who == "licensee" else theirs.licensee
    assert by.get(f"{path}/tollings").get_json()["days_to_add"] == 3
    offered = made(by.post(f"{path}/tollings", json={}))
    assert (offered["status"], offered["days"]) == ("proposed", 3)
    assert (offered["counted_from"], offered["counted_until"]) == ("2026-09-01", "2026-09-04")
    assert (offered["last_day_before"], offered["last_day"]) == ("2026-12-31", "2027-01-03")
    assert by.get(path).get_json()["ends_at"] == "2027-01-01T05:00:00Z"
    assert agree(by, path, offered).status_code == 409
    agreed = made(agree(other, path, offered))
    assert (agreed["status"], agreed["agreed_at"]) == ("agreed", "2026-09-06T12:00:00Z")
    shown = by.get(path).get_json()
    assert shown["ends_at"] == "2027-01-04T05:00:00Z"
    assert [version["change_of"] for version in shown["versions"]] == [None, "tolling"]
    assert by.get(f"{path}/tollings").get_json()["days_to_add"] == 0
    clock.move_to(ENDS_AT + LATER - TICK)
    assert theirs.licensee.post(f"{path}/decision", json=USE).get_json()["code"] == "ALLOWED"
    clock.move_to(ENDS_AT + LATER)
    assert theirs.licensee.post(f"{path}/decision", json=USE).get_json()["code"] == "EXPIRED"


def test_what_hangs_on_the_end_moves_with_it(database: Database, theirs: Callers, tolled: Licensed) -> None:
    path = f"/v1/licenses/{tolled.id}"
    made(agree(theirs.licensor, path, made(theirs.licensee.post(f"{path}/tollings", json={}))))
    with database.read() as session:
        ended = next(n for n in queries.notices_of(session, tolled.id) if n.kind is NoticeKind.ENDED)
        assert ended.due_at == ENDS_AT + LATER
        assert session.exec(select(RetiredStatus).where(RetiredStatus.license_id == tolled.id)).one()
        taken = session.exec(select(RightsBlockRow.ends_at).where(RightsBlockRow.reference == tolled.id)).all()
        assert max(filter(None, taken)) == ENDS_AT + LATER


def test_the_same_days_are_never_added_twice(theirs: Callers, tolled: Licensed) -> None:
    path = f"/v1/licenses/{tolled.id}"
    first, second = (made(theirs.licensee.post(f"{path}/tollings", json={})) for _ in range(2))
    made(agree(theirs.licensor, path, first))
    assert told(agree(theirs.licensor, path, second)) == (409, "deal_changed")
    assert told(theirs.licensee.post(f"{path}/tollings", json={})) == (409, "nothing_to_toll")


def test_an_open_suspension_counts_to_the_day_of_the_offer_and_the_rest_another_time(
    database: Database, theirs: Callers, tolled: Licensed, clock: FrozenClock
) -> None:
    path = f"/v1/licenses/{tolled.id}"
    with database.write() as session:
        suspend_for(session, tolled.licensor, tolled.id, at=AGREED_AT, lasts=None)
    clock.move_to(AGREED_AT + timedelta(days=2))
    offered = made(theirs.licensee.post(f"{path}/tollings", json={}))
    assert (offered["days"], offered["counted_until"]) == (5, "2026-09-08")
    clock.move_to(AGREED_AT + timedelta(days=4))
    assert made(agree(theirs.licensor, path, offered))["days"] == 5
    assert made(theirs.licensee.post(f"{path}/tollings", json={}))["days"] == 2


def test_not_more_than_the_deal_allows_in_all(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    with database.write() as session:
        capped = make_license(session, services.store, fee=FREE, tolling=TOLLING | {"most_days": 2})
        suspend_for(session, capped.licensor, capped.id)
        callers = make_callers(session, client, capped)
    clock.move_to(AGREED_AT)
    path = f"/v1/licenses/{capped.id}"
    offered = made(callers.licensee.post(f"{path}/tollings", json={}))
    assert (offered["days"], offered["counted_until"]) == (2, "2026-09-03")
    made(agree(callers.licensor, path, offered))
    assert told(callers.licensee.post(f"{path}/tollings", json={})) == (409, "nothing_to_toll")


def test_a_deal_without_it_adds_nothing(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    with database.write() as session:
        plain = make_license(session, services.store, fee=FREE)
        suspend_for(session, plain.licensor, plain.id)
        callers = make_callers(session, client, plain)
    clock.move_to(AGREED_AT)
    answer = callers.licensee.post(f"/v1/licenses/{plain.id}/tollings", json={})
    assert told(answer) == (409, "tolling_not_agreed")


@pytest.mark.parametrize("is_terminated", [True, False])
def test_a_license_that_is_over_has_no_term_to_add_days_to(
    theirs: Callers, tolled: Licensed, clock: FrozenClock, is_terminated: bool
) -> None:
    path = f"/v1/licenses/{tolled.id}"
    if is_terminated:
        made(theirs.administrator.post(f"{path}/termination", json={"reason": "It was sold on."}))
    else:
        clock.move_to(ENDS_AT)
    assert theirs.licensee.get(f"{path}/tollings").get_json()["days_to_add"] == 0
    assert told(theirs.licensee.post(f"{path}/tollings", json={})) == (409, "license_not_running")


def counter(database: Database, tolled: Licensed, talks_id: str, last_day: str) -> dict[str, Any]:
    """The licensor offers another last day; return what the licensee has to accept."""
    term = {"first_day": "2026-06-15", "last_day": last_day, "zone": "America/New_York"}
    with database.write() as session:
        talks = session.get_one(Negotiation, talks_id)
        offer = make_counter(session, tolled.licensor, talks, at=AGREED_AT, fee=FREE, tolling=TOLLING, term=term)
    return {"offer_number": offer.number, "terms_sha256": offer.terms_sha256}


def test_a_counteroffer_adds_fewer_days_but_never_more_than_there_were(
    database: Database, theirs: Callers, tolled: Licensed
) -> None:
    path = f"/v1/licenses/{tolled.id}"
    talks_id = made(theirs.licensee.post(f"{path}/tollings", json={}))["negotiation_id"]
    answer_path = f"/v1/negotiations/{talks_id}/acceptance"
    too_many = counter(database, tolled, talks_id, "2027-01-04")
    assert told(theirs.licensee.post(answer_path, json=too_many)) == (409, "more_than_suspended")
    with database.write() as session:
        talks = session.get_one(Negotiation, talks_id)
        term = {"first_day": "2026-06-15", "last_day": "2027-01-02", "zone": "America/New_York"}
        offer = make_counter(session, tolled.licensee, talks, at=AGREED_AT, fee=FREE, tolling=TOLLING, term=term)
    fewer = {"offer_number": offer.number, "terms_sha256": offer.terms_sha256}
    made(theirs.licensor.post(answer_path, json=fewer))
    shown = theirs.licensee.get(f"{path}/tollings").get_json()
    [row] = shown["items"]
    assert (row["days"], row["last_day"], row["counted_until"]) == (2, "2027-01-02", "2026-09-03")
    assert shown["days_to_add"] == 1


def test_rights_that_somebody_else_has_by_now_are_not_added(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    exclusive = [grant(exclusivity="exclusive")]
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        made_first = make_license(session, services.store, sides=sides, fee=FREE, tolling=TOLLING)
        suspend_for(session, made_first.licensor, made_first.id)
        callers = make_callers(session, client, made_first)
        studio = make_actor(session)
        next_one = Sides(sides.estate, sides.package, studio, make_production(session, studio))
        after = {"first_day": "2027-01-01", "last_day": "2027-12-31", "zone": "America/New_York"}
        make_license(session, services.store, sides=next_one, fee=FREE, grants=exclusive, term=after)
    clock.move_to(AGREED_AT)
    path = f"/v1/licenses/{made_first.id}"
    offered = made(callers.licensee.post(f"{path}/tollings", json={}))
    assert told(agree(callers.licensor, path, offered)) == (409, "rights_not_available")
    assert callers.licensee.get(path).get_json()["ends_at"] == "2027-01-01T05:00:00Z"


def test_the_authority_of_the_licensor_is_not_outlived(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    with database.write() as session:
        sides = make_licensing_sides(session, services.store, authority={"licenses_until_at": ENDS_AT})
        held = make_license(session, services.store, sides=sides, fee=FREE, tolling=TOLLING)
        suspend_for(session, held.licensor, held.id)
        callers = make_callers(session, client, held)
    clock.move_to(AGREED_AT)
    answer = callers.licensee.post(f"/v1/licenses/{held.id}/tollings", json={})
    assert answer.status_code == 409
    assert "The licensor can license until 2027-01-01" in answer.get_json()["detail"]
