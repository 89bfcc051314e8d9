"""The calendar of each license, what was filed about its duties, and the certificates of destruction."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, ref_field, text_field
from app.licensing.closing.states import DestructionMethod, DutyKind, DutyStep, Proof, Verdict

_TO_ANNOUNCE = "announced_at IS NULL"
_OPEN = "done_at IS NULL AND lapsed_at IS NULL AND proof <> 'nothing'"


class LicenseDuty(SQLModel, table=True):
    """A day of the calendar of a license, planned from its terms and end. How it stands is for the clock to say."""

    __tablename__ = "license_duty"
    __table_args__ = (
        sa.UniqueConstraint("license_id", "kind", "key"),
        sa.CheckConstraint("due_at >= opens_at", name="due_after_it_opens"),
        sa.Index("ix_license_duty_due_at", "due_at", "id"),
        sa.Index("ix_license_duty_party_id_due_at", "party_id", "due_at"),
        sa.Index("ix_license_duty_open", "due_at", sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN)),
    )

    id: str = id_field("dty")
    license_id: str = ref_field("license.id", index=False)
    kind: DutyKind = enum_field(DutyKind)
    key: str = Field(max_length=64)
    """Which of its kind: the step, or the party that destroys."""
    title: str = Field(max_length=300)
    party_id: str = ref_field("party.id", index=False)
    """Who has to act, or whose right begins or ends."""
    zone: str = Field(max_length=60)
    """Where its days are counted."""
    opens_at: datetime
    due_at: datetime
    """The first instant at which it is late, or over."""
    proof: Proof = enum_field(Proof)
    position: int = 0
    done_at: datetime | None = None
    lapsed_at: datetime | None = None
    """When a change of the deal, or another end, left it out."""


class DutyNotice(SQLModel, table=True):
    """Something to announce about a day of the calendar, once."""

    __tablename__ = "duty_notice"
    __table_args__ = (
        sa.UniqueConstraint("duty_id", "step"),
        sa.Index(
            "ix_duty_notice_due",
            "due_at",
            sqlite_where=sa.text(_TO_ANNOUNCE),
            postgresql_where=sa.text(_TO_ANNOUNCE),
        ),
    )

    id: str = id_field("dtn")
    duty_id: str = ref_field("license_duty.id", index=False)
    step: DutyStep = enum_field(DutyStep)
    due_at: datetime
    announced_at: datetime | None = None


class DutyEvidence(SQLModel, table=True):
    """What the licensee filed to show that a duty was done: words, a file, or both."""

    __tablename__ = "duty_evidence"
    __table_args__ = (
        sa.CheckConstraint("text <> '' OR sha256 IS NOT NULL", name="says_something"),
        sa.CheckConstraint(
            "(sha256 IS NULL) = (filename IS NULL) AND (sha256 IS NULL) = (media_type IS NULL)"
            " AND (sha256 IS NULL) = (size_bytes IS NULL)",
            name="file_whole",
        ),
    )

    id: str = id_field("evd")
    duty_id: str = ref_field("license_duty.id")
    by_party_id: str = ref_field("party.id", index=False)
    actor: str = Field(max_length=64)
    text: str = text_field(default="")
    filename: str | None = Field(default=None, max_length=255)
    sha256: str | None = Field(default=None, max_length=64)
    size_bytes: int | None = big_integer_field(nullable=True)
    media_type: str | None = Field(default=None, max_length=120)
    """Told from its content."""
    filed_at: datetime


class EvidenceAnswer(SQLModel, table=True):
    """What the licensor says of evidence, once."""

    __tablename__ = "evidence_answer"
    __table_args__ = (sa.CheckConstraint("verdict <> 'disputed' OR reason <> ''", name="disputed_with_a_reason"),)

    evidence_id: str = Field(foreign_key="duty_evidence.id", primary_key=True, max_length=32)
    verdict: Verdict = enum_field(Verdict)
    reason: str = text_field(default="")
    actor: str = Field(max_length=64)
    answered_at: datetime


class DerivedModel(SQLModel, table=True):
    """A model that the licensee trained, tuned or converted from what was delivered, as it declares itself."""

    __tablename__ = "derived_model"
    __table_args__ = (sa.UniqueConstraint("license_id", "by_party_id", "sha256"),)

    id: str = id_field("dmo")
    license_id: str = ref_field("license.id", index=False)
    by_party_id: str = ref_field("party.id", index=False)
    actor: str = Field(max_length=64)
    name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    is_granted: bool
    """Whether the license allowed training when it was declared; one that was not is destroyed all the same."""
    declared_at: datetime


class DestructionCertificate(SQLModel, table=True):
    """What an officer of the licensee signed about copies destroyed: a document, named by its hash."""

    __tablename__ = "destruction_certificate"
    __table_args__ = (
        sa.Index(None, "license_id", "id"),
        sa.CheckConstraint("length(sha256) = 64", name="hash_whole"),
    )

    id: str = id_field("dce")
    license_id: str = ref_field("license.id", index=False)
    by_party_id: str = ref_field("party.id", index=False)
    actor: str = Field(max_length=64)
    officer_name: str = Field(max_length=120)
    officer_title: str = Field(max_length=120)
    document_json: str = text_field()
    """Canonical JSON."""
    sha256: str = Field(max_length=64, unique=True)
    signed_at: datetime


class DestroyedCopy(SQLModel, table=True):
    """A line of a certificate: one delivered copy or derived model, once."""

    __tablename__ = "destroyed_copy"
    __table_args__ = (sa.CheckConstraint("(delivery_id IS NULL) <> (derived_model_id IS NULL)", name="one_thing"),)

    id: str = id_field("dsc")
    certificate_id: str = ref_field("destruction_certificate.id")
    delivery_id: str | None = ref_field("delivery.id", unique=True, nullable=True)
    derived_model_id: str | None = ref_field("derived_model.id", unique=True, nullable=True)
    sha256: str = Field(max_length=64)
    method: DestructionMethod = enum_field(DestructionMethod)
    destroyed_on: date


for _model in (DutyEvidence, EvidenceAnswer, DerivedModel, DestructionCertificate, DestroyedCopy):
    append_only(_model)
