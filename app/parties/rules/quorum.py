"""Whether enough holders of a right are bound, and until when they are."""

from collections.abc import Collection, Mapping
from datetime import datetime

from app.parties.rules.mandates import Mandate
from app.parties.states import QuorumKind
from app.values.rounding import BASIS_POINTS

Bound = Mapping[str, datetime | None]
"""Owner's mandate id to the instant until which it is bound; None for without end."""


def is_met(rule: QuorumKind, owners: Mapping[str, Mandate], bound: Collection[str]) -> bool:
    """Say whether these of the proven owners suffice. Shares that nobody is proven to hold count as not bound."""
    share = share_of(owners, bound)
    match rule:
        case QuorumKind.ALL:
            others = (owner for owner in owners if owner not in bound)
            return share >= BASIS_POINTS and not any(owners[owner].share_bps for owner in others)
        case QuorumKind.ANY_ONE:
            return bool(bound)
        case QuorumKind.EXECUTOR_ONLY:
            return any(owners[owner].capacity.administers_estate for owner in bound)
        case QuorumKind.MORE_THAN_HALF:
            return 2 * share > whole_of(owners)


def missing_share(rule: QuorumKind, owners: Mapping[str, Mandate], bound: Collection[str]) -> int:
    """Return how many basis points are missing of what the rule asks for; 0 where it does not ask for shares."""
    needed = {QuorumKind.ALL: whole_of(owners), QuorumKind.MORE_THAN_HALF: whole_of(owners) // 2 + 1}
    return max(0, needed.get(rule, 0) - share_of(owners, bound))


def met_until(rule: QuorumKind, owners: Mapping[str, Mandate], bound: Bound) -> datetime | None:
    """Return the instant at which the quorum breaks, as one holder after the other drops out; None for never.

    Takes for granted that it is met now.
    """
    ends = sorted({end for end in bound.values() if end is not None})
    for end in ends:
        left = [owner for owner, until in bound.items() if until is None or until > end]
        if not is_met(rule, owners, left):
            return end
    return None


def share_of(owners: Mapping[str, Mandate], some: Collection[str]) -> int:
    return sum(owners[owner].share_bps for owner in some)


def whole_of(owners: Mapping[str, Mandate]) -> int:
    """Return 10,000, or more where shares were recorded before they had to add up."""
    return max(BASIS_POINTS, share_of(owners, owners))
