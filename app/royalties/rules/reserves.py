"""What is held against returns, and when it is released."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.royalties.rules.terms import MoneyTerms, Reserve
from app.values.rounding import share_bps, split
from app.values.term import add_months


def held_basis(reserve: Reserve, basis_minor: int) -> int:
    """Return what of a basis is held before calculation; nothing of returns."""
    return share_bps(max(0, basis_minor), reserve.rate_bps) if reserve.is_before_calculation else 0


def parts(reserve: Reserve, amount: int) -> list[int]:
    """Split what was held by the schedule, by largest remainder: the parts add up to it."""
    return split(amount, [release.share_bps for release in reserve.releases])


def release_days(reserve: Reserve, terms: MoneyTerms, last_day: date) -> Iterator[date]:
    """Yield the day of each release of what was held in a period, which ended on `last_day`."""
    for release in reserve.releases:
        yield period_end(terms, last_day, later=release.after_periods)


def period_end(terms: MoneyTerms, day: date, *, later: int = 0) -> date:
    """Return the last day of the calendar reporting period that a day lies in, or of one so many later."""
    length = terms.months_per_period
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    return add_months(first, length * (later + 1)) - timedelta(days=1)
