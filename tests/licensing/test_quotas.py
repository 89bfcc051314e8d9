"""Reserve, commit, release: what is counted, when, and what becomes of it when the license or the deal changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.errors import LicenseRefuses
from app.licensing.quotas.errors import AlreadySettled
from app.licensing.quotas.models import Reservation
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction
from app.values.components import Component
from app.values.errors import InvalidInput, NotFound
from tests.factories.licensing import DURING, ENDS_AT, STARTS_AT, TICK, Licensed, make_licensing_sides
from tests.factories.negotiation import grant
from tests.factories.quotas import (
    QUARTER,
    cap,
    commit,
    left,
    make_capped_license,
    release,
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


def both(database: Database, licensed: Licensed) -> list[tuple[int, int, int]]:
    """Renders, then lines: used, reserved, left."""
    found = standing(database, licensed)
    return [found["renders"], found["lines per month"]]


def refused(database: Database, licensed: Licensed, code: str, *, at: datetime = DURING, **amounts: int) -> str:
    """Reserve in vain; return the sentence."""
    with pytest.raises(LicenseRefuses) as error, database.write() as session:
        reserve(session, licensed, at=at, **amounts)
    assert error.value.code == code
    return error.value.detail


def change_standing(database: Database, licensed: Licensed, action: LicenseAction, at: datetime = DURING) -> None:
    with database.write() as session:
        lifecycle.change_standing(
            session=session, actor=licensed.licensor, at=at, license_id=licensed.id, action=action, reason="Breach."
        )


def test_what_is_reserved_is_not_left_and_what_is_committed_is_used(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        first = reserve(session, capped, renders=60, lines=4)
    assert both(database, capped) == [(0, 60, 40), (0, 4, 6)]
    with database.write() as session:
        commit(session, capped, first, renders=50, lines=4)
    assert both(database, capped) == [(50, 0, 50), (4, 0, 6)]
    with database.write() as session:
        second = reserve(session, capped, renders=50)
        release(session, capped, second)
    assert both(database, capped) == [(50, 0, 50), (4, 0, 6)]


def test_a_cap_is_used_to_its_very_end_and_not_beyond(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        commit(session, capped, reserve(session, capped, renders=99))
    sentence = refused(database, capped, "QUOTA_EXHAUSTED", renders=2)
    assert "1 renders left and 2 asked for" in sentence
    with database.write() as session:
        commit(session, capped, reserve(session, capped, renders=1))
    assert left(database, capped)["renders"] == 0
    refused(database, capped, "QUOTA_EXHAUSTED", renders=1)
    with database.write() as session:
        reserve(session, capped, lines=10)
    assert "counting starts anew at 2026-09-15 04:00 UTC" in refused(database, capped, "QUOTA_EXHAUSTED", lines=1)


def test_if_one_unit_does_not_fit_nothing_is_taken(database: Database, capped: Licensed) -> None:
    refused(database, capped, "QUOTA_EXHAUSTED", renders=5, lines=11)
    assert left(database, capped) == {"renders": 100, "lines per month": 10, "concurrent_titles": 2}
    with database.read() as session:
        assert session.exec(select(Reservation)).all() == []


def test_a_use_that_the_license_refuses_takes_nothing(database: Database, capped: Licensed) -> None:
    refused(database, capped, "NOT_STARTED", at=STARTS_AT - TICK, renders=1)
    with pytest.raises(LicenseRefuses, match="does not include the face"), database.write() as session:
        reserve(session, capped, component=Component.FACE, renders=1)
    assert standing(database, capped)["renders"] == (0, 0, 100)


def test_a_reservation_frees_itself_at_its_instant_without_any_job(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        reserve(session, capped, renders=100)
    assert left(database, capped, at=DURING + QUARTER - TICK)["renders"] == 0
    refused(database, capped, "QUOTA_EXHAUSTED", at=DURING + QUARTER - TICK, renders=1)
    assert left(database, capped, at=DURING + QUARTER)["renders"] == 100
    with database.write() as session:
        reserve(session, capped, at=DURING + QUARTER, renders=100)


def test_one_that_ran_out_is_committed_only_if_it_still_fits(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        fits, does_not = (reserve(session, capped, renders=40) for _ in range(2))
    late = DURING + QUARTER
    with database.write() as session:
        commit(session, capped, reserve(session, capped, at=late, renders=30), at=late)
        commit(session, capped, fits, at=late)
    with pytest.raises(LicenseRefuses) as error, database.write() as session:
        commit(session, capped, does_not, at=late)
    assert error.value.code == "QUOTA_EXHAUSTED"
    assert left(database, capped, at=late)["renders"] == 30
    with database.write() as session:
        commit(session, capped, does_not, at=late, renders=30)
    assert left(database, capped, at=late)["renders"] == 0


def test_one_that_ran_out_counts_in_the_window_in_which_it_is_committed(
    database: Database, capped: Licensed
) -> None:
    with database.write() as session:
        in_time, late = (reserve(session, capped, at=AUGUST_15 - TICK, lines=5) for _ in range(2))
        commit(session, capped, in_time, at=AUGUST_15 + TICK)
        commit(session, capped, late, at=AUGUST_15 + DAY, lines=3)
    assert standing(database, capped, at=AUGUST_15 - TICK)["lines per month"] == (5, 0, 5)
    assert standing(database, capped, at=AUGUST_15)["lines per month"] == (3, 0, 7)


def test_counting_starts_anew_with_each_window(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        commit(session, capped, reserve(session, capped, at=AUGUST_15 - TICK, lines=10), at=AUGUST_15 - TICK)
    refused(database, capped, "QUOTA_EXHAUSTED", at=AUGUST_15 - TICK, lines=1)
    with database.write() as session:
        commit(session, capped, reserve(session, capped, at=AUGUST_15, lines=10), at=AUGUST_15)
    assert left(database, capped, at=AUGUST_15)["lines per month"] == 0


def test_a_cap_of_a_component_counts_only_that_and_one_of_all_counts_both(
    database: Database, services: Services
) -> None:
    with database.write() as session:
        components = (Component.VOICE, Component.FACE)
        made = make_capped_license(
            session,
            services.store,
            cap("renders", 10, component="face"),
            cap("renders", 15),
            sides=make_licensing_sides(session, services.store, components=components),
            grants=[grant(), grant(component="face")],
        )
        commit(session, made, reserve(session, made, renders=6))
        commit(session, made, reserve(session, made, component=Component.FACE, renders=5))
        reserve(session, made, component=Component.FACE, renders=3)
    assert standing(database, made) == {"renders of face": (5, 3, 2), "renders": (11, 3, 1)}
    with pytest.raises(LicenseRefuses, match="1 renders left and 2 asked"), database.write() as session:
        reserve(session, made, component=Component.FACE, renders=2)


def test_titles_are_in_use_from_the_reservation_to_the_release(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        first, second = (reserve(session, capped, concurrent_titles=1, renders=1) for _ in range(2))
    refused(database, capped, "QUOTA_EXHAUSTED", concurrent_titles=1)
    later = DURING + 20 * DAY
    with database.write() as session:
        commit(session, capped, first)
        commit(session, capped, second)
    assert standing(database, capped, at=later)["concurrent_titles"] == (2, 0, 0)
    refused(database, capped, "QUOTA_EXHAUSTED", at=later, concurrent_titles=1)
    with database.write() as session:
        release(session, capped, first, at=later)
        release(session, capped, first, at=later)
    assert left(database, capped, at=later) == {"renders": 98, "lines per month": 10, "concurrent_titles": 1}
    with database.write() as session:
        reserve(session, capped, at=later, concurrent_titles=1)


def test_a_title_goes_out_of_use_after_the_end_too(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        made = reserve(session, capped, concurrent_titles=1)
        commit(session, capped, made)
    change_standing(database, capped, LicenseAction.TERMINATE)
    with database.write() as session:
        assert release(session, capped, made, at=ENDS_AT + DAY).reservation.freed_at == ENDS_AT + DAY
    assert standing(database, capped, at=ENDS_AT + DAY)["concurrent_titles"] == (0, 0, 2)


def test_what_was_reserved_before_the_end_is_committed_within_its_lifetime_and_no_longer(
    database: Database, capped: Licensed
) -> None:
    with database.write() as session:
        before, late = (reserve(session, capped, at=ENDS_AT - TICK, renders=10) for _ in range(2))
    refused(database, capped, "EXPIRED", at=ENDS_AT, renders=1)
    with database.write() as session:
        commit(session, capped, before, at=ENDS_AT + QUARTER - 2 * TICK)
    with pytest.raises(LicenseRefuses) as error, database.write() as session:
        commit(session, capped, late, at=ENDS_AT - TICK + QUARTER)
    assert error.value.code == "EXPIRED"
    assert standing(database, capped, at=ENDS_AT + DAY)["renders"] == (10, 0, 90)


@pytest.mark.parametrize("is_used", [True, False])
def test_what_ran_out_is_not_revived_by_a_clock_that_is_moved_back(
    database: Database, capped: Licensed, is_used: bool
) -> None:
    with database.write() as session:
        alone, first = reserve(session, capped, lines=1), reserve(session, capped, renders=100)
    with database.write() as session:
        commit(session, capped, alone, at=DURING + QUARTER - TICK)
        later = reserve(session, capped, at=DURING + QUARTER, renders=60)
    if is_used:
        with database.write() as session:
            commit(session, capped, later, at=DURING + QUARTER)
    with pytest.raises(LicenseRefuses) as error, database.write() as session:
        commit(session, capped, first, at=DURING + TICK)
    assert error.value.code == "QUOTA_EXHAUSTED"
    with database.write() as session:
        commit(session, capped, first, at=DURING + TICK, renders=40)
        commit(session, capped, later, at=DURING + TICK)
    assert standing(database, capped)["renders"] == (100, 0, 0)


@pytest.mark.parametrize(
    ("action", "code"), [(LicenseAction.SUSPEND, "SUSPENDED"), (LicenseAction.TERMINATE, "TERMINATED")]
)
def test_a_license_that_was_stopped_gives_no_reservation_and_keeps_what_was_made(
    database: Database, capped: Licensed, action: LicenseAction, code: str
) -> None:
    with database.write() as session:
        made = reserve(session, capped, renders=10)
    change_standing(database, capped, action)
    refused(database, capped, code, renders=1)
    with database.write() as session:
        commit(session, capped, made)
    assert standing(database, capped)["renders"] == (10, 0, 90)


def test_commit_and_release_can_be_repeated_and_not_be_turned_round(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        used, unused = (reserve(session, capped, renders=10, lines=1) for _ in range(2))
        for _ in range(2):
            assert commit(session, capped, used, renders=7).reservation.settled_at == DURING
            assert release(session, capped, unused).reservation.settled_at == DURING
    assert both(database, capped) == [(7, 0, 93), (0, 0, 10)]
    for act in (
        lambda s: commit(s, capped, used, renders=8),
        lambda s: commit(s, capped, used),
        lambda s: release(s, capped, used),
        lambda s: commit(s, capped, unused),
    ):
        with pytest.raises(AlreadySettled), database.write() as session:
            act(session)
    assert both(database, capped) == [(7, 0, 93), (0, 0, 10)]


@pytest.mark.parametrize("amounts", [{"renders": 11}, {"words": 1}, {"renders": 1, "lines": 2}])
def test_no_more_is_committed_than_was_reserved(
    database: Database, capped: Licensed, amounts: dict[str, int]
) -> None:
    with database.write() as session:
        made = reserve(session, capped, renders=10, lines=1)
    with pytest.raises(InvalidInput), database.write() as session:
        commit(session, capped, made, **amounts)
    assert standing(database, capped)["renders"] == (0, 10, 90)


def test_only_the_licensee_reserves_and_settles(database: Database, capped: Licensed) -> None:
    with database.write() as session:
        made = reserve(session, capped, renders=10)
    for act in (
        lambda s: reserve(s, capped, by=capped.licensor, renders=1),
        lambda s: commit(s, Licensed(capped.id, _turned(capped)), made),
        lambda s: release(s, Licensed(capped.id, _turned(capped)), made),
        lambda s: release(s, capped, "rsv_none"),
    ):
        with pytest.raises(NotFound), database.write() as session:
            act(session)


def _turned(licensed: Licensed) -> Any:
    """The sides with the licensor in the place of the licensee."""
    return replace(licensed.sides, studio=licensed.licensor)
