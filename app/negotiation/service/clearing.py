"""What must hold besides the will of the two sides: the performer's wishes, the licensor's authority, the law.

All of it is asked when terms are sent, so that nobody bargains about what cannot be had, and again when they are
signed, in the transaction that books the rights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.law.clearance import require_clearance
from app.law.rules.findings import Finding
from app.negotiation.errors import DirectiveViolated, IntendedUseNotSpecific, NoAuthority, require
from app.negotiation.findings import findings_on
from app.negotiation.rules.authority import Basis, basis_of
from app.negotiation.rules.intended_use import RULE, SOURCES, missing_in
from app.negotiation.rules.signing import judge_reach, judge_term
from app.negotiation.signatures.side import LicensorSide
from app.negotiation.terms.declarations import Declarations
from app.negotiation.terms.document import term_of
from app.parties.directives.queries import directives_of
from app.parties.directives.rules import violated
from app.parties.rules.authority import Resolution
from app.values.law.tables import law_tables
from app.values.rights_block import RightsBlock


@dataclass(frozen=True, slots=True)
class Cleared:
    """Nothing stands against the terms at this instant."""

    basis: Basis
    findings: tuple[Finding, ...]
    """What is to be known all the same: warnings, and what is merely recorded."""


def clear_terms(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    terms: Mapping[str, Any],
    declarations: Declarations,
    side: LicensorSide,
    authority: Resolution,
) -> Cleared:
    """Check the complete document of an offer.

    `authority` is what the licensor's side has: to sign, what is proven and signed by now; to bargain, what other
    holders' signatures can still bring.

    Raises: MoveRefused, DirectiveViolated, NoAuthority, IntendedUseNotSpecific, ClearanceBlocked.
    """
    term, blocks = term_of(terms), side.blocks
    require(judge_term(term, at=at))
    findings = findings_on(session, at, terms, declarations, authority=authority)
    _require_specific_use(terms, findings)
    _require_no_directive(session, terms, blocks)
    basis = basis_of(blocks, authority.authorities, at=at)
    if basis is None:
        is_licensor = actor.party_id == terms["licensor"]["id"]
        raise NoAuthority.because(side.gaps_in(authority), is_licensor=is_licensor)
    require(judge_reach(basis, term=term))
    require_clearance(findings)
    return Cleared(basis, findings)


def _require_specific_use(terms: Mapping[str, Any], findings: Sequence[Finding]) -> None:
    """A description is text to be put right, so it is refused as such, with the sources of the rule."""
    missing = missing_in(terms["production"]["intended_use"])
    if missing is not None and any(finding.blocks and finding.rule_id == RULE for finding in findings):
        rows = law_tables().consent
        raise IntendedUseNotSpecific.because(missing, [rows[key].citation for key in (RULE, *SOURCES)])


def _require_no_directive(session: Session, terms: Mapping[str, Any], blocks: Sequence[RightsBlock]) -> None:
    performer_id = terms["performer"]["id"]
    directives = directives_of(session, [performer_id])[performer_id]
    broken = {found.id: found for block in blocks for found in violated(directives, block)}
    if broken:
        raise DirectiveViolated.by([broken[key] for key in sorted(broken)])
