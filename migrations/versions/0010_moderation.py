"""Listing reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0010_moderation"
down_revision = "0009_royalties"


def upgrade() -> None:
    op.create_table(
        "listing_review",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "approved",
                "rejected",
                "obsolete",
                name="review_decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_listing_review_decided_with_decision")
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_listing_review_package_id_package")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_review")),
    )
    op.create_index(op.f("ix_listing_review_decided_at"), "listing_review", ["decided_at"], unique=False)
    op.create_index(op.f("ix_listing_review_package_id"), "listing_review", ["package_id"], unique=False)
    op.create_index(
        "uq_listing_review_open",
        "listing_review",
        ["package_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
