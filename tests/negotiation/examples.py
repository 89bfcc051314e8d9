"""Complete documents for tests that need no database."""

from typing import Any

from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.facts import DealFacts, Named, ProductionFacts
from tests.factories.negotiation import grant, proposed

FACTS = DealFacts(
    licensor=Named("pty_estate", "Estate of Ada Verne"),
    licensee=Named("pty_studio", "Northlight Games"),
    performer=Named("prf_ada", "Ada Verne"),
    package=Named("pkg_ada", "Ada Verne: voice and face"),
    production=ProductionFacts("prd_harbor", "Harbor Lights", "game", "Forty scripted lines of the harbor master."),
    platform_fee_bps=1000,
)


def brand_grant(**changes: Any) -> dict[str, Any]:
    return grant(media=["brand_ambassador.social_post"], categories=["toys"]) | changes


def document(**changes: Any) -> dict[str, Any]:
    """Return the complete document of a proposal."""
    return complete_terms(proposed(**changes), FACTS)
