"""What the two sides can do, one function a use case; callers import them from here."""

from app.negotiation.service.answers import decline, withdraw
from app.negotiation.service.offers import counter, open_negotiation
from app.negotiation.service.productions import create_production
from app.negotiation.service.signing import accept

__all__ = ["accept", "counter", "create_production", "decline", "open_negotiation", "withdraw"]
