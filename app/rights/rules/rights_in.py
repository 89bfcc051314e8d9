"""Rights in: what a package offers, the authority behind it, and what the performer ruled out."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.parties.directives.rules import DirectiveBox
from app.parties.rules.authority import Authority, AuthorityGap
from app.values.components import Axis, Component


@dataclass(frozen=True, slots=True)
class Offered:
    """What a package offers of one component. What is not named is denied."""

    component: Component
    axes: frozenset[Axis]
    media: frozenset[str]
    territory: frozenset[str]
    languages: frozenset[str]
    categories: frozenset[str]
    """Product categories of brand use; other uses do not look at them."""


@dataclass(frozen=True, slots=True)
class RightsIn:
    """All that a licensor has to give through one package. Authorities add up: each covers its part."""

    is_listed: bool
    offered: Sequence[Offered]
    authorities: Sequence[Authority]
    gaps: Sequence[AuthorityGap] = ()
    """What is missing where no authority reaches."""
    directives: Sequence[DirectiveBox] = ()

    def offer_of(self, component: Component) -> Offered | None:
        return next((offer for offer in self.offered if offer.component is component), None)
