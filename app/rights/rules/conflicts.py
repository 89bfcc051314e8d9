"""What is taken, and when it stands in the way of what is wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.rights.states import BlockKind
from app.values.rights_block import RightsBlock


@dataclass(frozen=True, slots=True)
class Taken:
    """A block that is not free to everybody, spelled as `app.rights.rules.ask.spell` does it."""

    kind: BlockKind
    block: RightsBlock
    lapses_at: datetime | None = None
    """From this instant on a hold counts no more."""

    def is_in_force(self, at: datetime) -> bool:
        return self.lapses_at is None or at < self.lapses_at

    def is_in_the_way_of(self, wanted: RightsBlock) -> bool:
        """Say whether the two overlap and do not bear each other.

        Nobody uses what is held back. Of anything else, non-exclusive use by several is what it is for.
        """
        bears_others = self.kind is not BlockKind.HOLDBACK and not self.block.is_exclusive
        return not (bears_others and not wanted.is_exclusive) and self.block.overlaps(wanted)


def find_conflicts(*, wanted: RightsBlock, taken: Iterable[Taken], at: datetime) -> list[Taken]:
    """Return what stands in the way of a block at the instant of asking."""
    return [other for other in taken if other.is_in_force(at) and other.is_in_the_way_of(wanted)]
