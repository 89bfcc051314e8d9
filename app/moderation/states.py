"""How a review can end, and what lists can be narrowed to."""

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


class CaseState(StrEnum):
    """What a list of cases can be narrowed to."""

    OPEN = "open"
    CLOSED = "closed"


class Direction(StrEnum):
    """Which way money goes."""

    IN = "in"
    """Asked of a licensee, and paid."""
    OUT = "out"
    """A beneficiary's share of it, sent or not."""
