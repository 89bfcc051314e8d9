"""Reviews of packages that want to be listed, and cases of authority that failed."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import ID_LENGTH, enum_field, id_field, ref_field, text_field
from app.moderation.states import ReviewDecision


class ListingReview(SQLModel, table=True):
    """One submission of a package and what the platform decided about it. At most one is open for a package."""

    __tablename__ = "listing_review"
    __table_args__ = (
        sa.Index(
            "uq_listing_review_open",
            "package_id",
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided_with_decision"),
    )

    id: str = id_field("rvw")
    package_id: str = ref_field("package.id")
    submitted_at: datetime
    decided_at: datetime | None = Field(default=None, index=True)
    decision: ReviewDecision | None = enum_field(ReviewDecision, nullable=True)
    reason: str = text_field(default="")
    decided_by: str | None = Field(default=None, max_length=64)
    """The user or key that decided, or `system`."""


class AuthorityCase(SQLModel, table=True):
    """An authority that turned out not to have existed from an instant on. At most one is open for it."""

    __tablename__ = "authority_case"
    __table_args__ = (
        sa.Index(
            "uq_authority_case_open",
            "representation_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: str = id_field("acs")
    representation_id: str = ref_field("representation.id")
    performer_id: str = ref_field("performer.id")
    holder_party_id: str = ref_field("party.id")
    as_of_at: datetime
    """What was signed from this instant on rests on nothing."""
    reason: str = text_field()
    opened_at: datetime
    closed_at: datetime | None = None
    closing_reason: str = text_field(default="")


class AuthorityCaseLicense(SQLModel, table=True):
    """A license that a case is about, as found when it was opened."""

    __tablename__ = "authority_case_license"

    case_id: str = Field(foreign_key="authority_case.id", primary_key=True, max_length=ID_LENGTH)
    license_id: str = Field(foreign_key="license.id", primary_key=True, max_length=ID_LENGTH, index=True)


append_only(AuthorityCaseLicense)
