"""What was used stays used when the deal is amended or handed on."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing import queries as licenses
from app.licensing.errors import LicenseRefuses
from app.licensing.quotas import service
from app.negotiation.models import Deal
from app.values.errors import NotFound
from tests.factories.changes import agree, amend, hand_on
from tests.factories.licensing import DURING, TICK, Licensed
from tests.factories.quotas import (
    cap,
    commit,
    make_capped_license,
    reserve,
    standing,
)

DAY = timedelta(days=1)
AUGUST_15 = datetime(2026, 8, 15, 4, tzinfo=UTC)
"""The third month of the usual license begins in New York."""


@pytest.fixture
def capped(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_capped_license(
            session, services.store, cap("renders", 100), cap("lines", 10, per="month"), cap("concurrent_titles", 2)
        )


def refused(database: Database, licensed: Licensed, code: str, *, at: datetime = DURING, **amounts: int) -> str:
    """Reserve in vain; return the sentence."""
    with pytest.raises(LicenseRefuses) as error, database.write() as session:
        reserve(session, licensed, at=at, **amounts)
    assert error.value.code == code
    return error.value.detail


def test_an_amendment_keeps_what_was_used(database: Database, capped: Licensed) -> None:
    """More, then less than what is used, then counted by the year, then for one component: nothing is forgotten."""
    with database.write() as session:
        commit(session, capped, reserve(session, capped, renders=60))
    for caps, expected in (
        ([cap("renders", 200)], (60, 0, 140)),
        ([cap("renders", 50)], (60, 0, 0)),
        ([cap("renders", 70, per="year")], (60, 0, 10)),
        ([cap("renders", 70, component="voice")], (60, 0, 10)),
    ):
        _amend(database, capped, caps)
        assert list(standing(database, capped).values()) == [expected]
    with database.write() as session:
        commit(session, capped, reserve(session, capped, renders=10))
    assert standing(database, capped) == {"renders of voice": (70, 0, 0)}
    refused(database, capped, "QUOTA_EXHAUSTED", renders=1)
    _amend(database, capped, [cap("renders", 71)])
    assert standing(database, capped) == {"renders": (70, 0, 1)}
    refused(database, capped, "QUOTA_EXHAUSTED", renders=2)


def test_an_amendment_counts_what_no_cap_limited_before(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        commit(session, capped, reserve(session, capped, at=AUGUST_15 - TICK, words=700), at=AUGUST_15 - TICK)
        commit(session, capped, reserve(session, capped, words=20))
        reserve(session, capped, words=5)
    _amend(database, capped, [cap("words", 1000), cap("words", 100, per="month")])
    assert standing(database, capped) == {"words": (720, 5, 275), "words per month": (20, 5, 75)}


def test_a_later_amendment_counts_only_from_its_day(database: Database, capped: Licensed) -> None:
    _amend(database, capped, [cap("renders", 5)], effective_on=date(2026, 10, 1))
    with database.write() as session:
        commit(session, capped, reserve(session, capped, renders=10))
    october = datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert standing(database, capped, at=october - TICK)["renders"] == (10, 0, 90)
    assert standing(database, capped, at=october) == {"renders": (10, 0, 0)}


def _amend(
    database: Database, licensed: Licensed, caps: list[dict[str, Any]], effective_on: date | None = None
) -> None:
    with database.write() as session:
        deal = session.get_one(Deal, licenses.license_of(session, licensed.id).license.deal_id)
        talks = amend(session, licensed.licensee, deal, at=DURING, effective_on=effective_on, caps=caps)
        agree(session, licensed.licensor, talks, at=DURING)


def test_an_assigned_license_goes_on_counting(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_capped_license(
            session, services.store, cap("renders", 100), cap("concurrent_titles", 1), assignment="with_consent"
        )
        commit(session, made, reserve(session, made, renders=60))
        title = reserve(session, made, concurrent_titles=1)
        commit(session, made, title)
        open_one = reserve(session, made, renders=10)
        lapsed = reserve(session, made, renders=10, lifetime=TICK)
        deal_id = licenses.license_of(session, made.id).license.deal_id
        buyer = hand_on(session, made.licensee, made.licensor, deal_id, at=DURING)
    assert standing(database, made, at=DURING + TICK) == {"renders": (60, 10, 30), "concurrent_titles": (1, 0, 0)}
    with pytest.raises(NotFound), database.write() as session:
        reserve(session, made, renders=1)
    with database.write() as session:
        commit(session, made, open_one)
        reserve(session, made, by=buyer, at=DURING + TICK, renders=30)
    with pytest.raises(NotFound, match="another licensee"), database.write() as session:
        commit(session, made, lapsed, at=DURING + TICK)
    with database.write() as session:
        service.release(session=session, actor=buyer, at=DURING, reservation_id=title)
    later = DURING + TICK
    assert standing(database, made, at=later) == {"renders": (70, 30, 0), "concurrent_titles": (0, 0, 1)}
