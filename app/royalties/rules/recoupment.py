"""Advances set against royalties: never against gross, and never more than was advanced."""

from dataclasses import dataclass
from typing import NamedTuple


class Recouped(NamedTuple):
    """What was taken from royalties."""

    amount_minor: int
    uncounted_minor: int
    """What of it earns back an advance that counted towards a floor already, or never counts: no floor may count
    the same money twice."""


@dataclass(slots=True)
class Unrecouped:
    """What licenses that recoup together still have to earn back. It grows with an advance, and only so.

    The shortfall of a guarantee counts where the deal says so; advances are recouped before it.
    """

    advance_minor: int = 0
    countable_minor: int = 0
    """What of the advance can still count towards the floor of a guarantee."""
    shortfall_minor: int = 0

    def advance(self, amount_minor: int, *, is_countable: bool) -> None:
        self.advance_minor += amount_minor
        self.countable_minor += amount_minor if is_countable else 0

    def recoup(self, available_minor: int) -> Recouped:
        """Take from what royalties make available, if there is anything."""
        from_advance = min(max(0, available_minor), self.advance_minor)
        from_shortfall = min(max(0, available_minor) - from_advance, self.shortfall_minor)
        countable = min(from_advance, self.countable_minor)
        self.advance_minor -= from_advance
        self.countable_minor -= countable
        self.shortfall_minor -= from_shortfall
        return Recouped(from_advance + from_shortfall, from_advance - countable)
