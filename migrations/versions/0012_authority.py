"""The chain of authority: capacities, principals, shares, quorum, directives."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.alterations import redefine_table

revision = "0012_authority"
down_revision = "0011_notifications"


def upgrade() -> None:
    redefine_table(
        "representation_document",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("representation_id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "letters_testamentary",
                "letters_of_administration",
                "certification_of_trust",
                "court_order",
                "agency_agreement",
                "power_of_attorney",
                "guardianship_order",
                "transfer",
                "signed_consent",
                name="document_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representation.id"],
            name=op.f("fk_representation_document_representation_id_representation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation_document")),
        sa.UniqueConstraint(
            "representation_id", "sha256", name=op.f("uq_representation_document_representation_id_sha256")
        ),
        fill={},
    )
