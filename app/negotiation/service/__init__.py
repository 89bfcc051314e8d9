"""What the two sides can do, one function a use case; callers import them from here."""

from app.negotiation.service.answers import decline, withdraw
from app.negotiation.service.holds import challenge_hold, match_hold, place_hold, release_hold
from app.negotiation.service.offers import counter, draft_terms, open_negotiation
from app.negotiation.service.productions import create_production
from app.negotiation.service.signing import accept

__all__ = [
    "accept",
    "challenge_hold",
    "counter",
    "create_production",
    "decline",
    "draft_terms",
    "match_hold",
    "open_negotiation",
    "place_hold",
    "release_hold",
    "withdraw",
]
