"""What moderation tells the features above it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuthorityCaseOpened:
    """An authority failed; the case knows the licenses that rest on it."""

    case_id: str


@dataclass(frozen=True, slots=True)
class AuthorityCaseClosed:
    """The authority was restored; money that was held for it goes on."""

    case_id: str
