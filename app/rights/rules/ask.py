"""What is asked for: blocks of rights, spelled so that any two of them can be compared."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from app.rights.states import MatchMode
from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.media import leaves
from app.values.rights_block import ALL, RightsBlock
from app.values.term import Term

BRAND_USES = leaves("brand_ambassador")
"""Only these carry product categories."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A bundle of blocks, all of which must be free. Make one with `of` or `bundle`."""

    blocks: tuple[RightsBlock, ...]
    zone: str
    """The IANA zone in whose days an answer speaks."""
    match: MatchMode = MatchMode.COVER
    """What counts as found; deals want all of their term."""
    minimum_days: int | None = None
    """Shorter free periods are of no use."""

    @classmethod
    def of(cls, blocks: Iterable[RightsBlock], *, zone: str = "UTC", **search: Any) -> Self:
        """Ask for blocks as a deal lists them; `search` may give `match` and `minimum_days`."""
        spelled = tuple(part for block in blocks for part in spell(block))
        if not spelled:
            raise InvalidValue("Nothing is asked for; name at least one component.")
        return cls(spelled, zone, **search)

    @classmethod
    def bundle(
        cls,
        *,
        components: Iterable[Component],
        zone: str = "UTC",
        match: MatchMode = MatchMode.COVER,
        minimum_days: int | None = None,
        **dimensions: Any,
    ) -> Self:
        """Ask for the same use of several components; `dimensions` are the other fields of `RightsBlock`."""
        chosen = sorted(set(components), key=list(Component).index)
        blocks = (RightsBlock(component=component, **dimensions) for component in chosen)
        return cls.of(blocks, zone=zone, match=match, minimum_days=minimum_days)

    @property
    def components(self) -> tuple[Component, ...]:
        return tuple(dict.fromkeys(block.component for block in self.blocks))

    @property
    def axes(self) -> frozenset[Axis]:
        return frozenset[Axis]().union(*(block.axes for block in self.blocks))

    @property
    def media(self) -> frozenset[str]:
        return frozenset[str]().union(*(block.media for block in self.blocks))

    @property
    def territory(self) -> frozenset[str]:
        return frozenset[str]().union(*(block.territory for block in self.blocks))

    @property
    def languages(self) -> frozenset[str]:
        return frozenset[str]().union(*(block.languages for block in self.blocks))

    @property
    def categories(self) -> frozenset[str]:
        """The categories of the brand uses asked for; empty where there are none."""
        return frozenset[str]().union(*(block.categories for block in self.blocks if is_brand_use(block)))

    @property
    def term(self) -> Term:
        """From the first start to the last end of the blocks."""
        ends = [block.term.ends_at for block in self.blocks]
        bounded = [end for end in ends if end is not None]
        end: datetime | None = max(bounded) if len(bounded) == len(ends) else None
        return Term(min(block.term.starts_at for block in self.blocks), end)

    def narrowed(self, narrow: Callable[[RightsBlock], RightsBlock | None]) -> "Ask | None":
        """Return the ask with each block narrowed, or None if that would leave nothing of some component."""
        kept = tuple(part for part in map(narrow, self.blocks) if part is not None)
        remaining = replace(self, blocks=kept)
        return remaining if remaining.components == self.components else None

    def without(self, components: frozenset[Component]) -> "Ask | None":
        """Return the ask for the other components, or None if there are none."""
        kept = tuple(block for block in self.blocks if block.component not in components)
        return replace(self, blocks=kept) if kept else None

    def shared(self) -> "Ask":
        """Return the ask for the same rights, non-exclusively."""
        return self._with(lambda block: replace(block, exclusivity=Exclusivity.NON_EXCLUSIVE))

    def sole(self) -> "Ask":
        """Return the ask for the same rights, beside the licensor where it was without."""
        return self._with(
            lambda block: replace(block, exclusivity=Exclusivity.SOLE) if block.is_exclusive else block
        )

    def in_term(self, term: Term) -> "Ask":
        """Return the ask for the same rights in another term."""
        return self._with(lambda block: replace(block, term=term))

    def _with(self, change: Callable[[RightsBlock], RightsBlock]) -> "Ask":
        return replace(self, blocks=tuple(map(change, self.blocks)))


def spell(block: RightsBlock) -> tuple[RightsBlock, ...]:
    """Set brand uses apart from the others, which carry `*` whatever was written.

    Without this, two exclusive grants of the same game use could name different categories and seem apart.
    """
    brand, other = block.media & BRAND_USES, block.media - BRAND_USES
    parts = []
    if other:
        parts.append(replace(block, media=other, categories=frozenset({ALL})))
    if brand:
        parts.append(replace(block, media=brand))
    return tuple(parts)


def is_brand_use(block: RightsBlock) -> bool:
    return not block.media.isdisjoint(BRAND_USES)


def with_exclusive_period(block: RightsBlock, *, exclusive_until: datetime | None) -> tuple[RightsBlock, ...]:
    """Return the blocks of a grant whose exclusivity ends before its term does: exclusive first, then shared.

    Without a date, or with one at or after the end, the whole term keeps its exclusivity.
    """
    term = block.term
    ends_with_term = exclusive_until is None or (term.ends_at is not None and exclusive_until >= term.ends_at)
    if not block.is_exclusive or exclusive_until is None or ends_with_term:
        return (block,)
    rest = replace(block, term=Term(max(exclusive_until, term.starts_at), term.ends_at))
    shared = replace(rest, exclusivity=Exclusivity.NON_EXCLUSIVE)
    if exclusive_until <= term.starts_at:
        return (shared,)
    return (replace(block, term=Term(term.starts_at, exclusive_until)), shared)
