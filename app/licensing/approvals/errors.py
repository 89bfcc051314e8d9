"""Why an approval is not asked for or answered."""

from app.values.errors import DomainError


class ApprovalNotNeeded(DomainError):
    """The deal does not leave this to the licensor's word: it allows it, forbids it, or names no such stage."""

    code = "approval_not_needed"


class AlreadyAnswered(DomainError):
    """It was answered, or its time to answer is over and silence has decided."""

    code = "approval_answered"


class RoundsUsedUp(DomainError):
    """The licensor has asked for changes as often as the deal lets it: it approves or refuses now."""

    code = "approval_rounds_used_up"


class NotTheLastRound(DomainError):
    """What is followed has another answer, is about something else, or was followed before."""

    code = "approval_not_followed"
