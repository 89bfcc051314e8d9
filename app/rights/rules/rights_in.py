"""Rights in: what a package offers, and the authority behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
class Authority:
    """A verified representation of the performer by the licensor."""

    components: frozenset[Component]
    media: frozenset[str]
    territory: frozenset[str]
    signs_until_at: datetime | None = None
    """From this instant on nothing may be signed."""
    licenses_until_at: datetime | None = None
    """No license may end later."""

    def may_sign(self, at: datetime) -> bool:
        return self.signs_until_at is None or at < self.signs_until_at


@dataclass(frozen=True, slots=True)
class RightsIn:
    """All that a licensor has to give through one package. Authorities add up: each covers its part."""

    is_listed: bool
    offered: Sequence[Offered]
    authorities: Sequence[Authority]

    def offer_of(self, component: Component) -> Offered | None:
        return next((offer for offer in self.offered if offer.component is component), None)
