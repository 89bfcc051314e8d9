"""The rights book."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_rights"
down_revision = "0005_payments"


def upgrade() -> None:
    op.create_table(
        "rights_book",
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_rights_book_performer_id_performer")
        ),
        sa.PrimaryKeyConstraint("performer_id", name=op.f("pk_rights_book")),
    )
    op.create_table(
        "rights_block",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "grant", "hold", "holdback", name="block_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column(
            "component",
            sa.Enum(
                "face", "voice", "behavior", name="component", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("axes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("territory", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("categories", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "exclusivity",
            sa.Enum(
                "non_exclusive",
                "exclusive",
                "sole",
                name="exclusivity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'hold') = (lapses_at IS NOT NULL)", name=op.f("ck_rights_block_holds_lapse")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_rights_block_term_not_empty")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_rights_block_package_id_package")),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_rights_block_performer_id_performer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_block")),
    )
    op.create_index(op.f("ix_rights_block_package_id"), "rights_block", ["package_id"], unique=False)
    op.create_index(
        op.f("ix_rights_block_performer_id_component_ends_at"),
        "rights_block",
        ["performer_id", "component", "ends_at"],
        unique=False,
    )
    op.create_index(op.f("ix_rights_block_reference"), "rights_block", ["reference"], unique=False)
