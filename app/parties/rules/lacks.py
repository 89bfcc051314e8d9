"""What is missing where a licensor may not license, in words that say what to do next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.parties.rules import quorum as quorums
from app.parties.rules.mandates import Chain, GapCode, Mandate
from app.parties.states import QuorumKind
from app.values.components import Component
from app.values.rounding import BASIS_POINTS, percent


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a cell cannot be licensed, whichever component it belongs to."""

    code: GapCode
    missing_share_bps: int = 0
    unproven_share_bps: int = 0
    party_ids: tuple[str, ...] = ()
    rule: QuorumKind = QuorumKind.ALL
    ended_at: datetime | None = None

    def sentence(self, component: Component) -> str:
        return (
            _SENTENCES[self.code].format(component=component.label.lower(), day=_day(self.ended_at))
            + self._shares()
        )

    def _shares(self) -> str:
        if self.code is not GapCode.QUORUM_NOT_MET:
            return ""
        text = f" {_RULES[self.rule]} {percent(self.missing_share_bps)} is missing."
        if self.party_ids:
            text += " Ask the other proven holders to record their consent."
        if self.unproven_share_bps:
            text += f" Nobody is proven to hold {percent(self.unproven_share_bps)}; have it verified."
        return text


_RULES = {
    QuorumKind.ALL: "All of them must:",
    QuorumKind.ANY_ONE: "Any one of them may:",
    QuorumKind.EXECUTOR_ONLY: "The executor must.",
    QuorumKind.MORE_THAN_HALF: "More than half by share must:",
}

_SENTENCES = {
    GapCode.NO_HOLDER_PROVEN: (
        "Nobody is proven to hold the {component} here; record who does, with documents, and have it verified."
    ),
    GapCode.NOT_REPRESENTED: (
        "No representation lets you license the {component} here, though others are proven to hold it; "
        "record yours and have it verified."
    ),
    GapCode.NOT_VERIFIED: "Your representation of the {component} here waits to be verified.",
    GapCode.AUTHORITY_FAILED: (
        "Your representation of the {component} here failed; record a new one with documents that prove it."
    ),
    GapCode.NOT_BEGUN: "Your authority to sign for the {component} here begins on {day}.",
    GapCode.SIGNING_ENDED: (
        "Your authority to sign for the {component} here ended on {day}; have a newer one verified."
    ),
    GapCode.ENDED_AT_DEATH: (
        "Authority over the {component} here ended with the performer's death; "
        "it takes the executor, or whoever the right passed to."
    ),
    GapCode.PRINCIPAL_NOT_IN_FORCE: (
        "Those for whom you act are not proven to hold the {component} here now; "
        "have your principal's authority verified."
    ),
    GapCode.PRINCIPAL_MAY_NOT_DELEGATE: (
        "A principal above you may not appoint agents for the {component} here; "
        "have its authority verified with the right to delegate."
    ),
    GapCode.BEYOND_PRINCIPAL: (
        "Your agency reaches further here than your principal's right in the {component}; "
        "have the principal's wider right verified."
    ),
    GapCode.QUORUM_NOT_MET: "Not enough holders of the {component} here license it through you.",
    GapCode.EXECUTOR_MISSING: (
        "Only the executor or administrator may license the {component} here, and does not do so through you; "
        "have the office verified, or its consent recorded."
    ),
}


def lack_of_authority(own: Sequence[Chain], *, is_held: bool) -> tuple[Lack, ...]:
    """Return what ails the licensor's own mandates in a cell, failed ones only where there is nothing better."""
    if not own:
        return (Lack(GapCode.NOT_REPRESENTED if is_held else GapCode.NO_HOLDER_PROVEN),)
    lacks = {_lack_of(chain) for chain in own}
    hopeful = {lack for lack in lacks if lack.code is not GapCode.AUTHORITY_FAILED}
    return tuple(sorted(hopeful or lacks, key=lambda lack: (lack.code, str(lack.ended_at))))


def _lack_of(chain: Chain) -> Lack:
    code = chain.trouble or GapCode.PRINCIPAL_NOT_IN_FORCE
    day = {GapCode.NOT_BEGUN: chain.own.begins_at, GapCode.SIGNING_ENDED: chain.own.signs_until_at}.get(code)
    return Lack(code, ended_at=day)


def lack_of_quorum(rule: QuorumKind, owners: Mapping[str, Mandate], bound: Collection[str]) -> Lack:
    others = [owner for owner in owners.values() if owner.id not in bound]
    if rule is QuorumKind.EXECUTOR_ONLY:
        executors = {owner.holder_party_id for owner in others if owner.capacity.administers_estate}
        return Lack(GapCode.EXECUTOR_MISSING, party_ids=tuple(sorted(executors)), rule=rule)
    return Lack(
        GapCode.QUORUM_NOT_MET,
        missing_share_bps=quorums.missing_share(rule, owners, bound),
        unproven_share_bps=max(0, BASIS_POINTS - quorums.share_of(owners, owners)),
        party_ids=tuple(sorted({owner.holder_party_id for owner in others if owner.share_bps})),
        rule=rule,
    )


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"
