"""The words of the law feature: which table, which phase a right is in, whether a law applies."""

from enum import StrEnum


class LawTable(StrEnum):
    """A table of law, as an override and an address name it."""

    POSTMORTEM = "postmortem"
    CONSENT = "consent"
    WITHHOLDING = "withholding"


class Applies(StrEnum):
    """Whether a law applies to a performer and a use."""

    YES = "yes"
    MAYBE = "maybe"
    """What decides it is not recorded (which state of a country, who lived or was probated where)."""


class Phase(StrEnum):
    """Where a right stands after death. None of them means that a likeness is free to use."""

    PROTECTED = "protected"
    USE_IT_OR_LOSE_IT = "use_it_or_lose_it"
    """It goes on only while the likeness is used."""
    OPEN_ENDED = "open_ended"
    """No limit is stated."""
    ENDED_HERE = "ended_here"
    """The years under this one law are over; other laws and rights go on."""
    NOT_COVERED = "not_covered"
    """This law does not reach a death so early; other laws and rights may."""
    NO_RIGHT_REPORTED = "no_right_reported"
    """No such right after death is reported here; other claims remain."""
    UNKNOWN = "unknown"
    """Unsettled, or a date is missing that would decide it."""
    PROPOSED_NOT_LAW = "proposed_not_law"

    @property
    def protects(self) -> bool:
        return self in {Phase.PROTECTED, Phase.USE_IT_OR_LOSE_IT, Phase.OPEN_ENDED}


class RegistrationState(StrEnum):
    """How a registered claim stands with one jurisdiction."""

    REGISTERED = "registered"
    MISSING = "missing"
    NOT_ASKED = "not_asked"
    UNKNOWN = "unknown"
    """Whether the law asks for one is not known."""
