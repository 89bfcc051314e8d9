"""What somebody assumes will be sold, as the usage that the account is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.royalties.rules.account import PeriodUsage
from app.royalties.rules.calculation import UsageSum
from app.royalties.rules.period import days_later
from app.royalties.rules.reserves import period_end
from app.royalties.rules.terms import MoneyTerms
from app.values.rounding import BASIS_POINTS, divide_half_even, split
from app.values.term import add_months

LONGEST_PROJECTION = 300
"""Months. What a license would sell later than this after its first day is left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what is sold, by where and how it is sold."""

    share_bps: int
    item: str
    media: str
    territory: str
    channel: str


@dataclass(frozen=True, slots=True)
class Assumptions:
    """So much sold in each reporting period, growing from period to period."""

    units: int
    net_price_minor: int
    """What the licensee receives for a unit on average, in the currency of the royalty."""
    deductions_bps: int
    """What of the gross is deducted; less than 10,000."""
    growth_bps: int
    """From each period to the next; negative where sales fall."""
    split: tuple[Part, ...]
    """Shares that add up to 10,000."""


def assumed_sales(
    assumed: Assumptions, *, first_day: date, last_day: date, months_per_period: int
) -> list[UsageSum]:
    """Return sales month by month, from the month of the first day to that of the last.

    Periods follow the calendar. What is assumed for a whole one is spread evenly over its months, of which those
    before the first day or after the last are not sold in.
    """
    found: list[UsageSum] = []
    units = assumed.units
    start = _first_of_period(first_day, months_per_period)
    until = min(last_day, add_months(first_day, LONGEST_PROJECTION) - timedelta(days=1))
    while start <= until:
        for place, part in enumerate(split(units, [1] * months_per_period)):
            month = add_months(start, place)
            if month.replace(day=1) >= first_day.replace(day=1) and month <= until:
                found.extend(_sales(assumed, f"{month:%Y-%m}", part))
        units = divide_half_even(units * (BASIS_POINTS + assumed.growth_bps), BASIS_POINTS)
        start = add_months(start, months_per_period)
    return found


def as_periods(sales: Sequence[UsageSum], terms: MoneyTerms) -> tuple[PeriodUsage, ...]:
    """Return the reports that a licensee would send of these sales under these terms, each on the last day for it.

    Sales of months in which the license does not run are left out.
    """
    return tuple(
        PeriodUsage(
            key=f"{first:%Y-%m}",
            first_day=first,
            last_day=last,
            reported_on=days_later(last, terms.due_days),
            terms=terms,
            usage=tuple(sale for sale in sales if f"{first:%Y-%m}" <= sale.month <= f"{last:%Y-%m}"),
        )
        for first, last in _periods(terms)
    )


def under(periods: Sequence[PeriodUsage], terms: MoneyTerms) -> tuple[PeriodUsage, ...]:
    """Return the same usage under other terms."""
    return tuple(replace(period, terms=terms) for period in periods)


def _periods(terms: MoneyTerms) -> Iterator[tuple[date, date]]:
    """Yield the reporting periods of a license, the first and the last cut off where it begins and ends."""
    start = _first_of_period(terms.first_day, terms.months_per_period)
    until = min(terms.last_day, add_months(terms.first_day, LONGEST_PROJECTION) - timedelta(days=1))
    while start <= until:
        yield max(start, terms.first_day), min(period_end(terms, start), until)
        start = add_months(start, terms.months_per_period)


def _first_of_period(day: date, months: int) -> date:
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _sales(assumed: Assumptions, month: str, units: int) -> Iterator[UsageSum]:
    for part, sold in zip(assumed.split, split(units, [part.share_bps for part in assumed.split]), strict=True):
        net = sold * assumed.net_price_minor
        gross = divide_half_even(net * BASIS_POINTS, BASIS_POINTS - assumed.deductions_bps)
        yield UsageSum(
            month=month,
            item=part.item,
            media=part.media,
            territory=part.territory,
            channel=part.channel,
            units=sold,
            gross_minor=gross,
            deductions_minor=gross - net,
            net_minor=net,
            lines=1,
            lines_outside_grant=0,
        )
