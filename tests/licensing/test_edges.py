"""At the edge of time: each sentence of the README's section of that name, held."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing import queries
from app.licensing.queries import license_of
from app.licensing.service import notices
from app.negotiation.changes import service as changes
from app.rights.models import RightsBlockRow
from tests.factories.changes import FREE, agree
from tests.factories.deliveries import have_delivered, have_linked
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    TICK,
    USE,
    Callers,
    Licensed,
    make_callers,
    make_license,
)
from tests.factories.negotiation import grant, proposed
from tests.factories.standing import AT_ONCE
from tests.support.clock import FrozenClock

REASON = {"reason": "The label is missing."}
EXCLUSIVE = [grant(exclusivity="exclusive")]


@pytest.fixture
def agreed() -> dict[str, Any]:
    return {"breach": AT_ONCE}


@pytest.fixture(autouse=True)
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


def code_of(callers: Callers, license_id: str) -> str:
    answer = callers.licensee.post(f"/v1/licenses/{license_id}/decision", json=USE)
    return str(answer.get_json()["code"])


def renewed(session: Session, licensed: Licensed, **terms: object) -> str:
    """A license that follows, from the day on which the first has ended."""
    after = {"first_day": "2027-01-01", "last_day": "2027-12-31", "zone": "America/New_York"}
    talks = changes.open_renewal(
        session=session,
        actor=licensed.licensee,
        at=DURING,
        deal_id=license_of(session, licensed.id).license.deal_id,
        terms=proposed(fee=FREE, term=after, **terms),
        platform_fee_bps=1000,
    )
    return agree(session, licensed.licensor, talks, at=DURING).license_id


def test_a_renewal_begins_at_the_instant_at_which_the_license_before_ends(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    """Exclusive both, so that an instant of overlap could not have been signed."""
    with database.write() as session:
        first = make_license(session, services.store, fee=FREE, grants=EXCLUSIVE)
        callers = make_callers(session, client, first)
        second = renewed(session, first, grants=EXCLUSIVE)
    clock.move_to(ENDS_AT - TICK)
    assert (code_of(callers, first.id), code_of(callers, second)) == ("ALLOWED", "NOT_STARTED")
    clock.move_to(ENDS_AT)
    assert (code_of(callers, first.id), code_of(callers, second)) == ("EXPIRED", "ALLOWED")


def ways_of(callers: Callers, license_id: str, delivery: str, link: str) -> list[int]:
    """Go every way out; return the statuses, and 409 for a decision that is no."""
    studio, path = callers.licensee, f"/v1/licenses/{license_id}"
    asset_id = studio.get(f"{path}/assets").get_json()["items"][0]["asset_id"]
    return [
        200 if code_of(callers, license_id) == "ALLOWED" else 409,
        studio.post(f"{path}/credential", json={}).status_code,
        studio.post(f"{path}/deliveries", json={"asset_id": asset_id}).status_code,
        studio.get(delivery, buffered=True).status_code,
        studio.get(delivery, headers={"Range": "bytes=1-2"}, buffered=True).status_code,
        studio.get(link, headers={"Authorization": ""}, buffered=True).status_code,
    ]


OPEN = [200, 201, 201, 200, 206, 200]
SHUT = [409] * 6


def test_reinstatement_opens_every_way_again_and_termination_none(
    database: Database, callers: Callers, licensed: Licensed
) -> None:
    path = f"/v1/licenses/{licensed.id}"
    delivery = have_delivered(callers.licensee, licensed.id)
    link = "/v1/delivery-links/" + have_linked(callers.licensee, delivery["id"])["url"].rpartition("/")[2]
    ways = (callers, licensed.id, delivery["content_url"], link)
    assert ways_of(*ways) == OPEN
    callers.licensor.post(f"{path}/suspension", json=REASON)
    assert ways_of(*ways) == SHUT
    callers.licensor.post(f"{path}/reinstatement", json=REASON)
    assert ways_of(*ways) == OPEN
    callers.licensor.post(f"{path}/termination", json=REASON)
    assert ways_of(*ways) == SHUT
    with database.read() as session:
        taken = session.exec(select(RightsBlockRow).where(RightsBlockRow.reference == licensed.id)).all()
        assert all(block.released_at is not None for block in taken)
        _, marked = queries.marked_in_status_list(session)
        assert license_of(session, licensed.id).license.status_index in {index for index, _ in marked}
    for step in ("suspension", "reinstatement", "termination"):
        again = callers.licensor.post(f"{path}/{step}", json=REASON)
        assert (again.status_code, again.get_json()["code"]) == (409, "illegal_transition")


def test_a_license_that_outlives_its_authority_stops_with_it(
    database: Database, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    delivery = have_delivered(callers.licensee, licensed.id)
    link = "/v1/delivery-links/" + have_linked(callers.licensee, delivery["id"])["url"].rpartition("/")[2]
    over = DURING + timedelta(minutes=5)
    with database.write() as session:
        license_of(session, licensed.id, lock=True).license.authority_ends_at = over
    ways = (callers, licensed.id, delivery["content_url"], link)
    clock.move_to(over - TICK)
    assert ways_of(*ways) == OPEN
    clock.move_to(over)
    assert ways_of(*ways) == SHUT
    assert code_of(callers, licensed.id) == "AUTHORITY_ENDED"


def test_a_clock_set_back_undoes_nothing_that_was_done(
    database: Database, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    """The end follows from the clock, whichever way it goes; what was announced or done stays so."""
    clock.move_to(ENDS_AT)
    with database.write() as session:
        told = notices.announce_due(session=session, at=clock.now())
    assert (told > 0, code_of(callers, licensed.id)) == (True, "EXPIRED")
    clock.move_to(DURING)
    assert code_of(callers, licensed.id) == "ALLOWED"
    with database.write() as session:
        assert notices.announce_due(session=session, at=clock.now()) == 0
    clock.move_to(ENDS_AT)
    with database.write() as session:
        assert notices.announce_due(session=session, at=clock.now()) == 0
    clock.move_to(DURING)
    callers.licensor.post(f"/v1/licenses/{licensed.id}/termination", json=REASON)
    clock.move_to(DURING - timedelta(days=1))
    assert code_of(callers, licensed.id) == "TERMINATED"


def test_a_suspension_lifted_by_a_clock_set_back_is_lifted_and_takes_no_days(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    path = f"/v1/licenses/{licensed.id}"
    callers.licensor.post(f"{path}/suspension", json=REASON)
    clock.move_to(DURING - timedelta(days=2))
    assert callers.licensor.post(f"{path}/reinstatement", json=REASON).status_code == 201
    assert code_of(callers, licensed.id) == "ALLOWED"
    assert callers.licensee.get(f"{path}/tollings").get_json()["days_to_add"] == 0
