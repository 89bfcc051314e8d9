"""The licensor's side of one set of terms at an instant: who holds what, and what authority that comes to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.negotiation.rules.authority import basis_of
from app.negotiation.signatures.rules.awaited import (
    SIGNATURES_MISSING,
    Answer,
    Awaited,
    awaited,
    strict_rules,
)
from app.negotiation.signatures.rules.stakes import Stake, stakes_in
from app.negotiation.signatures.states import AnswerKind
from app.negotiation.terms.document import rights_blocks
from app.negotiation.terms.vocabulary import ChangeOf
from app.parties.queries import facts_of
from app.parties.rules.authority import AuthorityGap, Consent, Resolution
from app.parties.rules.facts import AuthorityFacts
from app.parties.states import QuorumKind
from app.values.components import Component
from app.values.rights_block import RightsBlock


@dataclass(frozen=True, slots=True)
class LicensorSide:
    """Facts of one instant; everything else follows from them."""

    licensor_party_id: str
    blocks: Sequence[RightsBlock]
    facts: AuthorityFacts
    at: datetime
    gives_back: bool = False
    """The terms only end a license early, for which nobody needs to prove any authority."""

    @property
    def stakes(self) -> tuple[Stake, ...]:
        return stakes_in(self.blocks, licensor_party_id=self.licensor_party_id, facts=self.facts, at=self.at)

    @property
    def rules(self) -> dict[Component, QuorumKind]:
        """Who must license each component that the terms are about."""
        return {block.component: self.facts.rule_of(block.component) for block in self.blocks}

    @property
    def everyones_consent(self) -> tuple[Consent, ...]:
        """The consents that would be there if all other owners signed."""
        return self.facts.everyones_consent(self.licensor_party_id)

    def authority(self, answers: Collection[Answer]) -> Resolution:
        """Return what the licensor may license with the standing consents and the signatures under these terms.

        Whoever refused these terms has not consented to them, whatever it consented to before.
        """
        return self._resolve(consents_of(answers, self.licensor_party_id), self._refused_in(answers))

    def reachable(self, answers: Collection[Answer] = ()) -> Resolution:
        """Return what it could license if every other owner signed who has not refused."""
        return self._resolve(self.everyones_consent, self._refused_in(answers))

    def awaited(self, stakes: Iterable[Stake], answers: Collection[Answer]) -> Awaited:
        """Say whose signatures are still missing; `stakes` are those of the offer's snapshot."""
        gaps = [gap for gap in self.gaps_in(self.authority(answers)) if gap.code in SIGNATURES_MISSING]
        found = awaited(gaps=gaps, stakes=stakes, answers=answers)
        return replace(found, is_unproven=False) if self.gives_back else found

    def can_be_signed(self, answers: Collection[Answer]) -> bool:
        """Say whether signatures can still bring these terms about, as long as nobody changes their mind."""
        is_refused_apart = any(not answer.representation_ids for answer in answers if _is_refusal(answer))
        return (
            not is_refused_apart
            and basis_of(self.blocks, self.reachable(answers).authorities, at=self.at) is not None
        )

    def lacks_own_authority(self, resolution: Resolution) -> bool:
        """Say whether something is missing that no other holder's signature would bring."""
        return any(gap.code not in SIGNATURES_MISSING for gap in self.gaps_in(resolution))

    def gaps_in(self, resolution: Resolution) -> list[AuthorityGap]:
        """Return what is missing for these rights, each gap once and cut to them."""
        cut = (
            gap
            for block in self.blocks
            for gap in resolution.within(
                components={block.component}, media=block.media, territory=block.territory
            ).gaps
        )
        return list(dict.fromkeys(cut))

    def _refused_in(self, answers: Iterable[Answer]) -> frozenset[str]:
        """Return every representation of those who refused, those under newer papers included."""
        parties = {answer.party_id for answer in answers if _is_refusal(answer)}
        return frozenset(mandate.id for mandate in self.facts.mandates if mandate.holder_party_id in parties)

    def _resolve(self, consents: Iterable[Consent], refused: Collection[str]) -> Resolution:
        """Ask all holders for what is exclusive, if all of them could sign; else the rights book refuses it."""
        left = [consent for consent in self.facts.consents if consent.representation_id not in refused]
        given = [consent for consent in consents if consent.representation_id not in refused]
        facts = replace(self.facts, consents=left)
        strict = strict_rules(self.rules, self.blocks)
        if strict != self.rules:
            best = facts.resolve(self.licensor_party_id, at=self.at, consents=self.everyones_consent, rules=strict)
            if basis_of(self.blocks, best.authorities, at=self.at) is None:
                strict = self.rules
        return facts.resolve(self.licensor_party_id, at=self.at, consents=given, rules=strict)


def licensor_side(session: Session, terms: Mapping[str, Any], at: datetime) -> LicensorSide:
    """Read what is known now of the licensor's side of a document of terms."""
    facts = facts_of(session, terms["performer"]["id"])
    kind = (terms.get("amends") or {}).get("kind")
    gives_back = kind == ChangeOf.TERMINATION
    return LicensorSide(terms["licensor"]["id"], rights_blocks(terms), facts, at, gives_back)


def consents_of(answers: Iterable[Answer], licensor_party_id: str) -> list[Consent]:
    """Return signatures as what they are: consents to one offer."""
    return [
        Consent(representation_id, licensor_party_id)
        for answer in answers
        if answer.kind is AnswerKind.SIGNED
        for representation_id in answer.representation_ids
    ]


def _is_refusal(answer: Answer) -> bool:
    return answer.kind is AnswerKind.REFUSED
