"""What a use may cost by the rate card: an indication, explained line by line. What is offered may differ.

A line prices one preset: its media, for the components and ways of use of the preset, for a number of months.
Lines are chosen until no further one adds anything: first that of the preset named, then always the line that
prices most of what is still without a price, the lowest fee first among equals.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.catalog.presets import PRESETS
from app.values import formats, media
from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.money import Money
from app.values.rounding import divide_half_even
from app.values.term import add_months

NAMED_AT_MOST = 6


@dataclass(frozen=True, order=True, slots=True)
class Use:
    """The smallest thing that has a price: one component, used in one way, in one medium (a leaf)."""

    component: Component
    axis: Axis
    medium: str


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of a rate card: the fee is for the whole of `media` and for `months`."""

    preset: str
    media: frozenset[str]
    fee: Money
    royalty_bps: int
    months: int

    @property
    def label(self) -> str:
        return PRESETS[self.preset].label

    @property
    def media_in_order(self) -> list[str]:
        return sorted(self.media)

    def prices(self, use: Use) -> bool:
        kind = PRESETS[self.preset]
        return use.medium in self.media and use.component in kind.components and use.axis in kind.axes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody thinks of licensing. The days include the last one."""

    uses: frozenset[Use]
    first_day: date
    last_day: date
    exclusivity: Exclusivity = Exclusivity.NON_EXCLUSIVE
    """The widest exclusivity of any part."""
    is_worldwide: bool = False
    preset: str | None = None
    """The use it started from, whose line comes first."""


class NoteCode(StrEnum):
    """Why the indication is not the last word, in the order in which it is said."""

    NO_RATE_CARD = "NO_RATE_CARD"
    """The rate card prices nothing of it."""
    NOT_ON_RATE_CARD = "NOT_ON_RATE_CARD"
    """Part of it is in no line that applies."""
    EXCLUSIVITY_NOT_PRICED = "EXCLUSIVITY_NOT_PRICED"
    """Rate cards are for shared use."""
    TERRITORY_NOT_PRICED = "TERRITORY_NOT_PRICED"
    """Rate cards know no countries."""
    CURRENCIES_DIFFER = "CURRENCIES_DIFFER"
    """There is a sum for each currency, and none of all."""


@dataclass(frozen=True, slots=True)
class Note:
    code: NoteCode
    sentence: str


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line that applies, with its fee for the term asked for."""

    line: CardLine
    fee: Money
    uses: frozenset[Use]
    """What of the use asked for it prices."""
    sentence: str


@dataclass(frozen=True, slots=True)
class IndicativePrice:
    """What the rate card says. `fees` holds one sum for each currency, sorted; no lines, no sums."""

    lines: tuple[PricedLine, ...]
    fees: tuple[Money, ...]
    royalty_bps: int | None
    """The highest of the lines; none without lines."""
    unpriced: frozenset[Use]
    notes: tuple[Note, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every use asked for is in the price; exclusivity and countries never are."""
        return bool(self.lines) and not self.unpriced

    @property
    def unpriced_in_order(self) -> list[Use]:
        return sorted(self.unpriced)


def indicative_price(*, card: Sequence[CardLine], wanted: Wanted) -> IndicativePrice:
    """Say what the rate card asks for a use. Raises: InvalidValue for a term that ends before it begins."""
    if wanted.last_day < wanted.first_day:
        raise InvalidValue("The last day lies before the first day.")
    lines = tuple(_priced(line, uses, wanted) for line, uses in _applying(card, wanted))
    unpriced = wanted.uses.difference(*(priced.uses for priced in lines))
    currencies = sorted({priced.fee.currency for priced in lines})
    return IndicativePrice(
        lines=lines,
        fees=tuple(_sum_in(currency, lines) for currency in currencies),
        royalty_bps=max((priced.line.royalty_bps for priced in lines), default=None),
        unpriced=unpriced,
        notes=tuple(_notes(lines, unpriced, currencies, wanted)),
    )


def scaled_fee(fee: Money, *, months: int, first_day: date, last_day: date) -> Money:
    """Return the part of a fee for `months` that falls to a term of days, the last included.

    Whole calendar months count as such, and what remains as days of the month that they are part of. Rounded once,
    half to even, to minor units.
    """
    whole, days, days_in_month = _length(first_day, last_day)
    numerator = fee.amount_minor * (whole * days_in_month + days)
    return Money(divide_half_even(numerator, days_in_month * months), fee.currency)


def _length(first_day: date, last_day: date) -> tuple[int, int, int]:
    """Return whole months, the days that remain, and how many days the month has to which those belong."""
    end = last_day + timedelta(days=1)
    whole = (end.year - first_day.year) * 12 + end.month - first_day.month
    if add_months(first_day, whole) > end:
        whole -= 1
    begun = add_months(first_day, whole)
    return whole, (end - begun).days, (add_months(first_day, whole + 1) - begun).days


def _applying(card: Sequence[CardLine], wanted: Wanted) -> Iterator[tuple[CardLine, frozenset[Use]]]:
    left = wanted.uses
    for line in card:
        if line.preset == wanted.preset and any(map(line.prices, left)):
            yield line, frozenset(filter(line.prices, left))
            left = frozenset(use for use in left if not line.prices(use))
    while left:
        best = min(card, key=lambda line: (-sum(map(line.prices, left)), line.fee.amount_minor), default=None)
        covered = frozenset(filter(best.prices, left)) if best else frozenset()
        if best is None or not covered:
            return
        yield best, covered
        left -= covered


def _priced(line: CardLine, uses: frozenset[Use], wanted: Wanted) -> PricedLine:
    fee = scaled_fee(line.fee, months=line.months, first_day=wanted.first_day, last_day=wanted.last_day)
    asked = length_in_words(wanted.first_day, wanted.last_day)
    usual = f"{formats.money(line.fee.amount_minor, line.fee.currency)} for {_counted(line.months, 'month')}"
    same_length = asked == _counted(line.months, "month")
    sentence = usual if same_length else f"{usual}; for {asked} {formats.money(fee.amount_minor, fee.currency)}"
    return PricedLine(line, fee, uses, f"{line.label}: {sentence}.")


def length_in_words(first_day: date, last_day: date) -> str:
    """Say how long a term of days is: `12 months`, `1 month and 3 days`, `9 days`."""
    months, days, _ = _length(first_day, last_day)
    parts = [_counted(number, name) for number, name in ((months, "month"), (days, "day")) if number]
    return " and ".join(parts)


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _sum_in(currency: str, lines: Sequence[PricedLine]) -> Money:
    return sum((priced.fee for priced in lines if priced.fee.currency == currency), Money.zero(currency))


def _notes(
    lines: Sequence[PricedLine], unpriced: Collection[Use], currencies: Sequence[str], wanted: Wanted
) -> Iterator[Note]:
    if not lines:
        yield Note(
            NoteCode.NO_RATE_CARD, "The rate card has no price for this use; the licensor names one on request."
        )
        return
    if unpriced:
        yield Note(NoteCode.NOT_ON_RATE_CARD, f"Not in the price: {'; '.join(_unpriced_words(unpriced))}.")
    if wanted.exclusivity.is_exclusive:
        kind = wanted.exclusivity.label.lower()
        yield Note(
            NoteCode.EXCLUSIVITY_NOT_PRICED, f"The price is for shared use; {kind} use costs more, by agreement."
        )
    if not wanted.is_worldwide:
        sentence = "The rate card knows no countries: fewer of them do not lower the price by themselves."
        yield Note(NoteCode.TERRITORY_NOT_PRICED, sentence)
    if len(currencies) > 1:
        names = formats.listed(currencies)
        yield Note(
            NoteCode.CURRENCIES_DIFFER, f"The lines are in {names}; amounts of two currencies are not added."
        )


def _unpriced_words(unpriced: Collection[Use]) -> Iterator[str]:
    """Name what has no price, grouped by component and way of use."""
    pairs = sorted({(use.component, use.axis) for use in unpriced}, key=_as_people_expect)
    for component, axis in pairs:
        leaves = sorted(use.medium for use in unpriced if (use.component, use.axis) == (component, axis))
        named = [media.label(code).lower() for code in leaves[:NAMED_AT_MOST]]
        if len(leaves) > NAMED_AT_MOST:
            named.append(f"{len(leaves) - NAMED_AT_MOST} more media")
        yield f"{component.label.lower()}, {axis.label.lower()}, for {formats.listed(named)}"


def _as_people_expect(pair: tuple[Component, Axis]) -> tuple[int, int]:
    return list(Component).index(pair[0]), list(Axis).index(pair[1])
