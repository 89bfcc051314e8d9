"""Whether a sale lies inside what the license grants. One that does not is paid for all the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where and when each medium is granted, whichever component the grant is for."""

    first_day: date
    last_day: date
    territories: Mapping[str, frozenset[str]]
    """Media leaf to ISO codes."""

    @classmethod
    def of(
        cls, *, first_day: date, last_day: date, grants: Iterable[tuple[Iterable[str], Iterable[str]]]
    ) -> "Coverage":
        """Join grants, each given as media leaves and ISO codes."""
        territories: dict[str, frozenset[str]] = {}
        for media, codes in grants:
            granted = frozenset(codes)
            for leaf in media:
                territories[leaf] = territories.get(leaf, frozenset()) | granted
        return cls(first_day, last_day, territories)

    def covers(self, *, sold_on: date, territory: str, media: str) -> bool:
        """Say whether a sale on this day, in this country and medium is within the grants."""
        return self.first_day <= sold_on <= self.last_day and territory in self.territories.get(media, ())
