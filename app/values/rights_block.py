"""A block of rights: a box in eight dimensions. Consents, grants, holds and holdbacks are all such boxes."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.term import Term

ALL = "*"
"""Every language, or every product category, those not thought of yet included."""

_LEAF = re.compile(r"[a-z_]+\.[a-z_]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CATEGORY = re.compile(r"\*|[a-z_]+")
_LANGUAGE = re.compile(r"\*|[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class RightsBlock:
    """What is given, kept or asked for, for one component.

    No dimension is empty: an empty one would overlap nothing, and a grant made of it would protect nobody.
    """

    component: Component
    axes: frozenset[Axis]
    media: frozenset[str]
    """Leaves of the media tree."""
    territory: frozenset[str]
    """ISO 3166-1 alpha-2 codes."""
    languages: frozenset[str]
    """BCP 47 tags, or `*`. A tag stands for its regions too: `es` includes `es-MX`."""
    categories: frozenset[str]
    """Product categories, or `*`, which is also what uses other than brand use carry."""
    term: Term
    exclusivity: Exclusivity

    def __post_init__(self) -> None:
        for dimension in ("axes", "media", "territory", "languages", "categories"):
            if not getattr(self, dimension):
                raise InvalidValue(f"A rights block needs at least one entry in {dimension}.")
        _require_spelling(self.media, _LEAF, "a leaf of the media tree such as game.trailer")
        _require_spelling(self.territory, _COUNTRY, "an ISO 3166-1 alpha-2 code such as DE")
        _require_spelling(self.categories, _CATEGORY, "a product category such as soft_drinks, or *")
        _require_spelling(self.languages, _LANGUAGE, "a BCP 47 language tag such as en, or *")

    @property
    def is_exclusive(self) -> bool:
        return self.exclusivity.is_exclusive

    def overlaps(self, other: "RightsBlock") -> bool:
        """Say whether one and the same use would fall into both. Exclusivity plays no part in it."""
        return (
            self.component == other.component
            and self.term.overlaps(other.term)
            and not self.axes.isdisjoint(other.axes)
            and not self.media.isdisjoint(other.media)
            and not self.territory.isdisjoint(other.territory)
            and _meet(self.categories, other.categories)
            and _languages_overlap(self.languages, other.languages)
        )

    def covers(self, other: "RightsBlock") -> bool:
        """Say whether every use in the other block falls into this one. Exclusivity plays no part in it."""
        return (
            self.component == other.component
            and self.term.covers(other.term)
            and self.axes >= other.axes
            and self.media >= other.media
            and self.territory >= other.territory
            and (ALL in self.categories or self.categories >= other.categories)
            and _languages_cover(self.languages, other.languages)
        )

    def gives(self, other: "RightsBlock") -> bool:
        """Say whether whoever has this block has the other one too, its exclusivity included."""
        return self.covers(other) and self.exclusivity.is_at_least(other.exclusivity)

    def from_instant(self, at: datetime) -> "RightsBlock | None":
        """Return what remains of the block from an instant on, or None where nothing does."""
        if self.term.ends_at is not None and self.term.ends_at <= at:
            return None
        return replace(self, term=Term(max(self.term.starts_at, at), self.term.ends_at))

    def speaks(self, language: str) -> bool:
        """Say whether a use in this language falls into the block."""
        return _languages_cover(self.languages, frozenset({language}))


def language_includes(tag: str, other: str) -> bool:
    """Say whether `tag` stands for `other` too: `*` for everything, `es` for `es` and `es-MX`."""
    return tag == ALL or _includes(tag, other)


@lru_cache(maxsize=256)
def _require_spelling(entries: frozenset[str], spelling: re.Pattern[str], meaning: str) -> None:
    misspelled = [entry for entry in entries if spelling.fullmatch(entry) is None]
    if misspelled:
        raise InvalidValue(f"{min(misspelled)[:40]!r} is not {meaning}.")


def _meet(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return ALL in ours or ALL in theirs or not ours.isdisjoint(theirs)


def _languages_overlap(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return _meet(ours, theirs) or any(
        _includes(one, another) or _includes(another, one) for one in ours for another in theirs
    )


def _languages_cover(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return ALL in ours or ours >= theirs or all(any(_includes(one, other) for one in ours) for other in theirs)


def _includes(tag: str, other: str) -> bool:
    return f"{other}-".lower().startswith(f"{tag}-".lower())
