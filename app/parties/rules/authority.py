"""What a licensor may license at an instant: itself, for its principals, and for holders who consented."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from app.parties.rules import quorum as quorums
from app.parties.rules import space
from app.parties.rules.lacks import Lack, lack_of_authority, lack_of_quorum
from app.parties.rules.mandates import Chain, GapCode, Mandate, chain_of, earliest
from app.parties.states import QuorumKind
from app.values.components import Component
from app.values.media import ROOTS, expand
from app.values.territory import world


@dataclass(frozen=True, slots=True)
class Consent:
    """An owner's standing consent that a licensor licenses its share too."""

    representation_id: str
    licensor_party_id: str


@dataclass(frozen=True, slots=True)
class Authority:
    """A part of the space in which the licensor may sign now. Its dates are what the quorum can still reach.

    Authorities may lie over each other: what is asked may be licensed where one of them permits all of it.
    """

    components: frozenset[Component]
    media: frozenset[str]
    territory: frozenset[str]
    signs_until_at: datetime | None = None
    """From this instant on nothing may be signed; nothing means no such end."""
    licenses_until_at: datetime | None = None
    """No license may end later; nothing means no such limit."""
    holds_exclusively: bool = True
    """Whether it may be licensed exclusively: nobody else can license it for these holders."""
    representation_ids: tuple[str, ...] = ()
    """Everything it rests on: the licensor's own, its principals', and those of holders who consented."""

    def may_sign(self, at: datetime) -> bool:
        return self.signs_until_at is None or at < self.signs_until_at


@dataclass(frozen=True, slots=True)
class AuthorityGap:
    """A part of the space that the licensor may not license, and exactly what is missing. For its eyes alone."""

    code: GapCode
    component: Component
    media: frozenset[str]
    territory: frozenset[str]
    sentence: str
    missing_share_bps: int = 0
    party_ids: tuple[str, ...] = ()
    """Proven holders who have not consented."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The whole space, divided into what the licensor may license and what it may not."""

    authorities: tuple[Authority, ...]
    gaps: tuple[AuthorityGap, ...]

    def within(
        self, *, components: AbstractSet[Component], media: AbstractSet[str], territory: AbstractSet[str]
    ) -> "Resolution":
        """Return what concerns a box of the space, cut to it."""
        return Resolution(
            authorities=tuple(
                replace(
                    a,
                    components=a.components & components,
                    media=a.media & media,
                    territory=a.territory & territory,
                )
                for a in self.authorities
                if a.components & components and a.media & media and a.territory & territory
            ),
            gaps=tuple(
                replace(gap, media=gap.media & media, territory=gap.territory & territory)
                for gap in self.gaps
                if gap.component in components and gap.media & media and gap.territory & territory
            ),
        )


@dataclass(frozen=True, slots=True)
class _Grant:
    """What an `Authority` says of each of its cells."""

    signs_until_at: datetime | None
    licenses_until_at: datetime | None
    holds_exclusively: bool
    representation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bond:
    """One way in which an owner is bound by what the licensor signs."""

    owner: str
    signs_until_at: datetime | None
    licenses_until_at: datetime | None
    is_exclusive: bool
    representation_ids: frozenset[str]


_Verdict = tuple[_Grant | Lack, ...]


def resolve(
    *,
    licensor_party_id: str,
    mandates: Sequence[Mandate],
    quorum: Mapping[Component | None, QuorumKind],
    consents: Iterable[Consent],
    died_at: datetime | None,
    at: datetime,
) -> Resolution:
    """Divide the space of a performer's likeness for one licensor.

    `mandates` are all representations of the performer that were not superseded. `quorum` gives the rule of each
    component, under None the rule of those that have none of their own; without either all holders must license.
    """
    judge = _Judge(licensor_party_id, mandates, tuple(consents), at=at, died_at=died_at)
    media = _covered_by(
        space.parts_of(expand(ROOTS), [m.media for m in mandates]), {m.id: m.media for m in mandates}
    )
    countries = _covered_by(
        space.parts_of(world(), [m.territory for m in mandates]), {m.id: m.territory for m in mandates}
    )
    cells: dict[Component, dict[space.Rectangle, _Verdict]] = {}
    for component in Component:
        rule = quorum.get(component) or quorum.get(None) or QuorumKind.ALL
        concerned = frozenset(mandate.id for mandate in mandates if component in mandate.components)
        cells[component] = {
            (leaves, codes): judge.verdict(concerned & there & here, rule)
            for leaves, there in media.items()
            for codes, here in countries.items()
        }
    return _resolution(space.merged(cells))


def _covered_by(
    parts: Iterable[frozenset[str]], sides: Mapping[str, frozenset[str]]
) -> dict[frozenset[str], frozenset[str]]:
    """Return for each part the mandates that reach over it."""
    return {part: frozenset(id_ for id_, side in sides.items() if part <= side) for part in parts}


def _resolution(boxes: Iterable[tuple[_Verdict, frozenset[Component], space.Rectangle]]) -> Resolution:
    authorities, gaps = [], []
    for verdict, components, (media, territory) in boxes:
        for part in verdict:
            if isinstance(part, _Grant):
                authorities.append(
                    Authority(
                        components=components,
                        media=media,
                        territory=territory,
                        signs_until_at=part.signs_until_at,
                        licenses_until_at=part.licenses_until_at,
                        holds_exclusively=part.holds_exclusively,
                        representation_ids=part.representation_ids,
                    )
                )
            else:
                gaps += [
                    AuthorityGap(
                        code=part.code,
                        component=component,
                        media=media,
                        territory=territory,
                        sentence=part.sentence(component),
                        missing_share_bps=part.missing_share_bps,
                        party_ids=part.party_ids,
                    )
                    for component in sorted(components)
                ]
    authorities.sort(key=lambda part: (sorted(part.components), sorted(part.media), sorted(part.territory)))
    gaps.sort(key=_order)
    return Resolution(tuple(authorities), tuple(gaps))


def _order(gap: AuthorityGap) -> tuple[int, int, list[str], list[str]]:
    """Return by what gaps are listed: the same ones always in the same order."""
    codes, components = list(GapCode), list(Component)
    return components.index(gap.component), codes.index(gap.code), sorted(gap.media), sorted(gap.territory)


class _Judge:
    """Judges cells, which differ for it only by the mandates that cover them and by the rule."""

    def __init__(
        self,
        licensor_party_id: str,
        mandates: Sequence[Mandate],
        consents: Sequence[Consent],
        *,
        at: datetime,
        died_at: datetime | None,
    ) -> None:
        by_id = {mandate.id: mandate for mandate in mandates}
        self._consents = consents
        self._own = [
            chain_of(mandate, by_id, at=at, died_at=died_at)
            for mandate in mandates
            if mandate.holder_party_id == licensor_party_id
        ]
        in_force = [mandate for mandate in mandates if mandate.trouble(at=at, died_at=died_at) is None]
        self._owners = [mandate for mandate in in_force if not mandate.capacity.is_delegated]
        self._agencies = [mandate for mandate in in_force if mandate.capacity.is_delegated]
        self._known: dict[tuple[frozenset[str], QuorumKind], _Verdict] = {}

    def verdict(self, covering: frozenset[str], rule: QuorumKind) -> _Verdict:
        if (covering, rule) not in self._known:
            self._known[covering, rule] = self._judge(covering, rule)
        return self._known[covering, rule]

    def _judge(self, covering: frozenset[str], rule: QuorumKind) -> _Verdict:
        owners = {mandate.id: mandate for mandate in self._owners if mandate.id in covering}
        own = [self._cut(chain, covering) for chain in self._own if chain.own.id in covering]
        usable = [chain for chain in own if chain.trouble is None]
        if not usable:
            return lack_of_authority(own, is_held=bool(owners))
        bonds = self._bonds(usable, owners, covering)
        if not quorums.is_met(rule, owners, {bond.owner for bond in bonds}):
            return (lack_of_quorum(rule, owners, {bond.owner for bond in bonds}),)
        grant = _grant(rule, owners, bonds, holds_exclusively=False)
        alone = [bond for bond in bonds if bond.is_exclusive]
        strict = QuorumKind.ALL if rule is QuorumKind.ANY_ONE else rule
        if not quorums.is_met(strict, owners, {bond.owner for bond in alone}):
            return (grant,)
        exclusive = _grant(strict, owners, alone, holds_exclusively=True)
        reaches_as_far = (exclusive.signs_until_at, exclusive.licenses_until_at) == (
            grant.signs_until_at,
            grant.licenses_until_at,
        )
        return (exclusive,) if reaches_as_far else (exclusive, grant)

    @staticmethod
    def _cut(chain: Chain, covering: frozenset[str]) -> Chain:
        if all(link.id in covering for link in chain.links):
            return chain
        return Chain(chain.links, chain.trouble or GapCode.BEYOND_PRINCIPAL)

    def _bonds(
        self, usable: Iterable[Chain], owners: Mapping[str, Mandate], covering: frozenset[str]
    ) -> list[_Bond]:
        """Return how owners are bound: at the upper end of a chain, or by consent to a party within one."""
        agencies = [agency for agency in self._agencies if agency.id in covering]
        found = []
        for chain in usable:
            alone = _is_alone(chain, agencies)
            found.append(
                _Bond(
                    chain.owner.id,
                    chain.signs_until_at,
                    chain.licenses_until_at,
                    alone,
                    frozenset(link.id for link in chain.links),
                )
            )
            parties = {link.holder_party_id for link in chain.links}
            for consent in self._consents:
                holder = owners.get(consent.representation_id)
                if holder is not None and consent.licensor_party_id in parties:
                    found.append(
                        _Bond(
                            holder.id,
                            earliest(chain.signs_until_at, holder.signs_until_at),
                            earliest(chain.licenses_until_at, holder.licenses_until_at),
                            alone and not _gave_away(holder, agencies),
                            frozenset(link.id for link in chain.links) | {holder.id},
                        )
                    )
        return found


def _grant(
    rule: QuorumKind, owners: Mapping[str, Mandate], bonds: Sequence[_Bond], *, holds_exclusively: bool
) -> _Grant:
    return _Grant(
        signs_until_at=quorums.met_until(rule, owners, _latest((b.owner, b.signs_until_at) for b in bonds)),
        licenses_until_at=quorums.met_until(rule, owners, _latest((b.owner, b.licenses_until_at) for b in bonds)),
        holds_exclusively=holds_exclusively,
        representation_ids=tuple(sorted(frozenset[str]().union(*(bond.representation_ids for bond in bonds)))),
    )


def _latest(ends: Iterable[tuple[str, datetime | None]]) -> dict[str, datetime | None]:
    """Return for each owner the latest of its ends."""
    found: dict[str, datetime | None] = {}
    for owner, end in ends:
        before = found.get(owner, end)
        found[owner] = None if end is None or before is None else max(before, end)
    return found


def _is_alone(chain: Chain, agencies: Sequence[Mandate]) -> bool:
    """Say whether nobody else can license for the same owner: no other agency beside or below the chain."""
    if _gave_away(chain.own, agencies):
        return False
    links = {link.id for link in chain.links}
    appointed = [link for link in chain.links if link.capacity.is_delegated]
    principals = {link.principal_id for link in appointed}
    beside = (a for a in agencies if a.principal_id in principals and a.id not in links)
    return all(link.is_exclusive for link in appointed) and not any(beside)


def _gave_away(mandate: Mandate, agencies: Iterable[Mandate]) -> bool:
    """Say whether a holder appointed an exclusive agent, and so promised not to license exclusively past it."""
    return any(agency.principal_id == mandate.id and agency.is_exclusive for agency in agencies)
