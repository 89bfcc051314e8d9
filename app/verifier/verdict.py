"""The answer about a credential."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Why a credential is not relied on, in the order in which it is looked at: the first that applies is given."""

    MALFORMED = "MALFORMED"
    """No compact JWS with the members that a credential has, or longer than any credential is."""
    WRONG_ALGORITHM = "WRONG_ALGORITHM"
    """Signed, or not signed, by anything but ES256."""
    WRONG_TYPE = "WRONG_TYPE"
    """A signed statement of another kind."""
    UNKNOWN_KEY = "UNKNOWN_KEY"
    """Its key is not among those published: fetch them again once, it may be new; a withdrawn one stays away."""
    BAD_SIGNATURE = "BAD_SIGNATURE"
    WRONG_ISSUER = "WRONG_ISSUER"
    WRONG_AUDIENCE = "WRONG_AUDIENCE"
    """Made for somebody else to rely on, or for another licensee."""
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"
    """The status list does not say: missing, stale, not to be trusted, or too short. Never a yes."""
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    VALID = "VALID"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a credential may be relied on, a sentence for people, and until when it may be."""

    code: Code
    sentence: str
    claims: Mapping[str, Any] | None = None
    """What the credential says; nothing unless it is valid, so that nobody reads what nobody vouches for."""
    valid_until: datetime | None = None
    """When the credential or the status list ends, whichever is first: ask again by then."""

    @property
    def is_valid(self) -> bool:
        return self.code is Code.VALID

    def __bool__(self) -> bool:
        """A verdict in an `if` means what it says: only VALID is true."""
        return self.is_valid


class Refused(Exception):
    """Left off checking: this is why."""

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence
