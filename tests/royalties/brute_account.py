"""The account of one license once more, by another road: unit by unit, with exact fractions, nothing shared."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from app.negotiation.terms.vocabulary import EscalatorMode
from app.royalties.rules.account import PeriodUsage
from app.royalties.rules.terms import MoneyTerms


@dataclass
class Story:
    """What a license comes to, told period by period; reports come in their order."""

    royalty: int = 0
    escalation: int = 0
    held: int = 0
    recouped: int = 0
    topped_up: int = 0
    due: int = 0


def percent_of(amount: int, bps: int) -> int:
    return round(Fraction(amount * bps, 10_000))


def tell(terms: MoneyTerms, periods: list[PeriodUsage]) -> Story:
    """One medium and no rules; a tally of basis over the license; reserve after calculation, released at the end.

    Advances are due at signature and nothing is released before the last report, so that recoupment needs no days.
    """
    story = Story()
    left = terms.advance.amount_minor if terms.advance else 0
    tally, sales, given = 0, [], 0
    earned_by_year: defaultdict[int, int] = defaultdict(int)
    for period in periods:
        tally = 0 if terms.escalator and terms.escalator.mode is EscalatorMode.PER_PERIOD else tally
        months: defaultdict[str, list[int]] = defaultdict(list)
        for row in sorted(period.usage, key=lambda row: (row.month, row.territory)):
            royalty = percent_of(row.net_minor, terms.rate_bps)
            escalation = 0
            if terms.escalator and terms.escalator.mode is not EscalatorMode.WHOLE_SLAB:
                escalation = round(Fraction(_walk(terms, tally, tally + row.net_minor), 10_000))
            tally += row.net_minor
            sales.append(row.net_minor)
            story.royalty += royalty
            story.escalation += escalation
            earned_by_year[period.last_day.year] += royalty + escalation
            months[row.month].append(royalty + escalation)
        if terms.escalator and terms.escalator.mode is EscalatorMode.WHOLE_SLAB:
            extra = _extra(terms, tally)
            now = sum(percent_of(sale, extra) for sale in sales)
            story.escalation += now - given
            earned_by_year[period.last_day.year] += now - given
            months[""].append(now - given)
            given = now
        held = 0
        if terms.reserve:
            held = sum(
                percent_of(sum(max(0, x) for x in month), terms.reserve.rate_bps) for month in months.values()
            )
        available = sum(map(sum, months.values())) - held
        taken = min(max(0, available), left)
        left -= taken
        earned_by_year[period.last_day.year] -= taken  # it earns the advance back, which does not count
        story.held += held
        story.recouped += taken
        story.due += available - taken
    late = min(story.held, left)
    story.recouped += late
    story.due += story.held - late
    if terms.guarantee and not terms.guarantee.advances_count:
        for test in terms.guarantee.tests:
            story.topped_up += max(0, test.amount_minor - earned_by_year[test.test_on.year])
        story.due += story.topped_up
    return story


def _walk(terms: MoneyTerms, start: int, end: int) -> int:
    """Add up what each single minor unit between two tallies earns on top, in ten-thousandths."""
    units = range(start, end) if end >= start else range(end, start)
    return (1 if end >= start else -1) * sum(_extra(terms, unit + 1) for unit in units)


def _extra(terms: MoneyTerms, reached: int) -> int:
    assert terms.escalator is not None
    rate = terms.rate_bps
    for band in terms.escalator.bands:
        if reached > band.above:
            rate = band.rate_bps
    return rate - terms.rate_bps
