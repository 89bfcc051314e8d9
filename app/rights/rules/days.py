"""Whole calendar days in a zone: answers name days, because contracts do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.values.errors import InvalidValue
from app.values.term import Term, add_months

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days of a zone, the last included; no last day means perpetuity."""

    first: date
    last: date | None
    term: Term


def days_of(first: date, last: date | None, zone: str) -> Days:
    """Raises: InvalidValue for days outside the calendar."""
    if last is None:
        return Days(first, None, Term(Term.of_days(first, first, zone).starts_at, None))
    return Days(first, last, Term.of_days(first, last, zone))


def days_within(term: Term, zone: str) -> Days | None:
    """Return the whole days that lie in a term, or None where it holds none."""
    try:
        first = _local_day(term.starts_at, zone)
        if days_of(first, None, zone).term.starts_at < term.starts_at:
            first += _A_DAY
        last = None if term.ends_at is None else _local_day(term.ends_at, zone) - _A_DAY
        return days_of(first, last, zone) if last is None or first <= last else None
    except (OverflowError, InvalidValue):
        return None


def days_touching(term: Term, zone: str) -> tuple[date, date | None]:
    """Return the first and the last day on which some of a term lies."""
    last = None if term.ends_at is None else _local_day(term.ends_at - timedelta(microseconds=1), zone)
    return _local_day(term.starts_at, zone), last


def start_of_day_with(at: datetime, zone: str) -> datetime:
    """Return the first instant of the day in which an instant lies."""
    return days_of(_local_day(at, zone), None, zone).term.starts_at


def shifted(days: Days, to: date, zone: str) -> Days | None:
    """Return the same length from another first day on, or None where the calendar ends before.

    Whole calendar months stay whole months, other lengths keep their number of days.
    """
    try:
        return days_of(to, None if days.last is None else _last_day(days.first, days.last, to), zone)
    except (OverflowError, InvalidValue):
        return None


def _last_day(first: date, last: date, to: date) -> date:
    end = last + _A_DAY
    months = (end.year - first.year) * 12 + end.month - first.month
    if months and add_months(first, months) == end:
        return add_months(to, months) - _A_DAY
    return to + (last - first)


def gaps(within: Term, busy: Iterable[Term]) -> list[Term]:
    """Return the periods of a term in which none of the busy terms lies, in order."""
    free: list[Term] = []
    start: datetime = within.starts_at
    for term in sorted(busy, key=lambda term: term.starts_at):
        if within.ends_at is not None and term.starts_at >= within.ends_at:
            break
        if term.starts_at > start:
            free.append(Term(start, term.starts_at))
        if term.ends_at is None:
            return free
        start = max(start, term.ends_at)
    if within.ends_at is None or start < within.ends_at:
        free.append(Term(start, within.ends_at))
    return free


def _local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
