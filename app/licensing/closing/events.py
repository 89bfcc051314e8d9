"""What the time around the end of a license tells the features above."""

from dataclasses import dataclass
from datetime import datetime

from app.licensing.closing.states import DutyKind, DutyStep


@dataclass(frozen=True, slots=True)
class DutyNoticeDue:
    """A day of a calendar comes, has come, or was missed; announced once for each step, however late."""

    license_id: str
    duty_id: str
    kind: DutyKind
    step: DutyStep
    title: str
    due_at: datetime
    party_id: str
    """Who has to act, or whose right begins or ends."""
    licensor_party_id: str


@dataclass(frozen=True, slots=True)
class EvidenceFiled:
    """The licensee says that a duty was done."""

    license_id: str
    duty_id: str
    evidence_id: str
    title: str
    party_id: str
    licensor_party_id: str


@dataclass(frozen=True, slots=True)
class EvidenceAnswered:
    """The licensor accepts or disputes what was filed."""

    license_id: str
    duty_id: str
    evidence_id: str
    title: str
    is_accepted: bool
    reason: str
    party_id: str
    """Who filed it."""


@dataclass(frozen=True, slots=True)
class CopiesDestroyed:
    """An officer signed that copies were destroyed."""

    license_id: str
    certificate_id: str
    sha256: str
    party_id: str
    licensor_party_id: str
    copies: int
    outstanding: int
    """How many the same party has yet to destroy."""
