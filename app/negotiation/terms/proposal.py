"""What one side proposes, read and checked. The other half of a document's content is in `facts`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
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
class ProposedTerms:
    """Everything the two sides bargain about."""

    period: Period
    grants: tuple[ProposedGrant, ...]
    survival: SurvivalPreset
    clauses: Mapping[str, Any]
    """All other members of the document (fee, royalty, caps, ...), as `DealTermsIn` read them and in the form in
    which the document keeps them: JSON, sets sorted."""

    @property
    def delivery(self) -> str:
        """A value of `DeliveryMode`."""
        mode: str = self.clauses["delivery"]
        return mode


def plain(value: Any) -> Any:
    """Return a value that was read as a document keeps it: days and codes as text, sets as sorted lists.

    A list of codes is a set that came as a list, and is sorted too, without repetitions.
    """
    match value:
        case Mapping():
            return {name: plain(member) for name, member in value.items()}
        case Territory():
            return {"expression": value.expression, "codes": list(value.sorted_codes)}
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(map(plain, value))
        case list():
            members = [plain(member) for member in value]
            return sorted(set(members)) if members and all(isinstance(each, str) for each in members) else members
    return value
