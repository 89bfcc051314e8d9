"""The queue for rights on hold: who placed first is first, for what the holds have in common.

Two holds have something in common when not both could become grants. A hold ends by the clock: when its time is
over, or at the instant by which a challenge had to be answered and was not. Nothing has to run for that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.rights.rules.conflicts import Taken
from app.rights.states import BlockKind
from app.values.rights_block import RightsBlock


@dataclass(frozen=True, slots=True)
class Challenge:
    """A hold behind wants this one to commit or to leave."""

    by_hold_id: str
    respond_by_at: datetime
    """At this very instant it is too late."""


@dataclass(frozen=True, slots=True)
class QueuedHold:
    """A hold that was not given up. Whether it is in force depends on when one asks."""

    id: str
    reference: str
    party_id: str
    placed_at: datetime
    lapses_at: datetime
    """When its own time is over, a challenge apart."""
    blocks: tuple[RightsBlock, ...]
    challenge: Challenge | None = None
    matched_at: datetime | None = None
    """When its party committed to sign."""

    @property
    def rank(self) -> tuple[datetime, str]:
        return self.placed_at, self.id

    @property
    def open_challenge(self) -> Challenge | None:
        return self.challenge if self.matched_at is None else None

    @property
    def ends_at(self) -> datetime:
        """When it is over if nobody does anything."""
        if self.open_challenge is None:
            return self.lapses_at
        return min(self.lapses_at, self.open_challenge.respond_by_at)

    def is_in_force(self, at: datetime) -> bool:
        return at < self.ends_at

    def meets(self, other: "QueuedHold") -> bool:
        """Say whether the two want something that not both can have."""
        return any(
            Taken(BlockKind.HOLD, block).is_in_the_way_of(wanted)
            for block in self.blocks
            for wanted in other.blocks
        )

    def is_overtaken_by(self, taken: Iterable[Taken]) -> bool:
        """Say whether something that is no hold keeps it from becoming grants."""
        return any(other.is_in_the_way_of(block) for other in taken for block in self.blocks)

    def covers(self, wanted: Sequence[RightsBlock]) -> bool:
        """Say whether the hold is for all of this: for each block, some block of its own that is no less."""
        return all(any(_is_no_less(block, want) for block in self.blocks) for want in wanted)


def in_force(queue: Sequence[QueuedHold], at: datetime) -> list[QueuedHold]:
    """Return the holds that count now, the first to be placed first."""
    return sorted((hold for hold in queue if hold.is_in_force(at)), key=lambda hold: hold.rank)


def ahead_of(hold: QueuedHold, queue: Sequence[QueuedHold], at: datetime) -> list[QueuedHold]:
    """Return the holds that come first for something of what this one is for."""
    return [other for other in in_force(queue, at) if other.rank < hold.rank and other.meets(hold)]


def behind(hold: QueuedHold, queue: Sequence[QueuedHold], at: datetime) -> list[QueuedHold]:
    """Return the holds that wait for something of what this one is for."""
    return [other for other in in_force(queue, at) if other.rank > hold.rank and other.meets(hold)]


def challenged_by(hold_id: str, queue: Sequence[QueuedHold], at: datetime) -> list[QueuedHold]:
    """Return the holds that may still answer this one's challenge; it falls away with the challenger's hold.

    What lapsed for want of an answer stays over.
    """
    return [
        other
        for other in in_force(queue, at)
        if other.open_challenge is not None and other.open_challenge.by_hold_id == hold_id
    ]


def _is_no_less(held: RightsBlock, wanted: RightsBlock) -> bool:
    return held.covers(wanted) and (held.is_exclusive or not wanted.is_exclusive)
