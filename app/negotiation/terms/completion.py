"""Complete a proposal into the document that is offered, hashed and signed: deal terms, version 1."""

from typing import Any

from app.negotiation.terms.facts import DealFacts
from app.negotiation.terms.proposal import Period, ProposedGrant, ProposedTerms
from app.values.canonical import canonical_bytes
from app.values.media import MEDIA_VERSION
from app.values.term import format_instant

TERMS_VERSION = 1


def complete_terms(proposed: ProposedTerms, facts: DealFacts) -> dict[str, Any]:
    """Return the complete document. Grants and sets are written sorted, so that equal terms have equal hashes."""
    return {
        "terms_version": TERMS_VERSION,
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
        "grants": sorted(map(_grant, proposed.grants), key=canonical_bytes),
        "fee": {"amount_minor": proposed.fee.amount_minor, "currency": proposed.fee.currency},
        "royalty": {
            "basis": proposed.royalty.basis.value,
            "rate_bps": proposed.royalty.rate_bps,
            "currency": proposed.royalty.currency,
            "trigger": proposed.royalty.trigger.value,
        },
        "platform_fee_bps": facts.platform_fee_bps,
        "reporting": {
            "schedule": proposed.reporting.schedule.value,
            "due_days": proposed.reporting.due_days,
        },
        "survival": {"preset": proposed.survival.code, "matrix": proposed.survival.document},
        "delivery": proposed.delivery.value,
        "disclosure_label": proposed.disclosure_label,
        "credit_line": proposed.credit_line,
    }


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
    until = grant.exclusive_until
    return {
        "component": grant.component.value,
        "axes": sorted(axis.value for axis in grant.axes),
        "media": sorted(grant.media),
        "media_version": MEDIA_VERSION,
        "territory": {"expression": grant.territory.expression, "codes": list(grant.territory.sorted_codes)},
        "languages": sorted(grant.languages),
        "categories": sorted(grant.categories),
        "exclusivity": grant.exclusivity.value,
        "exclusive_until": None if until is None else until.isoformat(),
    }
