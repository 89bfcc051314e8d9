"""Whether a licensor's authority covers the rights of a deal, part by part, when it is signed and until it ends.

Authorities add up: each covers its part of component x medium x country, for as long as its two dates say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.parties.rules.authority import Authority
from app.values.rights_block import RightsBlock

Leaf = tuple[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a deal rests on, once authority covers all of it."""

    ends_at: datetime | None
    """The latest instant until which all of the rights can be licensed; nothing means no such limit."""
    representation_ids: tuple[str, ...]
    """Every representation behind a part of them, in the order of their ids."""


def basis_of(blocks: Iterable[RightsBlock], authorities: Iterable[Authority], *, at: datetime) -> Basis | None:
    """Return what these rights rest on if they are signed at this instant; nothing if a part has no authority."""
    wanted = list(blocks)
    signing = [found for found in authorities if found.signs_until_at is None or at < found.signs_until_at]
    if not _covers(signing, wanted):
        return None
    limits = {found.licenses_until_at for found in signing if found.licenses_until_at is not None}
    for limit in (None, *sorted(limits, reverse=True)):
        lasting = [found for found in signing if _lasts(found, limit)]
        if _covers(lasting, wanted):
            ids = {id for found in lasting if _is_needed(found, wanted) for id in found.representation_ids}
            return Basis(limit, tuple(sorted(ids)))
    return None


def _lasts(authority: Authority, until: datetime | None) -> bool:
    ends_at = authority.licenses_until_at
    return ends_at is None or (until is not None and ends_at >= until)


def _covers(authorities: Sequence[Authority], wanted: Sequence[RightsBlock]) -> bool:
    return all(
        block.territory <= frozenset[str]().union(*(a.territory for a in authorities if _is_about(a, block, leaf)))
        for block in wanted
        for leaf in block.media
    )


def _is_about(authority: Authority, block: RightsBlock, leaf: str) -> bool:
    return block.component in authority.components and leaf in authority.media


def _is_needed(authority: Authority, wanted: Sequence[RightsBlock]) -> bool:
    return any(
        block.component in authority.components
        and not block.media.isdisjoint(authority.media)
        and not block.territory.isdisjoint(authority.territory)
        for block in wanted
    )
