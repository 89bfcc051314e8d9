"""Free periods as a picture: one lane of bars for each group of countries that is free at the same times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.values import formats
from app.values.territory import world

WIDTH = 1000
_NAMED_AT_MOST = 6
_AHEAD = timedelta(days=365)
"""How far beyond the last named day a period without end is drawn."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of the time line, from 0 to `WIDTH`, with its days in words."""

    x: int
    width: int
    days: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Countries that are free at the same times."""

    countries: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The lanes under one scale; `asked` is where the term asked for lies on it."""

    lanes: tuple[Lane, ...]
    asked: Bar
    first_day: date
    last_day: date


def chart_of(free: Sequence[Mapping[str, Any]], *, first_day: date, last_day: date) -> Chart | None:
    """Draw the `free` member of an answer about a term of these days (the last included); nothing without lanes."""
    if not free:
        return None
    days = [day for part in free for window in part["windows"] for day in _days(window) if day is not None]
    is_open = any(window["last_day"] is None for part in free for window in part["windows"])
    begin, end = min([first_day, *days]), max([last_day, *days])
    end = end + _AHEAD if is_open and end < date.max - _AHEAD else end
    lanes = tuple(
        Lane(_countries(part["territory"]), tuple(_bar(*_days(window), begin, end) for window in part["windows"]))
        for part in free
    )
    return Chart(lanes, _bar(first_day, last_day, begin, end), begin, end)


def _days(window: Mapping[str, Any]) -> tuple[date, date | None]:
    last = window["last_day"]
    return date.fromisoformat(window["first_day"]), None if last is None else date.fromisoformat(last)


def _bar(first: date, last: date | None, begin: date, end: date) -> Bar:
    whole = (end - begin).days + 1
    x = (first - begin).days * WIDTH // whole
    upto = WIDTH if last is None else ((last - begin).days + 1) * WIDTH // whole
    words = f"from {formats.day(first)}" if last is None else f"{formats.day(first)} to {formats.day(last)}"
    return Bar(x, max(upto - x, 1), words)


def _countries(codes: Sequence[str]) -> str:
    if frozenset(codes) >= world():
        return "Worldwide"
    named = sorted(formats.country(code) for code in codes)
    if len(named) > _NAMED_AT_MOST:
        return f"{', '.join(named[: _NAMED_AT_MOST - 1])} and {len(named) - _NAMED_AT_MOST + 1} more"
    return formats.listed(named)
