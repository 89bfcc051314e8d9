"""How a review can end."""

from enum import StrEnum


class ReviewDecision(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
    OBSOLETE = "obsolete"
    """The licensor withdrew the package before anybody decided."""


class ReviewState(StrEnum):
    """What a list of reviews can be narrowed to."""

    OPEN = "open"
    DECIDED = "decided"
