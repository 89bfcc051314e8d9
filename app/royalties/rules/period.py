"""The periods that statements are made for: calendar months and quarters, in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from app.values.errors import InvalidValue
from app.values.term import add_months

_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class StatementPeriod:
    """`2026-Q3` or `2026-09`, with its first and last day."""

    name: str
    first_day: date
    last_day: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: InvalidValue."""
        quarter, month = _QUARTER.fullmatch(text), _MONTH.fullmatch(text)
        match = quarter or month
        if match is None or not 1900 <= int(match[1]) <= 9000:
            raise InvalidValue(f"{text[:20]!r} is neither a quarter such as 2026-Q3 nor a month such as 2026-09.")
        year, part = int(match[1]), int(match[2])
        first = date(year, 3 * part - 2, 1) if quarter else date(year, part, 1)
        return cls(text, first, add_months(first, 3 if quarter else 1) - timedelta(days=1))

    @property
    def ends_at(self) -> datetime:
        """The first instant after the period."""
        return day_end(self.last_day)


def day_end(day: date) -> datetime:
    """Return the first instant after a calendar day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def days_later(day: date, days: int) -> date:
    """Return a day so many later, or the last one that the calendar has."""
    return day + timedelta(days=min(days, (date.max - day).days))


def month_of(day: date) -> str:
    """Return `2026-07`."""
    return day.isoformat()[:7]


def last_moment_of_month(month: str) -> datetime:
    """Return the last full second of a month: sales count as earned by those who hold the estate then."""
    return StatementPeriod.parse(month).ends_at - timedelta(seconds=1)
