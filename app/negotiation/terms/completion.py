"""Complete a proposal into the document that is offered, hashed and signed: deal terms, version 3."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.negotiation.terms.facts import DealFacts
from app.negotiation.terms.proposal import Period, ProposedGrant, ProposedTerms, plain
from app.negotiation.terms.versions import TERMS_VERSION
from app.values.canonical import canonical_bytes
from app.values.media import MEDIA_VERSION
from app.values.term import format_instant


def complete_terms(proposed: ProposedTerms, facts: DealFacts) -> dict[str, Any]:
    """Return the complete document. Grants and sets are written sorted, so that equal terms have equal hashes."""
    return {
        "terms_version": TERMS_VERSION,
        "amends": None if facts.amends is None else dict(facts.amends),
        "renews": None if facts.renews is None else dict(facts.renews),
        "licensor": {"id": facts.licensor.id, "name": facts.licensor.name},
        "licensee": {"id": facts.licensee.id, "name": facts.licensee.name},
        "performer": {"id": facts.performer.id, "name": facts.performer.name},
        "package": {"id": facts.package.id, "title": facts.package.name},
        "production": {
            "id": facts.production.id,
            "title": facts.production.title,
            "kind": facts.production.kind,
            "intended_use": facts.production.intended_use,
        },
        "term": _term(proposed.period),
        "grants": _sorted(map(_grant, proposed.grants)),
        "survival": {"preset": proposed.survival.code, "matrix": proposed.survival.document},
        "platform_fee_bps": facts.platform_fee_bps,
    } | _in_order(proposed.clauses)


def _in_order(clauses: Mapping[str, Any]) -> dict[str, Any]:
    """Return the clauses with those lists sorted whose order says nothing."""
    royalty = clauses["royalty"]
    return {
        **clauses,
        "caps": _sorted(clauses["caps"]),
        "approvals": _sorted(clauses["approvals"]),
        "royalty": royalty | {"rules": _sorted(royalty["rules"])},
    }


def _sorted(members: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(members, key=canonical_bytes)


def _term(period: Period) -> dict[str, Any]:
    term = period.term
    return {
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "zone": period.zone,
        "starts_at": format_instant(term.starts_at),
        "ends_at": None if term.ends_at is None else format_instant(term.ends_at),
    }


def _grant(grant: ProposedGrant) -> dict[str, Any]:
    return {
        "component": grant.component.value,
        "axes": plain(grant.axes),
        "media": plain(grant.media),
        "media_version": MEDIA_VERSION,
        "territory": plain(grant.territory),
        "languages": plain(grant.languages),
        "categories": plain(grant.categories),
        "exclusivity": grant.exclusivity.value,
        "exclusive_until": plain(grant.exclusive_until),
    }
