"""How a license stands, in the words of its public record."""

from enum import StrEnum


class PublicStanding(StrEnum):
    """One plain word for everybody; it follows from the clock and is never stored."""

    NOT_YET = "not_yet"
    """Signed, and not in force yet: its first day or a payment is still to come."""
    VALID = "valid"
    SUSPENDED = "suspended"
    ENDED = "ended"
    """Over, terminated, or without the authority it rested on."""

    @property
    def label(self) -> str:
        return {"not_yet": "Not yet in force"}.get(self.value, self.value.capitalize())

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    PublicStanding.NOT_YET: "This license has been signed. It is not in force yet.",
    PublicStanding.VALID: "This license is in force.",
    PublicStanding.SUSPENDED: "This license is suspended for now. Nothing new may be made under it meanwhile.",
    PublicStanding.ENDED: "This license has ended. Nothing new may be made under it.",
}
