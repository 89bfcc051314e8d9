"""What is taken, and when it stands in the way of what is wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.rights.rules.ask import is_brand_use
from app.rights.states import BlockKind
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock

Rank = tuple[datetime, str]
"""When a hold was placed, and its id where two were placed at once. The lower one comes first."""

_BEARS_NOBODY = frozenset({BlockKind.HOLDBACK, BlockKind.OPT_OUT})


@dataclass(frozen=True, slots=True)
class Taken:
    """A block that is not free to everybody, spelled as `app.rights.rules.ask.spell` does it."""

    kind: BlockKind
    block: RightsBlock
    lapses_at: datetime | None = None
    """From this instant on a hold counts no more."""
    rank: Rank | None = None
    """The place of a hold in the queue."""

    def is_in_force(self, at: datetime) -> bool:
        return self.lapses_at is None or at < self.lapses_at

    def bears(self, wanted: Exclusivity) -> bool:
        """Say whether both can be had at once, wherever they overlap.

        Nobody uses what is held back or opted out of. The licensor's own use only excludes a right without the
        licensor in it. Of anything else, non-exclusive use by several is what it is for.
        """
        if self.kind in _BEARS_NOBODY:
            return False
        if self.kind is BlockKind.OWN_USE:
            return wanted is not Exclusivity.EXCLUSIVE
        return not self.block.is_exclusive and not wanted.is_exclusive

    def is_in_the_way_of(self, wanted: RightsBlock) -> bool:
        if self.kind is BlockKind.OPT_OUT and not is_brand_use(wanted):
            return False
        return not self.bears(wanted.exclusivity) and self.block.overlaps(wanted)


@dataclass(frozen=True, slots=True)
class OwnHold:
    """The asker's own place in the queue: holds behind it do not stand in the way of what it reserves."""

    rank: Rank
    blocks: tuple[RightsBlock, ...]
    lapses_at: datetime

    def precedes(self, other: Taken, at: datetime) -> bool:
        return (
            other.kind is BlockKind.HOLD and at < self.lapses_at and (other.rank is None or self.rank < other.rank)
        )

    def reserving(self, wanted: RightsBlock) -> list[RightsBlock]:
        """Return the blocks that reserve at least as much as is wanted; who shares has no exclusivity reserved."""
        return [block for block in self.blocks if block.exclusivity.is_at_least(wanted.exclusivity)]


def find_conflicts(*, wanted: RightsBlock, taken: Iterable[Taken], at: datetime) -> list[Taken]:
    """Return what stands in the way of a block at the instant of asking, whoever asks."""
    return [other for other in taken if other.is_in_force(at) and other.is_in_the_way_of(wanted)]
