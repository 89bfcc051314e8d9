"""How an approval stands. That its time to answer is over follows from the clock and is never stored."""

from enum import StrEnum

from app.licensing.approvals.errors import AlreadyAnswered


class ApprovalStatus(StrEnum):
    """The stored part."""

    ASKED = "asked"
    APPROVED = "approved"
    CHANGES_WANTED = "changes_wanted"
    """The licensor would approve something else; the licensee asks again with the next round."""
    REFUSED = "refused"


class ApprovalAnswer(StrEnum):
    """What the licensor says."""

    APPROVE = "approve"
    WANT_CHANGES = "want_changes"
    REFUSE = "refuse"


class ApprovalStanding(StrEnum):
    """How it stands at an instant."""

    ASKED = "asked"
    APPROVED = "approved"
    APPROVED_BY_SILENCE = "approved_by_silence"
    CHANGES_WANTED = "changes_wanted"
    REFUSED = "refused"
    REFUSED_BY_SILENCE = "refused_by_silence"
    """Nobody answered in time, and the deal says that this is a no."""

    @property
    def is_approved(self) -> bool:
        return self in {ApprovalStanding.APPROVED, ApprovalStanding.APPROVED_BY_SILENCE}


TRANSITIONS = {
    (ApprovalStatus.ASKED, ApprovalAnswer.APPROVE): ApprovalStatus.APPROVED,
    (ApprovalStatus.ASKED, ApprovalAnswer.WANT_CHANGES): ApprovalStatus.CHANGES_WANTED,
    (ApprovalStatus.ASKED, ApprovalAnswer.REFUSE): ApprovalStatus.REFUSED,
}


def next_status(status: ApprovalStatus, answer: ApprovalAnswer) -> ApprovalStatus:
    """Return the status that follows. Raises: AlreadyAnswered."""
    if (status, answer) in TRANSITIONS:
        return TRANSITIONS[status, answer]
    raise AlreadyAnswered("This was answered before, and the answer stays.")
