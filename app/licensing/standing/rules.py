"""What a breach allows when, and how many days a license was suspended for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from app.licensing.standing.errors import CurePeriodRunning, CureUnanswered, NoBreachTold, SuspendedByAdministrator
from app.licensing.standing.states import BreachStatus
from app.licensing.states import LicenseAction
from app.values.errors import DomainError
from app.values.term import format_instant


class BreachFacts(Protocol):
    """What the end of a license for a breach depends on."""

    @property
    def status(self) -> BreachStatus: ...
    @property
    def cure_until(self) -> datetime: ...
    @property
    def answered_at(self) -> datetime | None: ...


class Imposed(Protocol):
    """What the lifting of a ground depends on."""

    @property
    def by_administrator(self) -> bool: ...


Ground = TypeVar("Ground", bound=Imposed)


class StandingChange(Protocol):
    """One change of a license's standing."""

    @property
    def action(self) -> LicenseAction: ...
    @property
    def changed_at(self) -> datetime: ...


def earliest_cure(*, at: datetime, cure_days: int) -> datetime:
    """Return until when the licensee has at least to cure what it is told of now: in days of 24 hours."""
    return at + timedelta(days=cure_days)


def is_cure_over(breach: BreachFacts, *, at: datetime) -> bool:
    """Say whether it is too late to cure a breach, and it was not."""
    return not breach.status.is_settled and at >= breach.cure_until


def may_end_for(breach: BreachFacts, *, at: datetime) -> bool:
    """Say whether the license can be ended for a breach: uncured in time, and an answer in time was answered."""
    return is_cure_over(breach, at=at) and not _awaits_licensor(breach)


def refusal_to_end(breaches: Iterable[BreachFacts], *, at: datetime, cure_days: int) -> DomainError | None:
    """Return why the licensor cannot end a license alone now, or nothing.

    Where the deal gives days to cure a breach, that takes one that was told and not cured in time. Where it gives
    none, only a breach that was told and may still be cured stands in the way.
    """
    unsettled = [breach for breach in breaches if not breach.status.is_settled]
    if any(may_end_for(breach, at=at) for breach in unsettled):
        return None
    if not unsettled:
        return _untold(cure_days) if cure_days else None
    running = [breach.cure_until for breach in unsettled if at < breach.cure_until]
    if running:
        return CurePeriodRunning(
            f"The licensee has until {format_instant(min(running))} to cure the breach it was told of; end "
            "the license after that, or agree on an earlier end."
        )
    return CureUnanswered("The licensee says that it cured the breach in time; accept that or dispute it first.")


def liftable(grounds: Iterable[Ground], *, is_administrator: bool) -> list[Ground]:
    """Return which of the grounds that stand an asker lifts: an administrator all, a licensor what none imposed."""
    return [ground for ground in grounds if is_administrator or not ground.by_administrator]


def refusal_to_lift(grounds: Sequence[Imposed], *, is_administrator: bool) -> DomainError | None:
    """Return why none of the grounds that stand is lifted by the asker, or nothing."""
    if not grounds or liftable(grounds, is_administrator=is_administrator):
        return None
    return SuspendedByAdministrator(
        "An administrator of the platform suspended this license, and only an administrator lifts that: say there "
        "what has changed."
    )


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant on, before another."""

    starts_at: datetime
    ends_at: datetime


def suspended_spans(changes: Sequence[StandingChange], *, at: datetime, is_suspended: bool) -> list[Span]:
    """Return when a license was suspended up to an instant, from its changes in their order.

    What is still suspended counts up to that instant. Where a clock was set back in between, nothing counts, also
    where that brought the changes out of their order.
    """
    found: list[Span] = []
    since: datetime | None = None
    for change in changes:
        if change.action is LicenseAction.SUSPEND:
            since = change.changed_at
        elif since is not None:
            found.append(Span(since, change.changed_at))
            since = None
    if since is not None and is_suspended:
        found.append(Span(since, at))
    return [span for span in found if span.starts_at < span.ends_at]


def days_of(spans: Iterable[Span], *, zone: str) -> set[date]:
    """Return the calendar days, in a zone, that spans of suspension take from a term.

    The day on which a suspension begins counts and that on which it is lifted does not, so that from the 3rd to the
    5th makes two, at whatever hour, also over a change of the clocks. A day counts once, however many suspensions
    begin on it. A suspension that is lifted on its own day takes none.
    """
    return {day for span in spans for day in _days_between(span, ZoneInfo(zone))}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a deal says about adding days, and what was added by now."""

    is_allowed: bool
    most_days: int | None
    strike_tolls: bool
    zone: str
    first_day: date
    last_day: date
    tolled_days: int
    tolled_until: date | None
    """Days before this one were counted when days were last added."""


@dataclass(frozen=True, slots=True)
class Countable:
    """The days of suspension that can be added to the term now, at most as many as the deal still allows."""

    days: tuple[date, ...]

    @property
    def counted_from(self) -> date:
        return self.days[0]

    @property
    def counted_until(self) -> date:
        return self.days[-1] + timedelta(days=1)


def countable_days(
    agreed: Agreed, *, suspended: Iterable[Span], strikes: Iterable[Span], others: Iterable[Span]
) -> Countable:
    """Return the days that can be added, the earliest first.

    `strikes` and `others` are the grounds of suspension that are known. A day of strike alone counts only if
    the deal says so; where the deal adds no other days, only days of strike count. Days outside the term take
    nothing from it, and none counts twice.
    """
    days = days_of(suspended, zone=agreed.zone)
    on_strike = days_of(strikes, zone=agreed.zone)
    if not agreed.strike_tolls:
        days -= on_strike - days_of(others, zone=agreed.zone)
    elif not agreed.is_allowed:
        days &= on_strike
    if not agreed.is_allowed and not agreed.strike_tolls:
        days = set()
    left = sorted(
        day
        for day in days
        if agreed.first_day <= day <= agreed.last_day
        and (agreed.tolled_until is None or day >= agreed.tolled_until)
    )
    if agreed.most_days is not None:
        left = left[: max(agreed.most_days - agreed.tolled_days, 0)]
    return Countable(tuple(left))


def _days_between(span: Span, zone: ZoneInfo) -> Iterator[date]:
    day, until = span.starts_at.astimezone(zone).date(), span.ends_at.astimezone(zone).date()
    while day < until:
        yield day
        day += timedelta(days=1)


def _untold(cure_days: int) -> DomainError:
    given = "1 day" if cure_days == 1 else f"{cure_days} days"
    return NoBreachTold(
        f"This deal gives the licensee {given} to cure a breach before an end for it: tell the licensee of the "
        "breach first, or agree on an earlier end by a change of the deal."
    )


def _awaits_licensor(breach: BreachFacts) -> bool:
    return (
        breach.status is BreachStatus.ANSWERED
        and breach.answered_at is not None
        and breach.answered_at < breach.cure_until
    )
