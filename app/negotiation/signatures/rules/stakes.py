"""Who stands on the licensor's side of an offer, and what each holds of the rights it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.negotiation.signatures.states import Role
from app.parties.rules.facts import AuthorityFacts
from app.parties.rules.mandates import Chain, Mandate, chain_of
from app.parties.states import Capacity
from app.values.components import Component
from app.values.rights_block import RightsBlock


@dataclass(frozen=True, slots=True)
class Stake:
    """What one party holds of the rights in an offer by one representation, cut to those rights.

    An assignee has no representation, and nothing of the rights yet.
    """

    party_id: str
    role: Role
    representation_id: str | None = None
    capacity: Capacity | None = None
    share_bps: int | None = None
    components: frozenset[Component] = frozenset()
    media: frozenset[str] = frozenset()
    territory: frozenset[str] = frozenset()


def stakes_in(
    blocks: Sequence[RightsBlock], *, licensor_party_id: str, facts: AuthorityFacts, at: datetime
) -> tuple[Stake, ...]:
    """Return the licensor's own stakes, those of its principals, and those of the other owners in force.

    An owner for whom the licensor acts in a part of these rights only is a holder: for the rest it signs itself.
    Other holders' agents are not asked; who owns a right signs for it.
    """
    by_id = {mandate.id: mandate for mandate in facts.mandates}
    chains = [
        chain
        for mandate in facts.mandates
        if mandate.holder_party_id == licensor_party_id and _touches(mandate, blocks)
        if (chain := chain_of(mandate, by_id, at=at, died_at=facts.died_at)).trouble is None
    ]
    above = {link.id for chain in chains for link in chain.links[1:]}
    found = []
    for mandate in facts.mandates:
        if mandate.trouble(at=at, died_at=facts.died_at) is not None or not _touches(mandate, blocks):
            continue
        if mandate.holder_party_id == licensor_party_id:
            found.append(_stake(mandate, Role.LICENSOR, blocks))
        elif mandate.id in above and (mandate.capacity.is_delegated or _is_bound(mandate, chains, blocks)):
            found.append(_stake(mandate, Role.PRINCIPAL, blocks))
        elif not mandate.capacity.is_delegated:
            found.append(_stake(mandate, Role.HOLDER, blocks))
    return tuple(sorted(found, key=lambda stake: (stake.party_id, stake.representation_id or "")))


def _touches(mandate: Mandate, blocks: Iterable[RightsBlock]) -> bool:
    return any(_overlap(mandate, block) for block in blocks)


def _overlap(mandate: Mandate, block: RightsBlock) -> bool:
    return (
        block.component in mandate.components
        and not block.media.isdisjoint(mandate.media)
        and not block.territory.isdisjoint(mandate.territory)
    )


def _is_bound(owner: Mandate, chains: Iterable[Chain], blocks: Iterable[RightsBlock]) -> bool:
    """Say whether an owner is bound by the licensor wherever it holds a part of these rights."""
    own = [chain for chain in chains if chain.owner.id == owner.id]
    return all(any(_covers(chain, owner, block) for chain in own) for block in blocks if _overlap(owner, block))


def _covers(chain: Chain, owner: Mandate, block: RightsBlock) -> bool:
    return all(
        block.component in link.components
        and block.media & owner.media <= link.media
        and block.territory & owner.territory <= link.territory
        for link in chain.links
    )


def _stake(mandate: Mandate, role: Role, blocks: Iterable[RightsBlock]) -> Stake:
    concerned = [block for block in blocks if _overlap(mandate, block)]
    return Stake(
        party_id=mandate.holder_party_id,
        role=role,
        representation_id=mandate.id,
        capacity=mandate.capacity,
        share_bps=None if mandate.capacity.is_delegated else mandate.share_bps,
        components=frozenset(block.component for block in concerned),
        media=mandate.media & frozenset[str]().union(*(block.media for block in concerned)),
        territory=mandate.territory & frozenset[str]().union(*(block.territory for block in concerned)),
    )
