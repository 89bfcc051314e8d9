"""Whose signatures an offer still needs beside those of the two sides: one decision, from facts alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.negotiation.signatures.rules.stakes import Stake
from app.negotiation.signatures.states import AnswerKind, Role, SignerState
from app.parties.rules.authority import AuthorityGap
from app.parties.rules.mandates import GapCode
from app.parties.states import QuorumKind
from app.values.components import Component
from app.values.rights_block import RightsBlock

SIGNATURES_MISSING = frozenset({GapCode.QUORUM_NOT_MET, GapCode.EXECUTOR_MISSING})
"""The gaps that other holders can close."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer of a party for one of its stakes."""

    party_id: str
    representation_id: str | None
    kind: AnswerKind


@dataclass(frozen=True, slots=True)
class Awaited:
    """What is missing; falsy when nothing is."""

    party_ids: tuple[str, ...] = ()
    """Every party whose signature would bring it nearer, in the order of the ids; those who refused as well."""
    missing_share_bps: int = 0
    """The most that is missing in any part of the rights; 0 where no share is asked for."""
    is_unproven: bool = False
    """Something is missing that no proven holder can give."""

    def __bool__(self) -> bool:
        return bool(self.party_ids) or self.is_unproven


def awaited(*, gaps: Iterable[AuthorityGap], stakes: Iterable[Stake], answers: Iterable[Answer]) -> Awaited:
    """Say what is still missing.

    `gaps` are those of the licensor in the rights of the offer, with standing consents and signatures counted.
    Assignees sign whatever the quorum.
    """
    signed = {answer.party_id for answer in answers if answer.kind is AnswerKind.SIGNED}
    open_gaps = list(gaps)
    holders = {party_id for gap in open_gaps for party_id in gap.party_ids}
    assignees = {stake.party_id for stake in stakes if stake.role is Role.ASSIGNEE} - signed
    return Awaited(
        party_ids=tuple(sorted(holders | assignees)),
        missing_share_bps=max((gap.missing_share_bps for gap in open_gaps), default=0),
        is_unproven=any(not gap.party_ids for gap in open_gaps),
    )


def state_of_signer(
    party_id: str, *, answers: Iterable[Answer], consented: Collection[str], waits_for: Awaited
) -> SignerState:
    """Say how the signature of one holder stands; `consented` are the parties whose standing consent counts."""
    kinds = {answer.kind for answer in answers if answer.party_id == party_id}
    if AnswerKind.REFUSED in kinds:
        return SignerState.REFUSED
    if AnswerKind.SIGNED in kinds:
        return SignerState.SIGNED
    if party_id in waits_for.party_ids:
        return SignerState.AWAITED
    return SignerState.CONSENTED if party_id in consented else SignerState.NOT_NEEDED


def strict_rules(
    rules: Mapping[Component, QuorumKind], blocks: Sequence[RightsBlock]
) -> dict[Component, QuorumKind]:
    """Return who must sign for each component: where each may license alone, all for what is exclusive."""
    exclusive = {block.component for block in blocks if block.is_exclusive}
    return {
        component: QuorumKind.ALL if rule is QuorumKind.ANY_ONE and component in exclusive else rule
        for component, rule in rules.items()
    }
