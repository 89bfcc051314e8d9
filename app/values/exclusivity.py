"""Whether a right is shared."""

from enum import StrEnum


class Exclusivity(StrEnum):
    """How many may use the right at once. It belongs to the right, not to how often the right is used."""

    NON_EXCLUSIVE = "non_exclusive"
    """The licensor may license the same right to others and use it itself."""

    EXCLUSIVE = "exclusive"
    """Nobody but the licensee uses the right, not even the licensor."""

    SOLE = "sole"
    """No other licensee, but the licensor itself may go on."""

    @property
    def is_exclusive(self) -> bool:
        """Whether other licensees are kept out."""
        return self is not Exclusivity.NON_EXCLUSIVE

    def is_at_least(self, other: "Exclusivity") -> bool:
        """Say whether this keeps out everybody whom the other keeps out."""
        return _STRENGTH.index(self) >= _STRENGTH.index(other)

    @property
    def label(self) -> str:
        return _LABELS[self]


_STRENGTH = (Exclusivity.NON_EXCLUSIVE, Exclusivity.SOLE, Exclusivity.EXCLUSIVE)

_LABELS = {
    Exclusivity.NON_EXCLUSIVE: "Non-exclusive",
    Exclusivity.EXCLUSIVE: "Exclusive",
    Exclusivity.SOLE: "Sole",
}
