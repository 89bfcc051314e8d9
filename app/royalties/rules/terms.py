"""What a deal says about money that depends on use, as values. Rates are basis points, amounts minor units.

Read from the document of the deal in one place (`service.agreed`), so that the rules know nothing of documents.
"""

from dataclasses import dataclass
from datetime import date

from app.negotiation.terms.vocabulary import EscalatorMode, TallyScope


@dataclass(frozen=True, slots=True)
class RateRule:
    """A rate for some sales; what is empty or nothing matches any."""

    rate_bps: int
    media: frozenset[str] = frozenset()
    territory: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    from_day: date | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """The rate for what lies above a tally, in place of the sale's own; at exactly `above` it does not hold yet."""

    above: int
    rate_bps: int


@dataclass(frozen=True, slots=True)
class Escalator:
    mode: EscalatorMode
    scope: TallyScope
    counts_units: bool
    """The tally is of units; of the basis, in minor units, otherwise."""
    bands: tuple[Band, ...]
    """Rising by `above`."""
    starts_at: int = 0
    """What the tally begins with: each tally, and with each period anew where the mode is per period."""


@dataclass(frozen=True, slots=True)
class Release:
    """A part of what was held, paid when so many reporting periods have gone by."""

    after_periods: int
    share_bps: int


@dataclass(frozen=True, slots=True)
class Reserve:
    """Held against returns. The shares of the releases add up to 10,000."""

    rate_bps: int
    is_before_calculation: bool
    """Held from the basis, so that the tally of an escalator counts it when it is released."""
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class Instalment:
    amount_minor: int
    due_on: date | None
    """Nothing: at signature."""


@dataclass(frozen=True, slots=True)
class Fee:
    """Paid whatever is sold; one without instalments is one instalment at signature."""

    currency: str
    instalments: tuple[Instalment, ...]

    @property
    def amount_minor(self) -> int:
        return sum(part.amount_minor for part in self.instalments)


@dataclass(frozen=True, slots=True)
class Advance:
    """Paid early, recouped from royalties."""

    instalments: tuple[Instalment, ...]
    is_repayable: bool
    """What is not recouped in the end goes back; it stays with the licensor otherwise."""

    @property
    def amount_minor(self) -> int:
        return sum(part.amount_minor for part in self.instalments)


@dataclass(frozen=True, slots=True)
class Test:
    """A floor on what is earned after the test before, up to and including a day."""

    __test__ = False

    test_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Guarantee:
    tests: tuple[Test, ...]
    """By day."""
    advances_count: bool
    is_recoupable: bool
    """Whether a shortfall that was paid is recouped from later royalties."""

    @property
    def amount_minor(self) -> int:
        return sum(test.amount_minor for test in self.tests)


@dataclass(frozen=True, slots=True)
class SellOff:
    """Selling what is left after the end."""

    days: int
    recoups: bool


@dataclass(frozen=True, slots=True)
class MoneyTerms:
    """All that decides what usage earns, when and against what."""

    currency: str
    is_on_net: bool
    """Whether the basis is net receipts; gross receipts less returns otherwise."""
    rate_bps: int
    platform_fee_bps: int
    first_day: date
    last_day: date
    is_earned_on_sale: bool = True
    """Whether the month of sale decides the rate; the day of the report otherwise."""
    deductions_cap_bps: int | None = None
    """The most that may be deducted, of gross."""
    rules: tuple[RateRule, ...] = ()
    escalator: Escalator | None = None
    reserve: Reserve | None = None
    advance: Advance | None = None
    guarantee: Guarantee | None = None
    sell_off: SellOff | None = None
    recoupment_group: str | None = None
    months_per_period: int = 3
    due_days: int = 45
    """Days after the end of a period in which it is reported."""
