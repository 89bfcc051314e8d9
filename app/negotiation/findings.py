"""What law and guild rules say about the terms of an offer: now, and as it was known when a deal was signed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.law.clearance import clearance
from app.law.rules.facts import ProposedUse
from app.law.rules.findings import Finding
from app.negotiation import queries
from app.negotiation.models import Deal, DealFinding, Negotiation
from app.negotiation.rules.intended_use import missing_in
from app.negotiation.signatures.side import licensor_side
from app.negotiation.states import NegotiationStatus
from app.negotiation.terms.declarations import Declarations
from app.negotiation.terms.document import rights_blocks, term_of
from app.parties.rules.authority import Resolution
from app.values.law.citation import Citation
from app.values.law.tables import law_tables
from app.values.territory import Territory


def findings_on(
    session: Session,
    at: datetime,
    terms: Mapping[str, Any],
    declarations: Declarations,
    *,
    authority: Resolution | None = None,
) -> tuple[Finding, ...]:
    """Return what the law says to these terms at this instant, what blocks first; `authority` if it was read."""
    return clearance(
        session=session,
        at=at,
        performer_id=terms["performer"]["id"],
        licensor_party_id=terms["licensor"]["id"],
        use=_use(terms, declarations),
        authority=authority,
        parts=rights_blocks(terms),
    )


def current_findings(session: Session, at: datetime, negotiation: Negotiation) -> Sequence[Finding]:
    """Return what the law says to the latest offer while the talks are open; once signed, what was kept.

    Whose signatures are still missing is told apart, see `app.negotiation.signatures`.
    """
    if negotiation.status is NegotiationStatus.SIGNED:
        deal_id = session.exec(select(Deal.id).where(Deal.negotiation_id == negotiation.id)).one()
        return kept_findings(session, deal_id)
    if not negotiation.status.is_open:
        return ()
    latest = queries.latest_offer(session, negotiation.id)
    declared = queries.declarations_of(session, negotiation.id, latest.number)
    terms = json.loads(latest.terms_json)
    return findings_on(session, at, terms, declared, authority=licensor_side(session, terms, at).reachable())


def keep_findings(session: Session, deal: Deal, findings: Sequence[Finding]) -> None:
    """Keep with a deal what was known when it was signed. They can be shown whatever the tables say later."""
    version = law_tables().version
    session.add_all(
        DealFinding(
            deal_id=deal.id,
            position=position,
            rule_id=finding.rule_id,
            enforcement=finding.enforcement,
            sentence=finding.sentence,
            remedy=finding.remedy,
            override_reason=finding.override_reason,
            jurisdiction=finding.citation.jurisdiction,
            citation=finding.citation.citation,
            source_url=finding.citation.source_url,
            confidence=finding.citation.confidence,
            lawyer_confirm=finding.citation.lawyer_confirm,
            tables_version=version,
        )
        for position, finding in enumerate(findings)
    )


def kept_findings(session: Session, deal_id: str) -> Sequence[Finding]:
    """Return what was known when a deal was signed."""
    kept = select(DealFinding).where(DealFinding.deal_id == deal_id).order_by(col(DealFinding.position))
    return [_finding(row) for row in session.exec(kept)]


def _finding(row: DealFinding) -> Finding:
    citation = Citation(
        rule_id=row.rule_id,
        jurisdiction=row.jurisdiction,
        citation=row.citation,
        source_url=row.source_url,
        confidence=row.confidence,
        lawyer_confirm=row.lawyer_confirm,
    )
    return Finding(row.rule_id, row.enforcement, row.sentence, row.remedy, citation, row.override_reason)


def _use(terms: Mapping[str, Any], declarations: Declarations) -> ProposedUse:
    blocks = rights_blocks(terms)
    return ProposedUse(
        components=frozenset(block.component for block in blocks),
        axes=frozenset(axis for block in blocks for axis in block.axes),
        media=frozenset(leaf for block in blocks for leaf in block.media),
        territory=Territory.of(code for block in blocks for code in block.territory),
        term=term_of(terms),
        intended_use_problem=missing_in(terms["production"]["intended_use"]),
        has_disclosure=bool(terms["disclosure_label"]),
        replaces_own_work=declarations.replaces_own_work,
        has_counsel=declarations.has_counsel,
        has_union_cover=declarations.has_union_cover,
    )
