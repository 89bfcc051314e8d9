"""What one side proposes, read and checked. The other half of a document's content is in `facts`."""

from dataclasses import dataclass
from datetime import date

from app.negotiation.terms.vocabulary import ReportingSchedule, RoyaltyBasis, RoyaltyTrigger
from app.values.components import Axis, Component, DeliveryMode
from app.values.exclusivity import Exclusivity
from app.values.money import Money
from app.values.survival import SurvivalPreset
from app.values.term import Term
from app.values.territory import Territory


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in a zone, the last one included."""

    first_day: date
    last_day: date
    zone: str

    @property
    def term(self) -> Term:
        """Raises: InvalidValue for an unknown zone, or a last day before the first."""
        return Term.of_days(self.first_day, self.last_day, self.zone)


@dataclass(frozen=True, slots=True)
class ProposedGrant:
    """One block of rights, without the term, which all grants of a deal share."""

    component: Component
    axes: frozenset[Axis]
    media: frozenset[str]
    """Leaves."""
    territory: Territory
    languages: frozenset[str]
    categories: frozenset[str]
    exclusivity: Exclusivity
    exclusive_until: date | None
    """The last day of exclusivity; nothing means the whole term."""


@dataclass(frozen=True, slots=True)
class Royalty:
    """A rate of 0 says that no royalty is due."""

    basis: RoyaltyBasis
    rate_bps: int
    currency: str
    trigger: RoyaltyTrigger


@dataclass(frozen=True, slots=True)
class Reporting:
    schedule: ReportingSchedule
    due_days: int
    """Days after the end of the period."""


@dataclass(frozen=True, slots=True)
class ProposedTerms:
    """Everything the two sides bargain about."""

    period: Period
    grants: tuple[ProposedGrant, ...]
    fee: Money
    royalty: Royalty
    reporting: Reporting
    survival: SurvivalPreset
    delivery: DeliveryMode
    disclosure_label: str
    credit_line: str
