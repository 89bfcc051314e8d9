"""Lines of what usage earns, and what leads from lines that were stated to those of now.

Nothing is rounded here: amounts come rounded from `reckoning`, which names where, and are only added or set against
each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.royalties.states import LineKind


class Slot(NamedTuple):
    """Where a line belongs. Lines of one slot can be set against each other; the order is that of a statement."""

    kind: LineKind
    month: str
    """`2026-07`: the month of sale."""
    item: str
    media: str
    territory: str
    channel: str


@dataclass(frozen=True, slots=True)
class UsageSum:
    """The report lines of one item, medium, territory, month and channel, added up."""

    month: str
    item: str
    media: str
    territory: str
    channel: str
    units: int
    gross_minor: int
    deductions_minor: int
    net_minor: int
    lines: int
    lines_outside_grant: int

    def __add__(self, other: "UsageSum") -> "UsageSum":
        """Add up two sums of one slot."""
        return replace(
            self,
            units=self.units + other.units,
            gross_minor=self.gross_minor + other.gross_minor,
            deductions_minor=self.deductions_minor + other.deductions_minor,
            net_minor=self.net_minor + other.net_minor,
            lines=self.lines + other.lines,
            lines_outside_grant=self.lines_outside_grant + other.lines_outside_grant,
        )


@dataclass(frozen=True, slots=True)
class EarnedLine:
    """One line of what a report earns; the amount is the estate's view: its platform's share is negative."""

    slot: Slot
    units: int
    basis_minor: int
    rate_bps: int | None
    """Nothing where the amount was agreed or computed elsewhere: license fees."""
    amount_minor: int

    @property
    def place(self) -> tuple[int, str, str, str, str, str]:
        """Sorts lines in the order of a statement."""
        return self.slot.kind.place, *self.slot[1:]

    @property
    def is_nothing(self) -> bool:
        return not (self.units or self.basis_minor or self.amount_minor)


def corrections(*, now: Iterable[EarnedLine], stated: Iterable[EarnedLine]) -> list[EarnedLine]:
    """Return the delta lines that lead from what was stated to what is known now; no line where nothing changed.

    `stated` may hold several lines of one slot, earlier corrections among them.
    """
    deltas: dict[Slot, EarnedLine] = {}
    for sign, lines in ((1, now), (-1, stated)):
        for line in lines:
            before = deltas.get(line.slot) or replace(line, units=0, basis_minor=0, amount_minor=0)
            deltas[line.slot] = replace(
                before,
                units=before.units + sign * line.units,
                basis_minor=before.basis_minor + sign * line.basis_minor,
                amount_minor=before.amount_minor + sign * line.amount_minor,
            )
    return sorted((line for line in deltas.values() if _is_something(line)), key=lambda line: line.place)


def _is_something(line: EarnedLine) -> bool:
    return not line.is_nothing
