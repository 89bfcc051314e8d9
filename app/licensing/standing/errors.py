"""Why the standing of a license is not changed like this."""

from app.values.errors import DomainError


class StrikeNotAgreed(DomainError):
    """The deal does not say that a strike suspends."""

    code = "strike_not_agreed"


class CurePeriodTooShort(DomainError):
    """The deal gives the licensee more time to cure a breach."""

    code = "cure_period_too_short"


class NoBreachTold(DomainError):
    """The deal gives time to cure a breach, and the licensee was told of none that it could cure."""

    code = "no_breach_told"


class CurePeriodRunning(DomainError):
    """A license is not ended for a breach that may still be cured."""

    code = "cure_period_running"


class CureUnanswered(DomainError):
    """The licensee says that the breach was cured in time; the licensor has to answer first."""

    code = "cure_unanswered"


class SuspendedByAdministrator(DomainError):
    """What an administrator imposed is not the licensor's to lift."""

    code = "suspended_by_administrator"


class NothingToToll(DomainError):
    """There are no days of suspension that could be added to the term."""

    code = "nothing_to_toll"


class TollingNotAgreed(DomainError):
    """The deal does not let days of suspension be added to the term."""

    code = "tolling_not_agreed"


class MoreThanSuspended(DomainError):
    """More days would be added than the license was suspended for and has not been given back yet."""

    code = "more_than_suspended"
