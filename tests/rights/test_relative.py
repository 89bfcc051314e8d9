"""Periods that hang on what has not happened yet."""

from datetime import UTC, date, datetime

import pytest

from app.rights.rules.relative import RelativeDay, effective_term
from app.values.errors import InvalidValue
from app.values.term import Term
from tests.support.clock import START

PARIS = "Europe/Paris"


def release(offset_days: int, *, earliest_on: date | None = None, happened_on: date | None = None) -> RelativeDay:
    return RelativeDay(offset_days, PARIS, earliest_on, happened_on)


def paris(year: int, month: int, day: int) -> datetime:
    """The start of a day in Paris, in summer."""
    return Term.of_days(date(year, month, day), date(year, month, day), PARIS).starts_at


SUMMER = date(2027, 6, 1)
OCTOBER = date(2027, 10, 5)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, (START, None)),
        (date(2027, 1, 1), date(2027, 1, 1), (datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))),
        (release(0), None, (START, None)),
        (release(90), None, (START, None)),
        (release(0, earliest_on=SUMMER), None, (paris(2027, 6, 1), None)),
        (release(90, earliest_on=SUMMER), None, (paris(2027, 8, 30), None)),
        (release(-30, earliest_on=SUMMER), None, (paris(2027, 5, 2), None)),
        (release(0, earliest_on=SUMMER, happened_on=OCTOBER), None, (paris(2027, 10, 5), None)),
        (release(0, earliest_on=OCTOBER, happened_on=SUMMER), None, (paris(2027, 6, 1), None)),
        (None, release(90, earliest_on=SUMMER), (START, None)),
        (None, release(0, happened_on=SUMMER), (START, paris(2027, 6, 2))),
        (None, release(90, happened_on=SUMMER), (START, paris(2027, 8, 31))),
        (
            release(-30, happened_on=SUMMER),
            release(90, happened_on=SUMMER),
            (paris(2027, 5, 2), paris(2027, 8, 31)),
        ),
    ],
)
def test_what_is_not_known_counts_against_use(
    start: date | RelativeDay | None, end: date | RelativeDay | None, expected: tuple[datetime, datetime | None]
) -> None:
    assert effective_term(start=start, end=end, zone="UTC", recorded_at=START) == Term(*expected)


def test_what_ends_before_it_begins_is_no_period() -> None:
    end = release(0, happened_on=date(2026, 5, 31))
    assert effective_term(start=None, end=end, zone="UTC", recorded_at=START) is None
    late = release(1, happened_on=SUMMER)
    assert effective_term(start=late, end=SUMMER, zone=PARIS, recorded_at=START) is None
    same = release(0, happened_on=SUMMER)
    assert effective_term(start=same, end=SUMMER, zone=PARIS, recorded_at=START) is not None


@pytest.mark.parametrize("offset_days", [10**9, -(10**7), 3_000_000])
def test_days_outside_the_calendar_are_refused(offset_days: int) -> None:
    with pytest.raises(InvalidValue):
        effective_term(start=release(offset_days, happened_on=SUMMER), end=None, zone="UTC", recorded_at=START)
