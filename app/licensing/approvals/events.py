"""What approvals tell the features above."""

from dataclasses import dataclass
from datetime import datetime

from app.licensing.approvals.states import ApprovalStatus


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """The licensee wants to know; the licensor is to answer."""

    license_id: str
    approval_id: str
    licensor_party_id: str
    title: str
    """What it is about, in words."""
    answer_by: datetime
    is_silence_approval: bool


@dataclass(frozen=True, slots=True)
class ApprovalAnswered:
    """The licensor has answered; the licensee goes on, changes something, or leaves it."""

    license_id: str
    approval_id: str
    asked_by_party_id: str
    title: str
    status: ApprovalStatus
