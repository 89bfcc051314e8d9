"""Periods and instants. A period is half-open, instants are UTC, and calendar days belong to a named zone."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

from app.values.errors import InvalidValue

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:(?P<second>[0-9]{2})(?:\.[0-9]{1,6})?"
    r"(?P<offset>Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)

Day = TypeVar("Day", date, datetime)

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
"""Between these lies every day that anybody names; reckoning with them stays far from where the calendar ends."""


@dataclass(frozen=True, slots=True)
class Term:
    """A period that includes its start and excludes its end; no end means perpetuity."""

    starts_at: datetime
    ends_at: datetime | None

    def __post_init__(self) -> None:
        for instant in (self.starts_at, self.ends_at):
            if instant is not None and instant.utcoffset() != timedelta(0):
                raise InvalidValue(f"A term is kept in UTC; {instant.isoformat()} is not.")
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise InvalidValue("A term must end after it starts.")

    @classmethod
    def of_days(cls, first_day: date, last_day: date, zone: str) -> Self:
        """Return the term of whole calendar days in an IANA zone, the last day included."""
        if last_day < first_day:
            raise InvalidValue(f"The last day {last_day} lies before the first day {first_day}.")
        try:
            return cls(_start_of_day(first_day, zone), _start_of_day(last_day + timedelta(days=1), zone))
        except OverflowError:
            raise InvalidValue(f"{first_day} to {last_day} is outside the calendar this system keeps.") from None

    def contains(self, at: datetime) -> bool:
        """Say whether the instant lies in the term; at the exact end it does not."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def overlaps(self, other: "Term") -> bool:
        """Say whether some instant lies in both; terms that only touch do not overlap."""
        return (self.ends_at is None or other.starts_at < self.ends_at) and (
            other.ends_at is None or self.starts_at < other.ends_at
        )

    def covers(self, other: "Term") -> bool:
        """Say whether every instant of the other term lies in this one."""
        return self.starts_at <= other.starts_at and (
            self.ends_at is None or (other.ends_at is not None and other.ends_at <= self.ends_at)
        )

    def intersection(self, other: "Term") -> "Term | None":
        """Return the period that lies in both terms, or None where they do not overlap."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.ends_at, other.ends_at) if end is not None]
        return Term(max(self.starts_at, other.starts_at), min(ends, default=None))


def add_months(day: Day, months: int) -> Day:
    """Move a day by calendar months, to the last day where the month is too short (31 Jan + 1 -> 28 Feb)."""
    year, month_index = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise InvalidValue(f"{months} months from {day:%Y-%m-%d} is outside the calendar this system keeps.")
    month = month_index + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 date-time with its offset, such as `2026-06-15T00:00:00-04:00`, as UTC."""
    match = _RFC_3339.fullmatch(text.upper())
    if match is None:
        raise InvalidValue(f"{text[:40]!r} is not an RFC 3339 date-time such as 2026-06-15T04:00:00Z.")
    if match["offset"] is None:
        raise InvalidValue(f"{text!r} does not say in which offset it is meant; end it with Z or +02:00.")
    if match["second"] == "60":
        raise InvalidValue(f"{text!r} is a leap second, which this system does not keep; use the second after it.")
    try:
        return datetime.fromisoformat(match[0]).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidValue(f"{text!r} names a date or time that does not exist.") from None


def format_instant(at: datetime) -> str:
    """Write an aware instant in its one form, `2026-06-15T04:00:00Z`; microseconds only when present."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} is naive; an instant needs its offset.")
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _start_of_day(day: date, zone: str) -> datetime:
    """Return the first instant of a day.

    Where clocks jump over midnight, or strike it twice, `fold=0` reads it with the offset before the change,
    which is exactly the moment at which the day begins.
    """
    if zone not in _zone_names():
        raise InvalidValue(f"{zone[:60]!r} is not an IANA time zone such as America/New_York.")
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@cache
def _zone_names() -> frozenset[str]:
    """The zones of the packaged database: `localtime` must not mean another end on another machine."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())
