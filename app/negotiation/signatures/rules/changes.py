"""What changed on the licensor's side since an offer was sent. Terms signed before it were signed with others."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.negotiation.signatures.rules.stakes import Stake
from app.negotiation.signatures.states import Role
from app.parties.states import QuorumKind
from app.values.components import Component
from app.values.rounding import percent

Rules = Mapping[Component, QuorumKind]


@dataclass(frozen=True, slots=True)
class Holding:
    """A stake as it is compared: by what renewed papers under the same terms do not change."""

    role: Role
    capacity: str
    share_bps: int | None
    components: tuple[str, ...]
    media: tuple[str, ...]
    territory: tuple[str, ...]

    @classmethod
    def of(cls, stake: Stake) -> "Holding":
        return cls(
            role=stake.role,
            capacity=stake.capacity.value if stake.capacity else "",
            share_bps=stake.share_bps,
            components=tuple(sorted(component.value for component in stake.components)),
            media=tuple(sorted(stake.media)),
            territory=tuple(sorted(stake.territory)),
        )

    @property
    def sentence(self) -> str:
        share = "" if self.share_bps is None else f", {percent(self.share_bps)}"
        return f"{self.capacity}{share} of {' and '.join(self.components)}"


@dataclass(frozen=True, slots=True)
class HolderChange:
    """What one party held when the offer was sent, and what it holds now; nothing: it held nothing."""

    party_id: str
    before: tuple[Holding, ...]
    after: tuple[Holding, ...]
    has_new_papers: bool = False
    """It holds the same, but no longer by the representation under which it signed."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """Who must license a component, when the offer was sent and now."""

    component: Component
    before: QuorumKind
    after: QuorumKind


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed; falsy when nothing did."""

    holders: tuple[HolderChange, ...] = ()
    rules: tuple[RuleChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.holders or self.rules)


def changes_since(
    *,
    before: Collection[Stake],
    after: Collection[Stake],
    rules_before: Rules,
    rules_after: Rules,
    signed: Iterable[tuple[str, str]] = (),
) -> Changes:
    """Compare the licensor's side party by party; `signed` are holders, each with what it signed under."""
    now = {stake.representation_id for stake in after}
    signers = {party_id for party_id, representation_id in signed if representation_id not in now}
    held, holds = _by_party(before), _by_party(after)
    holders = [
        HolderChange(party_id, held.get(party_id, ()), holds.get(party_id, ()), party_id in signers)
        for party_id in sorted({*held, *holds})
        if held.get(party_id) != holds.get(party_id) or party_id in signers
    ]
    rules = [
        RuleChange(component, rule, rules_after[component])
        for component, rule in sorted(rules_before.items())
        if component in rules_after and rules_after[component] is not rule
    ]
    return Changes(tuple(holders), tuple(rules))


def _by_party(stakes: Iterable[Stake]) -> dict[str, tuple[Holding, ...]]:
    found: dict[str, list[Holding]] = {}
    for stake in stakes:
        if stake.role is not Role.ASSIGNEE:
            found.setdefault(stake.party_id, []).append(Holding.of(stake))
    return {party_id: tuple(sorted(held, key=str)) for party_id, held in found.items()}
