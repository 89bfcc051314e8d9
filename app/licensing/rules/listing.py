"""How a license stands, in the words by which lists are asked for."""

from enum import StrEnum

from app.licensing.rules.codes import Code


class LicenseStanding(StrEnum):
    """One for every license at every instant; it follows from what is stored and from the clock."""

    AWAITING_PAYMENT = "awaiting_payment"
    NOT_STARTED = "not_started"
    ACTIVE = "active"
    """Also where a check-in is overdue: the next one is all it takes."""
    SUSPENDED = "suspended"
    """Also after the end of its term, until it is terminated or reinstated."""
    ENDED = "ended"
    """Its term is over; winding down or not."""
    AUTHORITY_ENDED = "authority_ended"
    """Its term runs, but the licensor's authority is over."""
    TERMINATED = "terminated"


_BY_CODE = {
    Code.TERMINATED: LicenseStanding.TERMINATED,
    Code.SUSPENDED: LicenseStanding.SUSPENDED,
    Code.UNPAID: LicenseStanding.AWAITING_PAYMENT,
    Code.NOT_STARTED: LicenseStanding.NOT_STARTED,
    Code.EXPIRED: LicenseStanding.ENDED,
    Code.AUTHORITY_ENDED: LicenseStanding.AUTHORITY_ENDED,
    Code.CHECK_IN_OVERDUE: LicenseStanding.ACTIVE,
    Code.ALLOWED: LicenseStanding.ACTIVE,
}


def listed_as(standing: Code) -> LicenseStanding:
    """Return under which word a license is listed that stands like this."""
    return _BY_CODE[standing]
