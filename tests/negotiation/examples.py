"""Proposals as they come in, to be varied by tests that need no database."""

from typing import Any

from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.facts import DealFacts, Named, ProductionFacts
from app.negotiation.terms.proposal import ProposedTerms
from app.negotiation.terms.schema import DealTermsIn

FACTS = DealFacts(
    licensor=Named("pty_estate", "Estate of Ada Verne"),
    licensee=Named("pty_studio", "Northlight Games"),
    performer=Named("prf_ada", "Ada Verne"),
    package=Named("pkg_ada", "Ada Verne: voice and face"),
    production=ProductionFacts("prd_harbor", "Harbor Lights", "game", "Forty scripted lines of the harbor master."),
    platform_fee_bps=1000,
)


def grant(**changes: Any) -> dict[str, Any]:
    return {
        "component": "voice",
        "axes": ["scripted"],
        "media": ["game.scripted_performance"],
        "territory": "+WORLD -US",
    } | changes


def brand_grant(**changes: Any) -> dict[str, Any]:
    return grant(media=["brand_ambassador.social_post"], categories=["toys"]) | changes


def deal_terms(**changes: Any) -> dict[str, Any]:
    """Return a proposal as a client sends it; `changes` replace its members."""
    return {
        "term": {"first_day": "2026-06-15", "last_day": "2026-12-31", "zone": "America/New_York"},
        "grants": [grant()],
        "fee": {"amount_minor": 1_250_000, "currency": "USD"},
        "royalty": {"rate_bps": 250, "currency": "USD"},
        "survival": {"preset": "game"},
        "delivery": "export",
        "disclosure_label": "Digital replica, used with permission",
        "credit_line": "Voice of Ada Verne by permission of her estate",
    } | changes


def proposed(**changes: Any) -> ProposedTerms:
    loaded: ProposedTerms = DealTermsIn().load(deal_terms(**changes))
    return loaded


def document(**changes: Any) -> dict[str, Any]:
    """Return the complete document of a proposal."""
    return complete_terms(proposed(**changes), FACTS)
