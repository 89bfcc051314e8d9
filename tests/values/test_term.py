from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.errors import InvalidValue
from app.values.term import Term, add_months, format_instant, parse_instant

bounded = settings(max_examples=200, deadline=None)

DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)
HORIZON = 10
"""Later than every end below, so that perpetuity can be told from a long term by enumeration."""


def on(day: int) -> datetime:
    return DAY_ZERO + timedelta(days=day)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    start = draw(st.integers(0, 7))
    end = draw(st.none() | st.integers(start + 1, 8))
    return Term(on(start), None if end is None else on(end))


def days_of(term: Term) -> set[int]:
    end = HORIZON if term.ends_at is None else (term.ends_at - DAY_ZERO).days
    return set(range((term.starts_at - DAY_ZERO).days, end))


@bounded
@given(one=terms(), other=terms())
def test_terms_agree_with_the_days_they_consist_of(one: Term, other: Term) -> None:
    ours, theirs = days_of(one), days_of(other)
    assert one.overlaps(other) == other.overlaps(one) == bool(ours & theirs)
    assert one.covers(other) == (ours >= theirs)
    shared = one.intersection(other)
    assert (set() if shared is None else days_of(shared)) == ours & theirs
    assert {day for day in range(HORIZON) if one.contains(on(day))} == ours


def test_at_the_exact_end_it_is_over() -> None:
    term = Term(on(0), on(1))
    assert term.contains(on(0))
    assert term.contains(on(1) - timedelta(microseconds=1))
    assert not term.contains(on(1))
    assert not term.overlaps(Term(on(1), on(2)))
    assert not term.contains(on(0) - timedelta(microseconds=1))


@pytest.mark.parametrize("end", [on(1), on(0)])
def test_a_term_ends_after_it_starts(end: datetime) -> None:
    with pytest.raises(InvalidValue, match="end after it starts"):
        Term(on(1), end)


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=2)), ZoneInfo("America/New_York")])
def test_a_term_is_kept_in_utc(zone: timezone | None) -> None:
    with pytest.raises(InvalidValue, match="UTC"):
        Term(DAY_ZERO.replace(tzinfo=zone), None)
    with pytest.raises(InvalidValue, match="UTC"):
        Term(DAY_ZERO, on(3).replace(tzinfo=zone))


@pytest.mark.parametrize(
    ("first", "last", "zone", "starts_at", "ends_at"),
    [
        ("2026-06-15", "2026-12-31", "America/New_York", "2026-06-15T04:00:00Z", "2027-01-01T05:00:00Z"),
        ("2026-03-08", "2026-03-08", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
        ("2026-01-01", "2026-01-01", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("2026-01-01", "2026-01-01", "Asia/Kathmandu", "2025-12-31T18:15:00Z", "2026-01-01T18:15:00Z"),
        # Clocks jump from midnight to one: the day starts at one o'clock.
        ("2018-11-04", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
        # Clocks go back from one to midnight, which strikes twice: the day starts at the first.
        ("2026-11-01", "2026-11-01", "America/Havana", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
        # Samoa skipped the thirtieth.
        ("2011-12-29", "2011-12-30", "Pacific/Apia", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z"),
    ],
)
def test_whole_days_are_read_in_their_zone(first: str, last: str, zone: str, starts_at: str, ends_at: str) -> None:
    term = Term.of_days(date.fromisoformat(first), date.fromisoformat(last), zone)
    assert term == Term(parse_instant(starts_at), parse_instant(ends_at))


@bounded
@given(
    first=st.dates(date(1975, 1, 1), date(2037, 1, 1)),
    length=st.integers(0, 800),
    zone=st.sampled_from(
        [
            "America/Havana",
            "America/Sao_Paulo",
            "Asia/Beirut",
            "Africa/Cairo",
            "Europe/Berlin",
            "Pacific/Kiritimati",
        ]
    ),
)
def test_a_term_of_days_holds_exactly_its_days(first: date, length: int, zone: str) -> None:
    last = first + timedelta(days=length)
    term = Term.of_days(first, last, zone)
    assert term.ends_at is not None
    here, moment = ZoneInfo(zone), timedelta(microseconds=1)
    assert (term.starts_at - moment).astimezone(here).date() < first == term.starts_at.astimezone(here).date()
    assert (term.ends_at - moment).astimezone(here).date() == last < term.ends_at.astimezone(here).date()


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "America", "../etc/passwd", "/etc/localtime", "localtime", "right/UTC", "x" * 9999]
)
def test_unknown_zones_are_refused(zone: str) -> None:
    with pytest.raises(InvalidValue, match="IANA") as refusal:
        Term.of_days(date(2026, 1, 1), date(2026, 1, 2), zone)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("first", "last", "zone"),
    [
        (date(2026, 1, 2), date(2026, 1, 1), "UTC"),
        (date(2026, 1, 1), date.max, "UTC"),
        (date.min, date(2026, 1, 1), "Asia/Tokyo"),
        (date(2011, 12, 30), date(2011, 12, 30), "Pacific/Apia"),
    ],
)
def test_days_that_make_no_term_are_refused(first: date, last: date, zone: str) -> None:
    with pytest.raises(InvalidValue):
        Term.of_days(first, last, zone)


def test_calendar_months_are_not_weeks() -> None:
    start = date(2026, 1, 15)
    assert add_months(start, 21) == date(2027, 10, 15)
    assert add_months(start, 21) != start + timedelta(weeks=7 * 13)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
        (datetime(2026, 1, 31, 9, 30, tzinfo=UTC), 1, datetime(2026, 2, 28, 9, 30, tzinfo=UTC)),
    ],
)
def test_months_end_where_the_calendar_ends_them(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@bounded
@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)), months=st.integers(-600, 600))
def test_months_move_the_month_and_at_most_shorten_the_day(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@pytest.mark.parametrize("months", [12 * 8000, -12 * 2026])
def test_months_beyond_the_calendar_are_refused(months: int) -> None:
    with pytest.raises(InvalidValue, match="calendar"):
        add_months(date(2026, 1, 1), months)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-15T04:00:00Z", datetime(2026, 6, 15, 4, tzinfo=UTC)),
        ("2026-06-15t04:00:00z", datetime(2026, 6, 15, 4, tzinfo=UTC)),
        ("2026-06-15T00:00:00-04:00", datetime(2026, 6, 15, 4, tzinfo=UTC)),
        ("2026-06-15T04:00:00-00:00", datetime(2026, 6, 15, 4, tzinfo=UTC)),
        ("2026-06-15T04:00:00.5Z", datetime(2026, 6, 15, 4, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-06-15T04:00:00.000001+23:59", datetime(2026, 6, 14, 4, 1, 0, 1, tzinfo=UTC)),
    ],
)
def test_instants_are_read_as_utc(text: str, expected: datetime) -> None:
    read = parse_instant(text)
    assert read == expected
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-06-15T04:00:00", "offset"),
        ("2016-12-31T23:59:60Z", "leap second"),
        ("2026-02-30T04:00:00Z", "does not exist"),
        ("2026-06-15T24:00:00Z", "does not exist"),
        ("0000-01-01T00:00:00Z", "does not exist"),
        ("0001-01-01T00:00:00+01:00", "does not exist"),
        ("9999-12-31T23:59:59-01:00", "does not exist"),
        ("2026-06-15", "RFC 3339"),
        ("2026-06-15 04:00:00Z", "RFC 3339"),
        ("2026-W25-1T04:00:00Z", "RFC 3339"),
        ("20260615T040000Z", "RFC 3339"),
        ("2026-06-15T04:00Z", "RFC 3339"),
        ("2026-06-15T04:00:00,5Z", "RFC 3339"),
        ("2026-06-15T04:00:00.0000001Z", "RFC 3339"),
        ("2026-06-15T04:00:00+24:00", "RFC 3339"),
        ("2026-06-15T04:00:00Z\n", "RFC 3339"),
        ("\u0662026-06-15T04:00:00Z", "RFC 3339"),
        ("", "RFC 3339"),
    ],
)
def test_what_is_no_instant_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidValue, match=reason):
        parse_instant(text)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 6, 15, 4, tzinfo=UTC), "2026-06-15T04:00:00Z"),
        (datetime(2026, 6, 15, 4, 0, 0, 1, tzinfo=UTC), "2026-06-15T04:00:00.000001Z"),
        (datetime(2026, 6, 15, tzinfo=ZoneInfo("America/New_York")), "2026-06-15T04:00:00Z"),
        (datetime(33, 4, 3, tzinfo=UTC), "0033-04-03T00:00:00Z"),
    ],
)
def test_instants_have_one_spelling(at: datetime, text: str) -> None:
    assert format_instant(at) == text


def test_a_naive_instant_is_never_written() -> None:
    with pytest.raises(ValueError, match="naive"):
        format_instant(datetime(2026, 6, 15))  # noqa: DTZ001


@bounded
@given(at=st.datetimes(timezones=st.just(UTC)))
def test_what_is_written_is_read_back(at: datetime) -> None:
    assert parse_instant(format_instant(at)) == at
