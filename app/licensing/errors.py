"""Why licensing refuses."""

from app.licensing.rules.decision import Decision
from app.values.errors import DomainError


class LicenseRefuses(DomainError):
    """The license does not allow it now; `code` is the decision's own."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.sentence)
        self.code = decision.code.value


class NotDelivered(DomainError):
    """The asset is granted for hosted use only, or is not part of the grant."""

    code = "not_delivered"


class NotRunning(DomainError):
    """The license was never paid for or is over for good: its terms do not change, and there is nothing to end."""

    code = "license_not_running"


class AuthorityLost(DomainError):
    """A representation failed in the moment in which a deal was signed by it."""

    code = "no_authority"
