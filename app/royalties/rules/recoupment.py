"""Advances set against royalties: never against gross, and never more than was advanced."""

from dataclasses import dataclass


@dataclass(slots=True)
class Unrecouped:
    """What licenses that recoup together still have to earn back. It grows with an advance, and only so.

    The shortfall of a guarantee counts where the deal says so; advances are recouped before it.
    """

    advance_minor: int = 0
    shortfall_minor: int = 0

    def recoup(self, available_minor: int) -> int:
        """Take from what royalties make available; return how much, never negative."""
        from_advance = min(max(0, available_minor), self.advance_minor)
        from_shortfall = min(max(0, available_minor) - from_advance, self.shortfall_minor)
        self.advance_minor -= from_advance
        self.shortfall_minor -= from_shortfall
        return from_advance + from_shortfall
