"""When a licensor can end a license alone: where its deal gives time to cure, only for a breach not cured."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from app.negotiation.models import Deal
from tests.factories.changes import FREE, agree, amend
from tests.factories.closing import WOUND_DOWN_AT, make_closing_license, make_deliveries
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    TICK,
    Callers,
    Licensed,
    make_callers,
    make_license,
    make_unpaid_license,
)
from tests.factories.standing import AT_ONCE
from tests.licensing.standing.test_breaches import NOTICE, REASON, THIRTY, code_of, made, told
from tests.support.clock import START, FrozenClock

DAY = timedelta(days=1)


pytestmark = pytest.mark.usefixtures("during")


def test_a_licensor_that_told_of_no_breach_ends_nothing(callers: Callers, licensed: Licensed, path: str) -> None:
    refused = callers.licensor.post(f"{path}/termination", json=REASON)
    assert told(refused) == (409, "no_breach_told")
    assert "30 days" in refused.get_json()["detail"]
    assert code_of(callers, licensed.id) == "ALLOWED"
    made(callers.licensor.post(f"{path}/suspension", json=REASON))
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "no_breach_told")


@pytest.mark.parametrize("settled", ["acceptance", "withdrawal"])
def test_a_breach_that_was_cured_or_taken_back_ends_nothing(
    callers: Callers, path: str, clock: FrozenClock, settled: str
) -> None:
    breach = made(callers.licensor.post(f"{path}/breaches", json=NOTICE))
    of_it = f"{path}/breaches/{breach['id']}"
    made(callers.licensee.post(f"{of_it}/cure", json={"evidence": "It is there."}))
    made(callers.licensor.post(f"{of_it}/{settled}", json=REASON))
    clock.move_to(DURING + THIRTY)
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "no_breach_told")


def test_an_administrator_ends_it_at_once(callers: Callers, licensed: Licensed, path: str) -> None:
    made(callers.administrator.post(f"{path}/termination", json=REASON))
    assert code_of(callers, licensed.id) == "TERMINATED"


def test_where_no_time_to_cure_is_agreed_it_is_ended_at_once(
    database: Database, services: Services, client: FlaskClient
) -> None:
    with database.write() as session:
        agreed = make_license(session, services.store, breach=AT_ONCE)
        callers = make_callers(session, client, agreed)
    made(callers.licensor.post(f"/v1/licenses/{agreed.id}/termination", json=REASON))
    assert code_of(callers, agreed.id) == "TERMINATED"


def test_what_was_never_paid_for_is_ended_at_once(
    database: Database, services: Services, client: FlaskClient
) -> None:
    with database.write() as session:
        waiting = make_unpaid_license(session, services.store)
        callers = make_callers(session, client, waiting)
    made(callers.licensor.post(f"/v1/licenses/{waiting.id}/termination", json=REASON))


def test_before_its_first_day_a_paid_license_has_its_time_to_cure(
    callers: Callers, path: str, clock: FrozenClock
) -> None:
    clock.move_to(START)
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "no_breach_told")


def test_the_terms_in_force_say_how_long(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    """An amendment that takes the time to cure away counts from its day on."""
    with database.write() as session:
        made_free = make_license(session, services.store, fee=FREE)
        deal = session.get_one(Deal, license_of(session, made_free.id).latest.deal_id)
        talks = amend(session, made_free.licensor, deal, at=DURING, effective_on=date(2026, 10, 1), breach=AT_ONCE)
        agree(session, made_free.licensee, talks, at=DURING)
        callers = make_callers(session, client, made_free)
    path = f"/v1/licenses/{made_free.id}"
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "no_breach_told")
    clock.move_to(DURING + 60 * DAY)
    made(callers.licensor.post(f"{path}/termination", json=REASON))


def days_of_calendar(callers: Callers, path: str) -> list[tuple[str, str, str]]:
    found = callers.licensee.get(f"{path}/duties").get_json()["items"]
    return [(row["kind"], row["opens_at"], row["due_at"]) for row in found]


@pytest.fixture
def closing(database: Database, services: Services, client: FlaskClient) -> tuple[Licensed, Callers]:
    """A license with files to destroy, sixty days to wind down and ninety to sell off."""
    with database.write() as session:
        license = make_closing_license(session, services.store, breach=AT_ONCE)
        make_deliveries(session, license, number=2)
        return license, make_callers(session, client, license)


@pytest.mark.parametrize("who", ["licensor", "administrator"])
def test_once_all_is_over_there_is_nothing_to_end(
    closing: tuple[Licensed, Callers], clock: FrozenClock, who: str
) -> None:
    license, callers = closing
    path = f"/v1/licenses/{license.id}"
    before = days_of_calendar(callers, path)
    assert "destruction" in {kind for kind, _, _ in before}
    for at in (WOUND_DOWN_AT, WOUND_DOWN_AT + 40 * DAY):
        clock.move_to(at)
        refused = getattr(callers, who).post(f"{path}/termination", json=REASON)
        assert told(refused) == (409, "license_not_running")
        assert "nothing to end" in refused.get_json()["detail"]
    assert days_of_calendar(callers, path) == before
    assert callers.licensor.get(path).get_json()["status"] == "active"


@pytest.mark.parametrize("is_suspended", [False, True])
def test_while_it_is_wound_down_and_sold_off_it_can_be_ended(
    closing: tuple[Licensed, Callers], clock: FrozenClock, is_suspended: bool
) -> None:
    license, callers = closing
    path = f"/v1/licenses/{license.id}"
    clock.move_to(ENDS_AT)
    if is_suspended:
        made(callers.licensor.post(f"{path}/suspension", json=REASON))
    clock.move_to(WOUND_DOWN_AT - TICK)
    made(callers.licensor.post(f"{path}/termination", json=REASON))
    clock.move_to(WOUND_DOWN_AT)
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "illegal_transition")


def test_without_time_to_wind_down_it_is_over_with_its_term(
    callers: Callers, path: str, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT)
    assert told(callers.administrator.post(f"{path}/termination", json=REASON)) == (409, "license_not_running")
    clock.move_to(ENDS_AT - TICK)
    made(callers.administrator.post(f"{path}/termination", json=REASON))
