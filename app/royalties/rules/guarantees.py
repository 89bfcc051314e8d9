"""The floor on what a license earns, and what is missing at the day of its test.

Earnings count before reserve, and also where they are recouped. Where advances count, an advance is a payment of
the same pot made early: it fills floors until it is used up or recouped, over several tests if it is large enough.
Where they do not, royalties that only earn an advance back do not count either: the floor comes on top of it.
"""

from typing import NamedTuple


class Tested(NamedTuple):
    """How a floor was reached."""

    missing_minor: int
    """To be topped up."""
    advance_used_minor: int
    """What of a countable advance the floor took."""


def hold_against(floor_minor: int, *, earned_minor: int, countable_advance_minor: int) -> Tested:
    """Return what is missing from a floor, of what counts since the test before."""
    uncovered = max(0, floor_minor - earned_minor)
    used = min(uncovered, countable_advance_minor)
    return Tested(uncovered - used, used)
