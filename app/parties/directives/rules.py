"""What a directive forbids, decided from the block of rights that somebody asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.parties.states import Capacity
from app.values.components import Axis, Component
from app.values.media import medium
from app.values.rights_block import ALL, RightsBlock

_BRAND = "brand_ambassador"


@dataclass(frozen=True, slots=True)
class DirectiveBox:
    """What a performer does not want done. A dimension that names nothing means all of it."""

    id: str
    components: frozenset[Component]
    axes: frozenset[Axis]
    media: frozenset[str]
    """Leaves of the media tree."""
    categories: frozenset[str]
    """Product categories. Only brand use has one, so a directive that names some speaks of brand use alone."""
    until_at: datetime | None
    """The first instant that it no longer binds; nothing means for ever."""
    wording: str

    def forbids(self, block: RightsBlock) -> bool:
        """Say whether any use in the block would go against it."""
        return (
            (self.until_at is None or block.term.starts_at < self.until_at)
            and (not self.components or block.component in self.components)
            and (not self.axes or not self.axes.isdisjoint(block.axes))
            and bool(self.forbidden_media(block.media))
            and (not self.categories or ALL in block.categories or not self.categories.isdisjoint(block.categories))
        )

    def forbidden_media(self, media: Iterable[str]) -> frozenset[str]:
        """Return those of the leaves that it speaks of."""
        spoken_of = self.media.intersection(media) if self.media else frozenset(media)
        return (
            frozenset(leaf for leaf in spoken_of if medium(leaf).root == _BRAND) if self.categories else spoken_of
        )


def speaks_for(capacity: Capacity, *, is_living: bool) -> bool:
    """Say whether a holder can say what the performer wants: they themselves, after death their estate."""
    return capacity is Capacity.PERFORMER if is_living else capacity.administers_estate


def violated(directives: Iterable[DirectiveBox], block: RightsBlock) -> tuple[DirectiveBox, ...]:
    """Return the directives that the block goes against, in the order given."""
    return tuple(directive for directive in directives if directive.forbids(block))
