"""Who handed a license on keeps what it agreed to, and learns nothing of what others agree afterwards."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.models import LicenseDuty
from app.licensing.closing.states import DutyKind
from app.licensing.queries import license_of
from app.negotiation.models import Deal
from tests.factories.changes import FREE, agree, amend, hand_on
from tests.factories.closing import CLOSING, calendar, duty, make_closing_license, make_deliveries
from tests.factories.licensing import DURING, Callers, Licensed
from tests.support.clock import FrozenClock

DAY = timedelta(days=1)
CHECK_IN = {"every_hours": 77, "grace_hours": 5}


def deal_of(session: Session, license_id: str) -> Deal:
    return session.get_one(Deal, license_of(session, license_id).latest.deal_id)


@pytest.fixture
def closing(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        made = make_closing_license(session, services.store, fee=FREE)
        make_deliveries(session, made)
        return made


@pytest.fixture
def buyer(database: Database, closing: Licensed, clock: FrozenClock) -> Actor:
    clock.move_to(DURING + 3 * DAY)
    with database.write() as session:
        deal = deal_of(session, closing.id)
        return hand_on(session, closing.licensee, closing.licensor, deal.id, at=DURING + DAY)


def change(database: Database, closing: Licensed, buyer: Actor, **terms: object) -> None:
    with database.write() as session:
        deal = deal_of(session, closing.id)
        talks = amend(session, buyer, deal, at=DURING + 2 * DAY, **CLOSING | terms)
        agree(session, closing.licensor, talks, at=DURING + 2 * DAY)


def destruction(session: Session, closing: Licensed, party_id: str) -> LicenseDuty:
    return duty(session, closing.id, DutyKind.DESTRUCTION, party_id=party_id)


def test_nothing_is_told_of_what_is_agreed_afterwards(
    database: Database, callers: Callers, closing: Licensed, buyer: Actor
) -> None:
    change(database, closing, buyer, check_in=CHECK_IN)
    path = f"/v1/licenses/{closing.id}"
    assert callers.licensor.get(f"{path}/duties").get_json()["recurring"][0]["kind"] == "check_in"
    seen = callers.licensee.get(f"{path}/duties").get_json()
    assert [item["kind"] for item in seen["items"]] == ["destruction"]
    assert seen["recurring"] == []
    assert callers.licensor.get(f"{path}/sunset-notice").status_code == 200
    assert callers.licensee.get(f"{path}/sunset-notice").status_code == 404


def test_the_days_to_destroy_stay_those_that_were_agreed(
    database: Database, closing: Licensed, buyer: Actor
) -> None:
    with database.read() as session:
        agreed = destruction(session, closing, closing.licensee.party_id).due_at
        before = destruction(session, closing, buyer.party_id).due_at
    change(database, closing, buyer, deletion={"within_days": 2})
    with database.read() as session:
        assert destruction(session, closing, closing.licensee.party_id).due_at == agreed
        assert destruction(session, closing, buyer.party_id).due_at == before - 28 * DAY


def test_what_is_to_be_destroyed_stays_what_was_agreed(database: Database, closing: Licensed, buyer: Actor) -> None:
    change(database, closing, buyer, deletion={"within_days": 30, "covers": ["derived_models"]})
    with database.read() as session:
        (seen,) = calendar(session, closing.id, closing.licensee, at=DURING + 3 * DAY)
        assert (seen.outstanding, seen.duty.title) == (1, "Destroy delivered copies and derived models")
