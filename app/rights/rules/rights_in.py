"""Rights in: what a package offers, the authority behind it, and what the performer ruled out."""

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
    """A part of the likeness that the licensor may license, as proven by its representations."""

    components: frozenset[Component]
    media: frozenset[str]
    territory: frozenset[str]
    signs_until_at: datetime | None = None
    """From this instant on nothing may be signed."""
    licenses_until_at: datetime | None = None
    """No license may end later."""
    holds_exclusively: bool = True
    """Nobody else may license it. Who does not hold exclusively cannot sell exclusively."""

    def may_sign(self, at: datetime) -> bool:
        return self.signs_until_at is None or at < self.signs_until_at


@dataclass(frozen=True, slots=True)
class QuorumGap:
    """A part for which holders are proven, but not all whose signature is needed."""

    component: Component
    media: frozenset[str]
    territory: frozenset[str]


@dataclass(frozen=True, slots=True)
class Directive:
    """A performer's own wish. It binds every licensor; an empty dimension means all of it."""

    id: str
    wording: str
    components: frozenset[Component] = frozenset()
    axes: frozenset[Axis] = frozenset()
    media: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    """Product categories; where some are named, the wish concerns brand use of them alone."""
    until_at: datetime | None = None
    """From this instant on such a use is no longer ruled out."""


@dataclass(frozen=True, slots=True)
class RightsIn:
    """All that a licensor has to give through one package. Authorities add up: each covers its part."""

    is_listed: bool
    offered: Sequence[Offered]
    authorities: Sequence[Authority]
    gaps: Sequence[QuorumGap] = ()
    directives: Sequence[Directive] = ()

    def offer_of(self, component: Component) -> Offered | None:
        return next((offer for offer in self.offered if offer.component is component), None)
