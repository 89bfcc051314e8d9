"""Reviews of packages that want to be listed."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import enum_field, id_field, ref_field, text_field
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
