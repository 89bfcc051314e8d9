"""What terms come to under assumed usage, figure by figure, and how two sets of terms differ.

The royalty figures are sums over the lines of the very account that bills; nothing here knows a rate.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.royalties.rules.account import Account
from app.royalties.rules.reserves import period_end
from app.royalties.rules.terms import Fee, Instalment, MoneyTerms
from app.royalties.states import Figure, LineKind
from app.values.money import Money
from app.values.rounding import share_bps


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """What falls into one reporting period; amounts in the currency of the royalty."""

    first_day: date
    last_day: date
    figures: Mapping[Figure, int]


@dataclass(frozen=True, slots=True)
class Projection:
    """What a set of terms comes to."""

    terms: MoneyTerms
    fee: Fee
    periods: tuple[PeriodFigures, ...]
    """Those in which something falls due, also after the end."""
    royalties: Mapping[Figure, int]
    """All periods together, in the currency of the royalty; neither the fee nor advances."""
    unrecouped_minor: int
    """What of advances, and of shortfalls that are recouped, royalties have not earned back in the end."""

    def totals(self) -> Mapping[tuple[Figure, str], int]:
        """Return each figure over the whole term by its currency: fee, advance and royalties together."""
        currency, fee = self.terms.currency, self.fee
        advance = self.terms.advance.amount_minor if self.terms.advance else 0
        guarantee = self.terms.guarantee.amount_minor if self.terms.guarantee else 0
        found: defaultdict[tuple[Figure, str], int] = defaultdict(int)
        found[Figure.FEE, fee.currency] = fee.amount_minor
        found[Figure.ADVANCE, currency] = advance
        found[Figure.GUARANTEE, currency] = guarantee
        for figure, amount in self.royalties.items():
            found[figure, currency] += amount
        for paid, paid_in in ((fee.instalments, fee.currency), (_advances(self.terms), currency)):
            share = sum(share_bps(part.amount_minor, self.terms.platform_fee_bps) for part in paid)
            amount = sum(part.amount_minor for part in paid)
            found[Figure.DUE_FROM_LICENSEE, paid_in] += amount
            found[Figure.PLATFORM_SHARE, paid_in] += share
            found[Figure.NET_TO_LICENSOR, paid_in] += amount - share
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that two sets of terms bring out differently, over the whole term."""

    figure: Figure
    currency: str
    before_minor: int
    after_minor: int

    @property
    def difference_minor(self) -> int:
        return self.after_minor - self.before_minor

    @property
    def sentence(self) -> str:
        amount = Decimal(Money(abs(self.difference_minor), self.currency).to_decimal_text())
        more, less = _SENTENCES[self.figure]
        return (more if self.difference_minor > 0 else less).format(f"{amount:,} {self.currency}")


def project(*, terms: MoneyTerms, fee: Fee, account: Account) -> Projection:
    """Sum up the account of a license, made until everything is done."""
    by_period: defaultdict[date, defaultdict[Figure, int]] = defaultdict(lambda: defaultdict(int))
    royalties: defaultdict[Figure, int] = defaultdict(int)
    for line in account.lines:
        for figure, amount in _figures_of(line.earned.slot.kind, line.earned.amount_minor):
            by_period[period_end(terms, line.day)][figure] += amount
            royalties[figure] += amount
    return Projection(
        terms=terms,
        fee=fee,
        periods=tuple(
            PeriodFigures(_first_day(terms, last_day), last_day, {name: found[name] for name in PERIODIC})
            for last_day, found in sorted(by_period.items())
        ),
        royalties={name: royalties[name] for name in PERIODIC},
        unrecouped_minor=sum(account.unrecouped.values()),
    )


def differences(before: Projection, after: Projection) -> list[Difference]:
    """Return every figure with its two amounts, those that are equal included, in the order of the figures."""
    one, other = before.totals(), after.totals()
    order = list(Figure)
    return [
        Difference(figure, currency, one.get((figure, currency), 0), other.get((figure, currency), 0))
        for figure, currency in sorted({*one, *other}, key=lambda key: (order.index(key[0]), key[1]))
    ]


def _advances(terms: MoneyTerms) -> Sequence[Instalment]:
    return terms.advance.instalments if terms.advance else ()


def _first_day(terms: MoneyTerms, last_day: date) -> date:
    month = last_day.month - terms.months_per_period + 1
    return date(last_day.year, month, 1)


def _figures_of(kind: LineKind, amount: int) -> Iterator[tuple[Figure, int]]:
    """Say what a line counts for. What is taken from the licensor is written as a positive amount."""
    if kind is LineKind.ROYALTY_PLATFORM_SHARE:
        yield Figure.PLATFORM_SHARE, -amount
    else:
        yield _FIGURES[kind], amount if kind in _ADDING else -amount
        yield Figure.DUE_FROM_LICENSEE, amount
    yield Figure.NET_TO_LICENSOR, amount


_FIGURES = {
    LineKind.ROYALTY: Figure.ROYALTIES,
    LineKind.ESCALATION: Figure.ESCALATION,
    LineKind.RESERVE: Figure.RESERVE_HELD,
    LineKind.RESERVE_RELEASE: Figure.RESERVE_RELEASED,
    LineKind.RECOUPMENT: Figure.RECOUPED,
    LineKind.GUARANTEE: Figure.GUARANTEE_TOP_UP,
    LineKind.ADVANCE_REPAYMENT: Figure.ADVANCE_REPAID,
}
_ADDING = {LineKind.ROYALTY, LineKind.ESCALATION, LineKind.RESERVE_RELEASE, LineKind.GUARANTEE}
PERIODIC = (*_FIGURES.values(), Figure.DUE_FROM_LICENSEE, Figure.PLATFORM_SHARE, Figure.NET_TO_LICENSOR)
"""The figures that each period has."""
_SENTENCES = {
    Figure.FEE: ("The fee is {} higher.", "The fee is {} lower."),
    Figure.ADVANCE: ("The advance is {} higher.", "The advance is {} lower."),
    Figure.GUARANTEE: ("The guarantee is {} higher.", "The guarantee is {} lower."),
    Figure.ROYALTIES: ("Sales earn {} more at their rates.", "Sales earn {} less at their rates."),
    Figure.ESCALATION: ("The escalator adds {} more.", "The escalator adds {} less."),
    Figure.RESERVE_HELD: ("{} more is held against returns.", "{} less is held against returns."),
    Figure.RESERVE_RELEASED: ("{} more of the reserve is released.", "{} less of the reserve is released."),
    Figure.RECOUPED: ("{} more is recouped from royalties.", "{} less is recouped from royalties."),
    Figure.GUARANTEE_TOP_UP: ("The guarantee adds {} more.", "The guarantee adds {} less."),
    Figure.ADVANCE_REPAID: ("{} more of the advance goes back.", "{} less of the advance goes back."),
    Figure.DUE_FROM_LICENSEE: (
        "The licensee pays {} more over the term.",
        "The licensee pays {} less over the term.",
    ),
    Figure.PLATFORM_SHARE: ("The platform keeps {} more.", "The platform keeps {} less."),
    Figure.NET_TO_LICENSOR: (
        "The licensor receives {} more over the term.",
        "The licensor receives {} less over the term.",
    ),
}
