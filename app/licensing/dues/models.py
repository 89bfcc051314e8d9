"""Parts of fees and advances, each with its day."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, ref_field
from app.licensing.dues.states import DueKind

_TO_CHARGE = "charged_at IS NULL AND lapsed_at IS NULL"
_TO_REMIND = "remind_at IS NOT NULL AND paid_at IS NULL AND reminded_at IS NULL"


class LicenseDue(SQLModel, table=True):
    """A part of the fee or of the advance, planned when terms are signed. How it stands is for the clock to say."""

    __tablename__ = "license_due"
    __table_args__ = (
        sa.UniqueConstraint("license_id", "kind", "number"),
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.CheckConstraint("number >= 1", name="number_counts_from_one"),
        sa.CheckConstraint("overdue_at >= due_at", name="overdue_after_due"),
        sa.CheckConstraint("lapsed_at IS NULL OR charged_at IS NULL", name="charged_or_lapsed"),
        sa.Index(
            "ix_license_due_to_charge",
            "due_at",
            sqlite_where=sa.text(_TO_CHARGE),
            postgresql_where=sa.text(_TO_CHARGE),
        ),
        sa.Index(
            "ix_license_due_to_remind",
            "remind_at",
            sqlite_where=sa.text(_TO_REMIND),
            postgresql_where=sa.text(_TO_REMIND),
        ),
    )

    id: str = id_field("due")
    license_id: str = ref_field("license.id", index=False)
    kind: DueKind = enum_field(DueKind)
    number: int
    reference: str = Field(max_length=100, unique=True)
    """Of the charge that asks for it and of what the ledger books for it."""
    amount_minor: int = big_integer_field()
    currency: str = Field(max_length=3)
    due_at: datetime
    overdue_at: datetime
    """When its day is over."""
    is_at_signature: bool
    """Whether the license begins to count only when this is paid."""
    charged_at: datetime | None = None
    paid_at: datetime | None = None
    remind_at: datetime | None = None
    """When the licensee is written to unless it is paid by then; nothing before it was asked for."""
    reminded_at: datetime | None = None
    lapsed_at: datetime | None = None
    """When the license was terminated or its deal changed so that nobody owes this, before it was asked for."""
