"""What is stored about a license's standing. That it has not begun or is over follows from the clock."""

from enum import StrEnum

from app.values.errors import DomainError


class LicenseStatus(StrEnum):
    """The stored part of a license's standing."""

    AWAITING_PAYMENT = "awaiting_payment"
    """Signed; what is due at signature has not been paid."""
    ACTIVE = "active"
    """Paid. Whether it may be used now is for the clock and the terms to say."""
    SUSPENDED = "suspended"
    """Stopped for a reason that can be cured."""
    TERMINATED = "terminated"
    """Ended early, for good."""


class LicenseAction(StrEnum):
    """What changes the stored standing."""

    ACTIVATE = "activate"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    TERMINATE = "terminate"


class NoticeKind(StrEnum):
    """What is announced about the end, each once."""

    ENDS_IN_90_DAYS = "ends_in_90_days"
    ENDS_IN_30_DAYS = "ends_in_30_days"
    ENDS_IN_7_DAYS = "ends_in_7_days"
    ENDS_IN_1_DAY = "ends_in_1_day"
    ENDED = "ended"


NOTICE_DAYS = {
    NoticeKind.ENDS_IN_90_DAYS: 90,
    NoticeKind.ENDS_IN_30_DAYS: 30,
    NoticeKind.ENDS_IN_7_DAYS: 7,
    NoticeKind.ENDS_IN_1_DAY: 1,
    NoticeKind.ENDED: 0,
}
"""Days before the end."""


class IllegalTransition(DomainError):
    code = "illegal_transition"


TRANSITIONS = {
    (LicenseStatus.AWAITING_PAYMENT, LicenseAction.ACTIVATE): LicenseStatus.ACTIVE,
    (LicenseStatus.AWAITING_PAYMENT, LicenseAction.TERMINATE): LicenseStatus.TERMINATED,
    (LicenseStatus.ACTIVE, LicenseAction.SUSPEND): LicenseStatus.SUSPENDED,
    (LicenseStatus.SUSPENDED, LicenseAction.REINSTATE): LicenseStatus.ACTIVE,
    (LicenseStatus.ACTIVE, LicenseAction.TERMINATE): LicenseStatus.TERMINATED,
    (LicenseStatus.SUSPENDED, LicenseAction.TERMINATE): LicenseStatus.TERMINATED,
}


def next_status(status: LicenseStatus, action: LicenseAction) -> LicenseStatus:
    """Return the status that follows. Raises: IllegalTransition naming what is possible from here."""
    if (status, action) in TRANSITIONS:
        return TRANSITIONS[status, action]
    possible = [a.value for s, a in TRANSITIONS if s is status]
    raise IllegalTransition(
        f"A license that is {status.value.replace('_', ' ')} cannot be changed by `{action.value}`. "
        f"Possible: {', '.join(possible) or 'nothing'}."
    )
