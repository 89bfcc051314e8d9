"""What a sale counts for, and at which rate."""

from datetime import date

from app.royalties.rules.calculation import UsageSum
from app.royalties.rules.terms import MoneyTerms, RateRule
from app.values.rounding import share_bps


def basis_of(usage: UsageSum, terms: MoneyTerms) -> int:
    """Return what the rate is applied to; on net receipts, no more is deducted than the deal allows.

    Returns mirror sales: of a negative gross no more deductions come back than were allowed.
    """
    if not terms.is_on_net:
        return usage.gross_minor
    if terms.deductions_cap_bps is None:
        return usage.net_minor
    allowed = share_bps(usage.gross_minor, terms.deductions_cap_bps)
    narrower = min if usage.gross_minor >= 0 else max
    return usage.gross_minor - narrower(usage.deductions_minor, allowed)


def rate_of(usage: UsageSum, terms: MoneyTerms, *, reported_on: date) -> int:
    """Return the rate of the most specific rule that matches, or the deal's rate where none does."""
    day = date.fromisoformat(f"{usage.month}-01") if terms.is_earned_on_sale else reported_on
    matching = [rule for rule in terms.rules if _matches(rule, usage, day)]
    return max(matching, key=_specificity).rate_bps if matching else terms.rate_bps


def _matches(rule: RateRule, usage: UsageSum, day: date) -> bool:
    return (
        (not rule.media or usage.media in rule.media)
        and (not rule.territory or usage.territory in rule.territory)
        and (not rule.channels or usage.channel in rule.channels)
        and (rule.from_day is None or rule.from_day <= day)
    )


def _specificity(rule: RateRule) -> tuple[int, int, int, int, date]:
    """More named dimensions first; then fewer countries, media and channels; then the later day.

    Of two alike in all of that the first listed wins, as `max` keeps the first.
    """
    named = sum(map(bool, (rule.territory, rule.media, rule.channels)))
    return named, -len(rule.territory), -len(rule.media), -len(rule.channels), rule.from_day or date.min
