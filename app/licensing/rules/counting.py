"""From when to when a cap counts, and how much of it is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.negotiation.terms.vocabulary import CapPeriod, CapUnit
from app.values.components import Component
from app.values.term import Term, add_months

FOREVER = datetime(3000, 1, 1, tzinfo=UTC)
"""After every day that a deal can name."""
_EVER_SINCE = datetime(1900, 1, 1, tzinfo=UTC)
_MONTHS = {CapPeriod.YEAR: 12, CapPeriod.MONTH: 1}
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when uses count together; the end is excluded."""

    starts_at: datetime
    ends_at: datetime

    def contains(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


EVER = Window(_EVER_SINCE, FOREVER)
"""Of a cap for the whole license, whatever becomes of its days."""


@dataclass(frozen=True, slots=True)
class Cap:
    """The most of one unit in one window, of one component or of all."""

    unit: CapUnit
    most: int
    per: CapPeriod
    component: Component | None

    @property
    def counts_what_is_in_use(self) -> bool:
        """Titles are in use at the same time or not: nothing of them is used up, and no window gives them back."""
        return self.unit is CapUnit.CONCURRENT_TITLES

    def concerns(self, unit: CapUnit, component: Component) -> bool:
        return self.unit is unit and self.component in (None, component)


@dataclass(frozen=True, slots=True)
class Counting:
    """The caps of a deal and the days by which they are counted."""

    caps: tuple[Cap, ...]
    first_day: date
    zone: str
    ends_at: datetime
    """The end of the license."""

    @classmethod
    def of(cls, document: Mapping[str, Any], term: Term) -> "Counting":
        """Read deal terms in the shape of their latest version."""
        return cls(
            tuple(
                Cap(
                    unit=CapUnit(cap["unit"]),
                    most=cap["most"],
                    per=CapPeriod(cap["per"]),
                    component=None if cap["component"] is None else Component(cap["component"]),
                )
                for cap in document["caps"]
            ),
            date.fromisoformat(document["term"]["first_day"]),
            document["term"]["zone"],
            term.ends_at or FOREVER,
        )

    def window(self, cap: Cap, at: datetime) -> Window:
        """Return the window of a cap at an instant.

        Years and months are those of the calendar in the deal's zone, counted from the first day. Before the first
        day it is the first window. Nothing starts anew after the end of the license: its last window stays.
        """
        if cap.counts_what_is_in_use or cap.per is CapPeriod.TERM:
            return EVER
        months, at = _MONTHS[cap.per], min(at, self.ends_at - _TICK)
        today = at.astimezone(ZoneInfo(self.zone)).date()
        passed = (today.year - self.first_day.year) * 12 + today.month - self.first_day.month
        number = max(0, passed // months)
        found = self._numbered(number, months)
        while number and at < found.starts_at:
            number -= 1
            found = self._numbered(number, months)
        while at >= found.ends_at:
            number += 1
            found = self._numbered(number, months)
        return found if found.ends_at < self.ends_at else Window(found.starts_at, FOREVER)

    def _numbered(self, number: int, months: int) -> Window:
        first_day = add_months(self.first_day, number * months)
        days = Term.of_days(first_day, add_months(self.first_day, (number + 1) * months) - _DAY, self.zone)
        return Window(days.starts_at, days.ends_at or FOREVER)


@dataclass(frozen=True, slots=True)
class QuotaState:
    """How much of a cap is used and reserved at an instant."""

    cap: Cap
    window: Window
    used: int
    reserved: int
    """In reservations that have not run out."""
    has_counter: bool = False
    """Whether it was counted before, or was added up for this answer."""

    @property
    def left(self) -> int:
        """Nothing, where an amendment has made the cap smaller than what is used."""
        return max(0, self.cap.most - self.used - self.reserved)

    @property
    def resets_at(self) -> datetime | None:
        """When counting starts anew; nothing: not before the license ends."""
        return None if self.window.ends_at == FOREVER else self.window.ends_at
