"""Periods whose ends hang on something that has not happened yet.

What is not known counts against use: an open start is the earliest that it can be, an open end is none at all.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.values.errors import InvalidValue
from app.values.term import Term


@dataclass(frozen=True, slots=True)
class RelativeDay:
    """So many days after a milestone, or before it; its days are those of its own zone."""

    offset_days: int
    zone: str
    earliest_on: date | None
    """The first day on which the milestone may happen, if that is known."""
    happened_on: date | None

    @property
    def is_known(self) -> bool:
        return self.happened_on is not None


def effective_term(
    *, start: date | RelativeDay | None, end: date | RelativeDay | None, zone: str, recorded_at: datetime
) -> Term | None:
    """Return the period that counts as things stand; nothing where it would end before it begins.

    `start` and `end` are whole days, the last included. Without a start it begins when it was recorded, without
    an end it has none. Raises: InvalidValue for an unknown zone and for days outside the calendar.
    """
    starts_at = _start(start, zone, recorded_at)
    ends_at = _end(end, zone)
    return None if ends_at is not None and ends_at <= starts_at else Term(starts_at, ends_at)


def _start(start: date | RelativeDay | None, zone: str, recorded_at: datetime) -> datetime:
    if isinstance(start, RelativeDay):
        earliest = start.happened_on or start.earliest_on
        if earliest is None:
            return recorded_at
        return _day(_shifted(earliest, start.offset_days), start.zone).starts_at
    return recorded_at if start is None else _day(start, zone).starts_at


def _end(end: date | RelativeDay | None, zone: str) -> datetime | None:
    if isinstance(end, RelativeDay):
        if end.happened_on is None:
            return None
        return _day(_shifted(end.happened_on, end.offset_days), end.zone).ends_at
    return None if end is None else _day(end, zone).ends_at


def _day(day: date, zone: str) -> Term:
    return Term.of_days(day, day, zone)


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise InvalidValue(f"{days} days from {day} is outside the calendar this system keeps.") from None
