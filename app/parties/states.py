"""Kinds of parties and documents, and the life of a representation."""

from enum import StrEnum

from app.parties.errors import IllegalVerification


class PartyKind(StrEnum):
    """What a party is to the trade."""

    ESTATE = "estate"
    HEIR = "heir"
    TRUST = "trust"
    CHARITY = "charity"
    AGENT = "agent"
    STUDIO = "studio"
    BRAND = "brand"
    OPERATOR = "operator"
    """Runs this marketplace."""


class DocumentKind(StrEnum):
    """What proves authority."""

    LETTERS_TESTAMENTARY = "letters_testamentary"
    """A court's appointment of the executor named in a will."""
    LETTERS_OF_ADMINISTRATION = "letters_of_administration"
    """A court's appointment of an administrator where no will names an executor."""
    CERTIFICATION_OF_TRUST = "certification_of_trust"
    COURT_ORDER = "court_order"
    AGENCY_AGREEMENT = "agency_agreement"
    POWER_OF_ATTORNEY = "power_of_attorney"
    GUARDIANSHIP_ORDER = "guardianship_order"
    """A court's appointment of a guardian, or the proof of being a parent."""
    TRANSFER = "transfer"
    """A will, deed or contract that passed the right on: to an heir, a trust, a charity."""
    SIGNED_CONSENT = "signed_consent"
    """The performer's own written and signed consent."""


class RepresentationStatus(StrEnum):
    """How far the proof of authority has come. Dates are not status: see `Representation`."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"
    """The documents did not prove it."""
    SUPERSEDED = "superseded"
    """A newer representation of the same performer by the same holder took its place."""

    @property
    def is_authority(self) -> bool:
        return self is RepresentationStatus.VERIFIED


class RepresentationAction(StrEnum):
    VERIFY = "verify"
    FAIL = "fail"
    SUPERSEDE = "supersede"


TRANSITIONS = {
    (RepresentationStatus.PENDING, RepresentationAction.VERIFY): RepresentationStatus.VERIFIED,
    (RepresentationStatus.PENDING, RepresentationAction.FAIL): RepresentationStatus.FAILED,
    (RepresentationStatus.VERIFIED, RepresentationAction.SUPERSEDE): RepresentationStatus.SUPERSEDED,
}


def next_status(status: RepresentationStatus, action: RepresentationAction) -> RepresentationStatus:
    """Return the status that follows. Raises: IllegalVerification."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalVerification(
            f"This representation is {status.value}; record a new one with its documents instead."
        ) from None
