"""What the database finds by time and standing is what the rules decide, at every boundary and a tick beside it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.dues.models import LicenseDue
from app.licensing.dues.rules import status_of
from app.licensing.dues.service import charge_due
from app.licensing.dues.states import DueStatus
from app.licensing.listing import found_licenses
from app.licensing.models import License, LicenseNotice
from app.licensing.queries import LicenseView, license_of, marked_in_status_list, views_of
from app.licensing.rules.codes import Code
from app.licensing.rules.listing import LicenseStanding, listed_as
from app.licensing.rules.status_list import INVALID, SUSPENDED, VALID, pack_status_list, read_status
from app.licensing.service.lifecycle import change_standing
from app.licensing.service.notices import announce_due
from app.licensing.states import LicenseAction, LicenseStatus, NoticeKind
from app.negotiation.models import Deal
from app.rights.models import RightsBlockRow
from app.values.term import Term
from tests.factories.changes import FREE, accept, amend
from tests.factories.dues import make_license_in_parts
from tests.factories.identity import caller_for
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    STARTS_AT,
    TICK,
    Licensed,
    make_license,
    make_licensing_sides,
    make_unpaid_license,
)
from tests.factories.negotiation import Sides
from tests.factories.parties import make_administrator
from tests.support.clock import START, FrozenClock

ODD_DAYS: dict[str, tuple[date, date, str, datetime, datetime]] = {
    "a day of 25 hours": (
        date(2026, 6, 15),
        date(2026, 11, 1),
        "America/New_York",
        datetime(2026, 6, 15, 4, tzinfo=UTC),
        datetime(2026, 11, 2, 5, tzinfo=UTC),
    ),
    "a day of 23 hours": (
        date(2026, 6, 15),
        date(2027, 3, 28),
        "Europe/Berlin",
        datetime(2026, 6, 14, 22, tzinfo=UTC),
        datetime(2027, 3, 28, 22, tzinfo=UTC),
    ),
    "no midnight at the end": (
        date(2026, 6, 15),
        date(2026, 9, 5),
        "America/Santiago",
        datetime(2026, 6, 15, 4, tzinfo=UTC),
        datetime(2026, 9, 6, 4, tzinfo=UTC),
    ),
    "no midnight at the start": (
        date(2027, 4, 30),
        date(2027, 12, 31),
        "Africa/Cairo",
        datetime(2027, 4, 29, 22, tzinfo=UTC),
        datetime(2027, 12, 31, 22, tzinfo=UTC),
    ),
    "midnight twice": (
        date(2026, 6, 15),
        date(2026, 10, 31),
        "America/Havana",
        datetime(2026, 6, 15, 4, tzinfo=UTC),
        datetime(2026, 11, 1, 4, tzinfo=UTC),
    ),
    "a change of half an hour": (
        date(2026, 6, 15),
        date(2026, 10, 4),
        "Australia/Lord_Howe",
        datetime(2026, 6, 14, 13, 30, tzinfo=UTC),
        datetime(2026, 10, 4, 13, tzinfo=UTC),
    ),
    "29 February": (
        date(2026, 6, 15),
        date(2028, 2, 29),
        "UTC",
        datetime(2026, 6, 15, tzinfo=UTC),
        datetime(2028, 3, 1, tzinfo=UTC),
    ),
}
"""First and last day, the zone, and the instants that they stand for."""


def term(first_day: date, last_day: date, zone: str) -> dict[str, str]:
    return {"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "zone": zone}


def of_new_york(last_day: date) -> dict[str, str]:
    return term(date(2026, 6, 15), last_day, "America/New_York")


def around(*instants: datetime | None) -> Iterator[datetime]:
    """Each instant, a tick on either side, and the hours beside it, among which are those that come twice."""
    steps = (timedelta(0), TICK, timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2))
    for instant in instants:
        if instant is not None:
            yield from {instant + sign * step for sign in (-1, 1) for step in steps}


def boundaries(views: list[LicenseView]) -> list[datetime]:
    found = set[datetime]()
    for view in views:
        for version in view.versions:
            its = version.terms
            found |= set(around(its.term.starts_at, its.ends_at, its.winds_down_until, version.effective_at))
        found |= set(around(view.license.authority_ends_at))
    return sorted(found)


@pytest.mark.parametrize("what", ODD_DAYS)
def test_days_of_a_zone_are_these_instants(what: str) -> None:
    first_day, last_day, zone, starts_at, ends_at = ODD_DAYS[what]
    assert Term.of_days(first_day, last_day, zone) == Term(starts_at, ends_at)


@pytest.fixture
def world(database: Database, services: Services) -> Sides:
    """Licenses of two sides in every standing, with terms in several zones, one extended and one shortened."""
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)

        def made(**terms: Any) -> Licensed:
            return make_license(session, services.store, sides=sides, **{"fee": FREE} | terms)

        for first_day, last_day, zone, _, _ in ODD_DAYS.values():
            made(term=term(first_day, last_day, zone))
        made(wind_down={"days": 30, "steps": []})
        make_unpaid_license(session, services.store, sides=sides)
        for action in (LicenseAction.SUSPEND, LicenseAction.TERMINATE):
            change_standing(
                session=session,
                actor=sides.licensor,
                at=START,
                license_id=made().id,
                action=action,
                reason="For a good reason.",
            )
        license_of(session, made().id, lock=True).license.authority_ends_at = DURING
        license_of(session, made().id, lock=True).license.authority_ends_at = ENDS_AT
        for last_day in (date(2027, 2, 28), date(2026, 9, 30)):
            deal = session.exec(select(Deal).where(Deal.license_id == made().id)).one()
            changed = of_new_york(last_day)
            talks = amend(session, sides.studio, deal, effective_on=date(2026, 9, 1), term=changed)
            accept(session, sides.licensor, talks)
        make_license(session, services.store, fee=FREE)
    return sides


def test_lists_by_standing_agree_with_the_rule_at_every_boundary(database: Database, world: Sides) -> None:
    with database.read() as session:
        views = views_of(session, session.exec(select(License)).all())
        mine = [view for view in views if view.license.licensee_party_id == world.studio.party_id]
        assert len(mine) == len(views) - 1
        seen = set[LicenseStanding]()
        for at in boundaries(views):
            decided = defaultdict[LicenseStanding, set[str]](set)
            for view in mine:
                decided[listed_as(view.standing(at))].add(view.license.id)
            for standing in LicenseStanding:
                found = found_licenses(
                    session, world.studio, at=at, cursor=None, limit=100, standing=standing
                ).items
                assert {row.id for row in found} == decided[standing], (standing, at)
            seen |= decided.keys()
        assert seen == {*LicenseStanding}


def test_lists_by_end_exclude_both_bounds(database: Database, world: Sides) -> None:
    with database.read() as session:
        rows = session.exec(select(License).where(License.licensee_party_id == world.studio.party_id)).all()
        for bound in {instant for row in rows for instant in around(row.ends_at)}:
            for name, within in (
                ("ends_before", {row.id for row in rows if row.ends_at < bound}),
                ("ends_after", {row.id for row in rows if row.ends_at > bound}),
            ):
                args: dict[str, Any] = {name: bound}
                found = found_licenses(session, world.studio, at=START, cursor=None, limit=100, **args).items
                assert {row.id for row in found} == within, (name, bound)


def test_lists_are_asked_for_over_http(
    database: Database, client: FlaskClient, world: Sides, clock: FrozenClock
) -> None:
    with database.write() as session:
        studio, estate = (caller_for(session, client, actor) for actor in (world.studio, world.licensor))
        everybody = caller_for(session, client, make_administrator(session))
    clock.move_to(DURING)

    def count(caller: Any, query: str) -> int:
        answer = caller.get(f"/v1/licenses?limit=100&{query}")
        assert answer.status_code == 200, answer.get_json()
        return len(answer.get_json()["items"])

    for standing, number in (
        ("active", 10),
        ("awaiting_payment", 1),
        ("suspended", 1),
        ("terminated", 1),
        ("authority_ended", 1),
        ("not_started", 1),
        ("ended", 0),
    ):
        assert count(studio, f"standing={standing}") == count(estate, f"standing={standing}") == number, standing
    assert count(everybody, "standing=active") == 11
    within = "ends_after=2026-09-06T03:59:59.999999Z&ends_before=2026-09-06T04:00:00.000001Z"
    assert count(studio, f"standing=active&{within}") == 1
    assert count(studio, within.replace("04:00:00.000001", "04:00:00")) == 0
    first = studio.get("/v1/licenses?standing=active&limit=9")
    assert "standing=active" in first.headers["Link"]
    for query, pointer in (
        ("standing=asleep", "standing"),
        ("ends_before=soon", "ends_before"),
        ("until=1", "until"),
    ):
        answer = studio.get(f"/v1/licenses?{query}")
        assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, f"/query/{pointer}")


@pytest.mark.usefixtures("world")
def test_the_status_list_marks_what_the_rule_says_is_suspended_or_over_for_good(database: Database) -> None:
    with database.read() as session:
        views = views_of(session, session.exec(select(License)).all())
        size, marked = marked_in_status_list(session)
        packed = pack_status_list(size=size, marked=marked)
        for at in boundaries(views):
            for view in views:
                expected = {Code.SUSPENDED: SUSPENDED, Code.TERMINATED: INVALID}.get(view.standing(at), VALID)
                assert read_status(packed, view.license.status_index) == expected, (view.license.id, at)


@pytest.mark.usefixtures("world")
def test_the_end_is_announced_from_the_instant_at_which_the_rule_says_that_it_is_there(
    database: Database,
) -> None:
    """In the order of time, so that what is found at each instant has become due since the one before."""
    with database.write_session() as session:
        views = views_of(session, session.exec(select(License)).all())
        paid = [view for view in views if view.license.status is LicenseStatus.ACTIVE]
        for at in boundaries(views):
            announce_all(session, at)
            told = session.exec(
                select(LicenseNotice.license_id).where(
                    LicenseNotice.kind == NoticeKind.ENDED,
                    LicenseNotice.announced_at != None,  # noqa: E711
                )
            ).all()
            over = {view.license.id for view in paid if view.standing(at) is Code.EXPIRED}
            assert set(told) & {view.license.id for view in paid} == over, at
        session.rollback()


def announce_all(session: Session, at: datetime) -> None:
    while announce_due(session=session, at=at):
        session.flush()


def test_what_is_due_is_asked_for_from_the_instant_at_which_the_rule_says_that_it_is_due(
    database: Database, services: Services
) -> None:
    with database.write_session() as session:
        make_license_in_parts(session, services.store)
        dues = session.exec(select(LicenseDue)).all()
        assert any(not due.is_at_signature for due in dues)
        for at in sorted({instant for due in dues for instant in around(due.due_at, due.overdue_at)}):
            if at < START:
                continue
            wanted = {due.id for due in dues if status_of(due, at=at) in {DueStatus.DUE, DueStatus.OVERDUE}}
            waits = {due.id for due in dues if due.charged_at is None} & wanted
            asked = charge_due(session=session, at=at)
            assert asked == len(waits), at
            assert {due.id for due in dues if due.charged_at == at} >= waits
        session.rollback()


@pytest.mark.parametrize("terminated_at", [STARTS_AT - TICK, DURING, ENDS_AT - TICK])
def test_rights_are_given_back_at_the_instant_from_which_the_rule_says_terminated(
    session: Session, services: Services, terminated_at: datetime
) -> None:
    made = make_license(session, services.store)
    change_standing(
        session=session,
        actor=made.licensor,
        at=terminated_at,
        license_id=made.id,
        action=LicenseAction.TERMINATE,
        reason="For a good reason.",
    )
    view = license_of(session, made.id)
    assert view.standing(terminated_at) is Code.TERMINATED
    blocks = session.exec(select(RightsBlockRow).where(RightsBlockRow.reference == made.id)).all()
    assert blocks
    assert {row.released_at for row in blocks} == {terminated_at}
    assert {row.ends_at for row in blocks} == {view.license.ends_at} == {view.latest.terms.ends_at}
