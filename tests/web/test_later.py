"""What becomes of a license, on its pages: both sides walk each change from the form to the license."""

from datetime import timedelta

import pytest

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.licensing import DURING, ENDS_AT, Licensed, make_license
from tests.factories.parties import make_actor
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting
from tests.web.person import Person

OPTION = {"months": 6, "exercise_from_days": 60, "exercise_until_days": 10, "fee_minor": 400_000}


@pytest.fixture
def licensed(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    with database.write() as session:
        made = make_license(session, services.store, assignment="with_consent", extension=OPTION)
    clock.move_to(DURING)
    return made


@pytest.fixture
def studio(visiting: Visiting, licensed: Licensed) -> Person:
    return visiting(licensed.licensee)


@pytest.fixture
def estate(visiting: Visiting, licensed: Licensed) -> Person:
    return visiting(licensed.licensor)


def test_an_amendment_is_offered_read_and_accepted(studio: Person, estate: Person, licensed: Licensed) -> None:
    path = f"/licenses/{licensed.id}"
    form = studio.get(f"{path}/amendment")
    talks = studio.done(form, "/amendment", credit_line="In memory of her", effective_on="2026-10-01")
    page = estate.read(talks)
    assert "An amendment of a signed deal" in page
    assert "from 1 Oct 2026 on" in page
    assert estate.done(estate.get(talks), "/accept") == path
    after = studio.read(path)
    assert "Amended" in after
    assert after.count("in force") == 1


def test_a_counteroffer_keeps_or_moves_the_day(studio: Person, estate: Person, licensed: Licensed) -> None:
    form = studio.get(f"/licenses/{licensed.id}/amendment")
    talks = studio.done(form, "/amendment", credit_line="One", effective_on="2026-10-01")
    estate.done(estate.get(f"{talks}/counter"), "/counter", credit_line="Two", effective_on="2026-11-01")
    assert "from 1 Nov 2026 on" in studio.read(talks)


def test_what_a_change_may_not_touch_is_said_beside_the_form(studio: Person, licensed: Licensed) -> None:
    form = studio.get(f"/licenses/{licensed.id}/amendment")
    answer = studio.send(form, "/amendment", zone="UTC", credit_line="Kept as typed")
    assert answer.status_code == 409
    assert "time zone of a signed deal stays America/New_York" in answer.text
    assert "Kept as typed" in answer.text


def test_an_earlier_end(studio: Person, estate: Person, licensed: Licensed) -> None:
    path = f"/licenses/{licensed.id}"
    talks = estate.done(estate.get(path), "/early-end", last_day="2026-09-30", message="We part as friends.")
    page = studio.read(talks)
    assert "An earlier end of a signed deal" in page
    assert "We part as friends." in page
    studio.done(studio.get(talks), "/accept")
    assert "Ends early, by agreement" in studio.read(path)


def test_a_license_is_handed_on_by_three_signatures(
    database: Database, visiting: Visiting, studio: Person, estate: Person, licensed: Licensed
) -> None:
    with database.write() as session:
        buyer: Actor = make_actor(session, name="Harbor Interactive")
    path = f"/licenses/{licensed.id}"
    talks = studio.done(studio.get(path), "/assignment", assignee_party_id=buyer.party_id)
    assert "handed on to Harbor Interactive" in estate.read(talks)
    estate.done(estate.get(talks), "/accept")
    next_one = visiting(buyer)
    assert talks in next_one.read("/negotiations")
    next_one.done(next_one.get(talks), "/sign")
    assert "Assigned" in next_one.read(path)
    assert studio.get(path).status_code == 404


def test_the_option_is_offered_when_its_window_is_open(
    studio: Person, estate: Person, licensed: Licensed, clock: FrozenClock
) -> None:
    path = f"/licenses/{licensed.id}"
    assert "The option can be used from" in studio.read(path)
    assert "You have an option" not in estate.read(path)
    clock.move_to(ENDS_AT - timedelta(days=30))
    page = studio.get(path)
    assert "4,000.00" in page.text
    assert studio.done(page, "/extension") == path
    after = studio.read(path)
    assert "Extended" in after
    assert "License fee, part 2 of 2" in after


def test_a_renewal_begins_where_the_license_ends(studio: Person, estate: Person, licensed: Licensed) -> None:
    path = f"/licenses/{licensed.id}"
    form = estate.get(f"{path}/renewal")
    assert 'value="2027-01-01"' in form.text
    talks = estate.done(form, "/renewal")
    assert "A license of its own that follows an earlier one" in studio.read(talks)
    assert studio.done(studio.get(talks), "/accept") != path
