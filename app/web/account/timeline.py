"""The days around the end of a license as a picture: the term, the winding down, a mark for each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.licensing.closing.queries import DutyView
from app.licensing.closing.rules.calendar import End

WIDTH = 1000
_SIDE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on the line, from 0 to `WIDTH`."""

    x: int
    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where the license runs, where it winds down, and what happens when; `now_x` is nothing off the picture."""

    runs_from: int
    runs_until: int
    winds_down_until: int
    marks: tuple[Mark, ...]
    now_x: int | None
    first: datetime
    last: datetime


def timeline_of(views: Sequence[DutyView], *, end: End, starts_at: datetime, at: datetime) -> Timeline | None:
    """Draw a calendar; nothing where it is empty."""
    if not views:
        return None
    days = [view.duty.due_at for view in views]
    first = max(min(days) - _SIDE, min(starts_at, min(days)))
    last = max(*days, end.wound_down_at) + _SIDE
    span = last - first

    def x(instant: datetime) -> int:
        return round(min(max((instant - first) / span, 0.0), 1.0) * WIDTH)

    marks = tuple(Mark(x(view.duty.due_at), view.state.value, view.duty.title) for view in views)
    return Timeline(
        runs_from=x(starts_at),
        runs_until=x(end.actual),
        winds_down_until=x(end.wound_down_at),
        marks=marks,
        now_x=x(at) if first <= at <= last else None,
        first=first,
        last=last,
    )
