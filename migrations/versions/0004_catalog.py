"""Likeness packages, components, assets, prices, search words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infrastructure.db.append_only import append_only_statements

revision = "0004_catalog"
down_revision = "0003_ledger"


def upgrade() -> None:
    op.create_table(
        "package",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "listed",
                "rejected",
                "withdrawn",
                name="package_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_package_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(["performer_id"], ["performer.id"], name=op.f("fk_package_performer_id_performer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
    )
    op.create_index(op.f("ix_package_licensor_party_id_id"), "package", ["licensor_party_id", "id"], unique=False)
    op.create_index(op.f("ix_package_performer_id"), "package", ["performer_id"], unique=False)
    op.create_index(op.f("ix_package_status_id"), "package", ["status", "id"], unique=False)
    op.create_table(
        "package_component",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column(
            "component",
            sa.Enum(
                "face", "voice", "behavior", name="component", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("axes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("territory_expression", sa.Text(), nullable=False),
        sa.Column("territory_codes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("territory_index", sa.Text(), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("categories", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum(
                "export", "hosted_only", name="delivery_mode", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"], ["package.id"], name=op.f("fk_package_component_package_id_package")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_component")),
        sa.UniqueConstraint("package_id", "component", name=op.f("uq_package_component_package_id_component")),
    )
    op.create_table(
        "package_status_change",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "list",
                "reject",
                "withdraw",
                name="package_action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_status",
            sa.Enum(
                "draft",
                "submitted",
                "listed",
                "rejected",
                "withdrawn",
                name="from_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "draft",
                "submitted",
                "listed",
                "rejected",
                "withdrawn",
                name="to_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"], ["package.id"], name=op.f("fk_package_status_change_package_id_package")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_status_change")),
    )
    op.create_index(
        op.f("ix_package_status_change_package_id"), "package_status_change", ["package_id"], unique=False
    )
    op.create_table(
        "package_word",
        sa.Column("word", sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql"), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_package_word_package_id_package")),
        sa.PrimaryKeyConstraint("word", "package_id", name=op.f("pk_package_word")),
    )
    op.create_index(op.f("ix_package_word_package_id"), "package_word", ["package_id"], unique=False)
    op.create_table(
        "rate_card_line",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("preset", sa.String(40), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("royalty_bps", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.CheckConstraint("fee_minor >= 0", name=op.f("ck_rate_card_line_fee_not_negative")),
        sa.CheckConstraint("months > 0", name=op.f("ck_rate_card_line_some_months")),
        sa.CheckConstraint("royalty_bps BETWEEN 0 AND 10000", name=op.f("ck_rate_card_line_royalty_within_whole")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_rate_card_line_package_id_package")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_card_line")),
        sa.UniqueConstraint("package_id", "preset", name=op.f("uq_rate_card_line_package_id_preset")),
    )
    op.create_index(
        op.f("ix_rate_card_line_preset_package_id"), "rate_card_line", ["preset", "package_id"], unique=False
    )
    op.create_table(
        "asset",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("component_id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "preview", "deliverable", name="asset_purpose", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["component_id"], ["package_component.id"], name=op.f("fk_asset_component_id_package_component")
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_asset_package_id_package")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("component_id", "sha256", "purpose", name=op.f("uq_asset_component_id_sha256_purpose")),
    )
    op.create_index(op.f("ix_asset_package_id"), "asset", ["package_id"], unique=False)
    op.create_table(
        "component_medium",
        sa.Column("medium", sa.String(64), nullable=False),
        sa.Column("component_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["component_id"],
            ["package_component.id"],
            name=op.f("fk_component_medium_component_id_package_component"),
        ),
        sa.PrimaryKeyConstraint("medium", "component_id", name=op.f("pk_component_medium")),
    )
    op.create_index(op.f("ix_component_medium_component_id"), "component_medium", ["component_id"], unique=False)
    for table in ("package_status_change",):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
