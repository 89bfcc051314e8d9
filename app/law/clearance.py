"""Clearance: what the law tables say about a use that a licensor would license."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from sqlmodel import Session, col, select

from app.law import queries
from app.law.errors import ClearanceBlocked
from app.law.rules.consent import findings
from app.law.rules.facts import AuthorityLack, ConsentFacts, ProofFacts, ProposedUse, SignerFacts
from app.law.rules.findings import Finding
from app.parties import queries as parties
from app.parties.models import Representation
from app.parties.rules.authority import Resolution
from app.parties.rules.mandates import GapCode
from app.values.components import Component

LETTERS_STALE_DAYS = "letters_stale_days"
"""Under this name the setting stands in `session.info`."""
DEFAULT_LETTERS_STALE_DAYS = 180


class Part(Protocol):
    """A part of a use in which authority is asked for: a block of rights, what a package offers of a component."""

    @property
    def component(self) -> Component: ...
    @property
    def media(self) -> frozenset[str]: ...
    @property
    def territory(self) -> frozenset[str]: ...


_QUORUM_GAPS = {GapCode.QUORUM_NOT_MET, GapCode.EXECUTOR_MISSING}


def clearance(
    *,
    session: Session,
    at: datetime,
    performer_id: str,
    licensor_party_id: str,
    use: ProposedUse,
    authority: Resolution | None = None,
    parts: Iterable[Part] = (),
) -> tuple[Finding, ...]:
    """Return every rule that the use does not meet, what blocks first; a caller may hand the authority it has read.

    Authority is asked for in exactly these parts; without any, in all that the use spans. Nothing in a finding
    names another party or its terms. Raises: NotFound.
    """
    performer = parties.performer(session, performer_id)
    whole = authority or parties.authority_of(session, performer_id, licensor_party_id, at)
    asked = _cut(whole, use, tuple(parts))
    facts = ConsentFacts(
        today=at.date(),
        performer=queries.performer_facts(performer),
        use=use,
        signers=_signers(
            session, {id_ for cut in asked for part in cut.authorities for id_ in part.representation_ids}
        ),
        lacks=frozenset(_lack(gap.code) for cut in asked for gap in cut.gaps),
        registrations=queries.registrations_of(session, performer_id),
        evidence=queries.evidence_of(session, performer_id),
        letters_stale_days=session.info.get(LETTERS_STALE_DAYS, DEFAULT_LETTERS_STALE_DAYS),
    )
    return findings(facts=facts, book=queries.law_book(session, at))


def require_clearance(found: Iterable[Finding]) -> None:
    """Raises: ClearanceBlocked, if one of the findings blocks."""
    blocking = [finding for finding in found if finding.blocks]
    if blocking:
        raise ClearanceBlocked.by(blocking)


def _cut(whole: Resolution, use: ProposedUse, parts: Sequence[Part]) -> list[Resolution]:
    if not parts:
        return [whole.within(components=use.components, media=use.media, territory=use.territory.codes)]
    return [whole.within(components={part.component}, media=part.media, territory=part.territory) for part in parts]


def _lack(code: GapCode) -> AuthorityLack:
    if code in _QUORUM_GAPS:
        return AuthorityLack.QUORUM_NOT_MET
    return AuthorityLack.ENDED_AT_DEATH if code is GapCode.ENDED_AT_DEATH else AuthorityLack.NO_PROVEN_HOLDER


def _signers(session: Session, representation_ids: set[str]) -> tuple[SignerFacts, ...]:
    rows = session.exec(
        select(Representation)
        .where(col(Representation.id).in_(representation_ids))
        .order_by(col(Representation.id))
    ).all()
    proofs: dict[str, list[ProofFacts]] = {row.id: [] for row in rows}
    for document in parties.documents_of(session, proofs):
        dated_on = document.issued_on or document.uploaded_at.date()
        proofs[document.representation_id].append(ProofFacts(document.kind.value, dated_on))
    return tuple(
        SignerFacts(
            representation_id=row.id,
            capacity=row.capacity.value,
            share_bps=row.share_bps,
            components=frozenset(map(Component, row.components)),
            proofs=tuple(proofs[row.id]),
        )
        for row in rows
    )
