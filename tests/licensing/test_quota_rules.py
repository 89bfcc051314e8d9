"""From when to when a cap counts: calendar years and months of the deal's zone, from the first day, half-open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.licensing.quotas.rules import standing_of
from app.licensing.quotas.states import ReservationStanding, ReservationStatus
from app.licensing.rules.counting import EVER, FOREVER, Cap, Counting, QuotaState, Window
from app.negotiation.terms.vocabulary import CapPeriod, CapUnit
from app.values.components import Component
from app.values.term import Term, add_months

TICK = timedelta(microseconds=1)
NEW_YORK = "America/New_York"


def cap(per: str, unit: str = "renders", component: Component | None = None) -> Cap:
    return Cap(CapUnit(unit), 10, CapPeriod(per), component)


def counting(first_day: date, last_day: date, zone: str = NEW_YORK, *caps: Cap) -> Counting:
    term = Term.of_days(first_day, last_day, zone)
    assert term.ends_at is not None
    return Counting(caps, first_day, zone, term.ends_at)


JANUARY_31 = counting(date(2026, 1, 31), date(2028, 6, 30))


@pytest.mark.parametrize(
    ("per", "at", "starts", "ends"),
    [
        # the last day of a month, where the next is too short: each month is counted from the first day
        ("month", "2026-01-31T05:00", "2026-01-31T05:00", "2026-02-28T05:00"),
        ("month", "2026-02-28T04:59:59.999999", "2026-01-31T05:00", "2026-02-28T05:00"),
        ("month", "2026-02-28T05:00", "2026-02-28T05:00", "2026-03-31T04:00"),
        ("month", "2026-03-31T03:59:59.999999", "2026-02-28T05:00", "2026-03-31T04:00"),
        ("month", "2026-03-31T04:00", "2026-03-31T04:00", "2026-04-30T04:00"),
        ("month", "2028-02-29T05:00", "2028-02-29T05:00", "2028-03-31T04:00"),
        # before the first day it is the first window
        ("month", "2025-01-01T00:00", "2026-01-31T05:00", "2026-02-28T05:00"),
        ("year", "2026-01-31T05:00", "2026-01-31T05:00", "2027-01-31T05:00"),
        ("year", "2027-01-31T04:59:59.999999", "2026-01-31T05:00", "2027-01-31T05:00"),
        ("year", "2027-01-31T05:00", "2027-01-31T05:00", "2028-01-31T05:00"),
        # the window in which the license ends stays the last
        ("year", "2028-01-31T05:00", "2028-01-31T05:00", "3000-01-01T00:00"),
        ("year", "2040-01-31T05:00", "2028-01-31T05:00", "3000-01-01T00:00"),
        ("month", "2028-06-30T04:00", "2028-06-30T04:00", "3000-01-01T00:00"),
        ("month", "2031-06-30T04:00", "2028-06-30T04:00", "3000-01-01T00:00"),
    ],
)
def test_years_and_months_are_of_the_calendar_from_the_first_day(per: str, at: str, starts: str, ends: str) -> None:
    instants = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (at, starts, ends)]
    assert JANUARY_31.window(cap(per), instants[0]) == Window(instants[1], instants[2])


def test_a_window_that_ends_with_the_license_never_resets() -> None:
    whole_year = counting(date(2026, 1, 1), date(2026, 12, 31), "UTC")
    state = QuotaState(cap("year"), whole_year.window(cap("year"), datetime(2026, 5, 1, tzinfo=UTC)), 3, 4)
    assert (state.resets_at, state.left) == (None, 3)
    longer = counting(date(2026, 1, 1), date(2027, 1, 1), "UTC")
    window = longer.window(cap("year"), datetime(2026, 5, 1, tzinfo=UTC))
    assert replace(state, window=window).resets_at == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["UTC", NEW_YORK, "Pacific/Kiritimati", "America/Sao_Paulo", "Asia/Beirut"])
@given(
    first_day=st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    days=st.integers(1, 2000),
    months=st.sampled_from(["month", "year"]),
    part=st.floats(0, 1),
)
def test_windows_follow_each_other_without_gap_or_overlap(
    zone: str, first_day: date, days: int, months: str, part: float
) -> None:
    """Held against counting windows up one by one, in zones where some days begin at one o'clock or twice."""
    whole = counting(first_day, first_day + timedelta(days=days), zone)
    start = Term.of_days(first_day, first_day, zone).starts_at
    at = start + (whole.ends_at - start - TICK) * part
    step, number, starts_at = (12 if months == "year" else 1), 0, start
    while True:
        number += step
        next_day = add_months(first_day, number)
        ends_at = Term.of_days(next_day, next_day, zone).starts_at
        if at < ends_at:
            break
        starts_at = ends_at
    expected = Window(starts_at, ends_at if ends_at < whole.ends_at else FOREVER)
    found = whole.window(cap(months), at)
    assert found == expected
    assert found.contains(at)
    assert whole.window(cap(months), found.starts_at) == found
    if found.ends_at != FOREVER:
        assert whole.window(cap(months), found.ends_at).starts_at == found.ends_at


@pytest.mark.parametrize("per", list(CapPeriod))
def test_titles_are_in_use_whatever_the_calendar_says(per: CapPeriod) -> None:
    titles = cap(per.value, "concurrent_titles")
    assert JANUARY_31.window(titles, datetime(2027, 5, 1, tzinfo=UTC)) == EVER


def test_the_whole_term_is_one_window() -> None:
    assert JANUARY_31.window(cap("term"), datetime(2027, 5, 1, tzinfo=UTC)) == EVER


def test_a_cap_concerns_its_unit_and_its_component() -> None:
    voice = cap("term", component=Component.VOICE)
    assert voice.concerns(CapUnit.RENDERS, Component.VOICE)
    assert not voice.concerns(CapUnit.RENDERS, Component.FACE)
    assert not voice.concerns(CapUnit.LINES, Component.VOICE)
    assert cap("term").concerns(CapUnit.RENDERS, Component.FACE)


def test_nothing_is_left_of_a_cap_that_became_smaller_than_what_is_used() -> None:
    assert QuotaState(cap("term"), EVER, used=12, reserved=1).left == 0


@pytest.mark.parametrize(
    ("status", "after", "standing"),
    [
        (ReservationStatus.HELD, -TICK, ReservationStanding.HELD),
        (ReservationStatus.HELD, timedelta(0), ReservationStanding.LAPSED),
        (ReservationStatus.HELD, TICK, ReservationStanding.LAPSED),
        (ReservationStatus.COMMITTED, TICK, ReservationStanding.COMMITTED),
        (ReservationStatus.RELEASED, TICK, ReservationStanding.RELEASED),
    ],
)
def test_a_reservation_lapses_at_its_very_instant(
    status: ReservationStatus, after: timedelta, standing: ReservationStanding
) -> None:
    expires_at = datetime(2026, 9, 1, tzinfo=UTC)
    assert standing_of(status, expires_at=expires_at, at=expires_at + after) is standing
