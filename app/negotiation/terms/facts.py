"""What the service adds to a proposal: who and what the deal is about, as they are called when it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """An id with the name or title that people read."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ProductionFacts:
    """The title the license is for, and what the likeness is to do in it."""

    id: str
    title: str
    kind: str
    intended_use: str


@dataclass(frozen=True, slots=True)
class DealFacts:
    """The circumstances of a negotiation; the platform's fee is fixed when it opens."""

    licensor: Named
    licensee: Named
    performer: Named
    package: Named
    production: ProductionFacts
    platform_fee_bps: int
    amends: Mapping[str, Any] | None = None
    """Which deal this one changes, how and from which day: see `versions`."""
    renews: Mapping[str, Any] | None = None
    """Which license this one follows."""
