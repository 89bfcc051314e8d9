"""Approvals that were asked for, one row for each round."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, ref_field, text_field
from app.licensing.approvals.rules import Subject
from app.licensing.approvals.states import ApprovalStatus
from app.negotiation.terms.vocabulary import ApprovalStage, Silence
from app.values.survival import Action, Phase


@dataclass(slots=True)
class ShownFile:
    """A file that goes with an approval."""

    filename: str
    media_type: str
    sha256: str
    size_bytes: int


class Approval(SQLModel, table=True):
    """One thing shown to the licensor. How the licensor answers is copied from the deal as it was then."""

    __tablename__ = "approval"
    __table_args__ = (
        sa.Index(None, "license_id", "id"),
        sa.CheckConstraint("(action IS NULL) = (phase IS NULL)", name="action_in_a_phase"),
        sa.CheckConstraint("(action IS NULL) = (stage IS NOT NULL)", name="action_or_stage"),
        sa.CheckConstraint("(status = 'asked') = (answered_at IS NULL)", name="answered_when_not_asked"),
        sa.CheckConstraint("round >= 1", name="round_counts_from_one"),
        sa.CheckConstraint("answer_by > asked_at", name="time_to_answer"),
        sa.CheckConstraint("length(sha256) = 64", name="hash_whole"),
        sa.CheckConstraint("(filename IS NULL) = (size_bytes IS NULL)", name="file_whole"),
    )

    id: str = id_field("apv")
    license_id: str = ref_field("license.id", index=False)
    asked_by_party_id: str = ref_field("party.id", index=False)
    """The licensee of that day; whoever takes over the license asks for itself."""
    asked_by: str = Field(max_length=64)
    action: Action | None = enum_field(Action, nullable=True)
    phase: Phase | None = enum_field(Phase, nullable=True)
    stage: ApprovalStage | None = enum_field(ApprovalStage, nullable=True)
    description: str = text_field()
    sha256: str | None = Field(default=None, max_length=64)
    """Of the work that is shown, where it has one."""
    filename: str | None = Field(default=None, max_length=255)
    media_type: str | None = Field(default=None, max_length=120)
    """Told from its content."""
    size_bytes: int | None = big_integer_field(nullable=True)
    round: int = 1
    follows_id: str | None = ref_field("approval.id", unique=True, nullable=True)
    """The round before, after which the licensor wanted changes."""
    rounds: int
    """How often the licensor may want changes."""
    silence: Silence = enum_field(Silence)
    status: ApprovalStatus = enum_field(ApprovalStatus, default=ApprovalStatus.ASKED)
    asked_at: datetime
    answer_by: datetime
    answered_at: datetime | None = None
    answered_by: str | None = Field(default=None, max_length=64)
    reason: str = text_field(default="")

    @property
    def subject(self) -> Subject:
        return Subject(self.action, self.phase, self.stage)

    @property
    def shown(self) -> ShownFile | None:
        """The file that was sent, if one was."""
        if self.filename is None or self.sha256 is None or self.size_bytes is None:
            return None
        return ShownFile(self.filename, self.media_type or "application/octet-stream", self.sha256, self.size_bytes)
