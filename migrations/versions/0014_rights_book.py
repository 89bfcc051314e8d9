"""Restrictions, milestones, holds in a queue, and what the catalog-wide question searches by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infrastructure.db.alterations import redefine_table

revision = "0014_rights_book"
down_revision = "0013_law"


def upgrade() -> None:
    redefine_table(
        "rights_block",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "grant",
                "hold",
                "holdback",
                "opt_out",
                "own_use",
                name="block_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
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
        fill={},
    )
    op.create_table(
        "milestone",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "happened_on IS NULL OR cancelled_at IS NULL", name=op.f("ck_milestone_happened_or_cancelled")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_milestone_party_id_party")),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_milestone_performer_id_performer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("challenged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("challenged_by_hold_id", sa.String(32), nullable=True),
        sa.Column("respond_by_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "release_reason",
            sa.Enum(
                "released",
                "signed",
                "renewed",
                "lapsed",
                name="hold_end",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(challenged_at IS NULL) = (respond_by_at IS NULL) AND (challenged_at IS NULL) = (challenged_by_hold_id IS NULL)",
            name=op.f("ck_hold_challenge_whole"),
        ),
        sa.CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name=op.f("ck_hold_release_whole")),
        sa.CheckConstraint("challenged_by_hold_id <> id", name=op.f("ck_hold_challenged_by_another")),
        sa.CheckConstraint("lapses_at > placed_at", name=op.f("ck_hold_lasts")),
        sa.CheckConstraint(
            "matched_at IS NULL OR matched_at < respond_by_at", name=op.f("ck_hold_matched_in_time")
        ),
        sa.CheckConstraint("respond_by_at > challenged_at", name=op.f("ck_hold_time_to_respond")),
        sa.ForeignKeyConstraint(
            ["challenged_by_hold_id"], ["hold.id"], name=op.f("fk_hold_challenged_by_hold_id_hold")
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_hold_package_id_package")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_hold_party_id_party")),
        sa.ForeignKeyConstraint(["performer_id"], ["performer.id"], name=op.f("fk_hold_performer_id_performer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_table(
        "restriction",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "grant",
                "hold",
                "holdback",
                "opt_out",
                "own_use",
                name="block_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("components", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("axes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("territory_expression", sa.Text(), nullable=False),
        sa.Column("territory_codes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("categories", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('holdback', 'opt_out', 'own_use')", name=op.f("ck_restriction_kept_by_licensor")
        ),
        sa.CheckConstraint(
            "first_on IS NULL OR last_on IS NULL OR first_on <= last_on", name=op.f("ck_restriction_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_restriction_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_restriction_package_id_package")),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_restriction_performer_id_performer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
    )
    op.create_table(
        "block_index",
        sa.Column("axes", sa.Integer(), nullable=False),
        sa.Column("media", sa.BigInteger(), nullable=False),
        sa.Column("territory_1", sa.BigInteger(), nullable=False),
        sa.Column("territory_2", sa.BigInteger(), nullable=False),
        sa.Column("territory_3", sa.BigInteger(), nullable=False),
        sa.Column("territory_4", sa.BigInteger(), nullable=False),
        sa.Column("categories", sa.BigInteger(), nullable=False),
        sa.Column("all_languages", sa.Boolean(), nullable=False),
        sa.Column("block_id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column(
            "component",
            sa.Enum(
                "face", "voice", "behavior", name="component", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("keeps_out", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["block_id"], ["rights_block.id"], name=op.f("fk_block_index_block_id_rights_block")
        ),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_block_index")),
    )
    op.create_table(
        "offer_index",
        sa.Column("axes", sa.Integer(), nullable=False),
        sa.Column("media", sa.BigInteger(), nullable=False),
        sa.Column("territory_1", sa.BigInteger(), nullable=False),
        sa.Column("territory_2", sa.BigInteger(), nullable=False),
        sa.Column("territory_3", sa.BigInteger(), nullable=False),
        sa.Column("territory_4", sa.BigInteger(), nullable=False),
        sa.Column("categories", sa.BigInteger(), nullable=False),
        sa.Column("all_languages", sa.Boolean(), nullable=False),
        sa.Column("component_id", sa.String(32), nullable=False),
        sa.Column(
            "component",
            sa.Enum(
                "face", "voice", "behavior", name="component", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["component_id"], ["package_component.id"], name=op.f("fk_offer_index_component_id_package_component")
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_offer_index_package_id_package")),
        sa.PrimaryKeyConstraint("component_id", name=op.f("pk_offer_index")),
    )
    op.create_table(
        "relative_date",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("restriction_id", sa.String(32), nullable=False),
        sa.Column(
            "side",
            sa.Enum("start", "end", name="date_side", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("milestone_id", sa.String(32), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("offset_days BETWEEN -36500 AND 36500", name=op.f("ck_relative_date_within_a_century")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone.id"], name=op.f("fk_relative_date_milestone_id_milestone")
        ),
        sa.ForeignKeyConstraint(
            ["restriction_id"], ["restriction.id"], name=op.f("fk_relative_date_restriction_id_restriction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relative_date")),
        sa.UniqueConstraint("restriction_id", "side", name=op.f("uq_relative_date_restriction_id_side")),
    )
    op.create_index(op.f("ix_milestone_party_id_id"), "milestone", ["party_id", "id"], unique=False)
    op.create_index(op.f("ix_milestone_performer_id"), "milestone", ["performer_id"], unique=False)
    op.create_index(op.f("ix_hold_package_id"), "hold", ["package_id"], unique=False)
    op.create_index(op.f("ix_hold_party_id"), "hold", ["party_id"], unique=False)
    op.create_index(
        "ix_hold_queue",
        "hold",
        ["performer_id", "placed_at"],
        unique=False,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_index(
        "uq_hold_reference_in_the_queue",
        "hold",
        ["reference"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_index(op.f("ix_restriction_licensor_party_id"), "restriction", ["licensor_party_id"], unique=False)
    op.create_index(op.f("ix_restriction_package_id_id"), "restriction", ["package_id", "id"], unique=False)
    op.create_index(op.f("ix_restriction_performer_id"), "restriction", ["performer_id"], unique=False)
    op.create_index(
        op.f("ix_block_index_performer_id_component"), "block_index", ["performer_id", "component"], unique=False
    )
    op.create_index(
        op.f("ix_offer_index_component_package_id"), "offer_index", ["component", "package_id"], unique=False
    )
    op.create_index(op.f("ix_offer_index_package_id"), "offer_index", ["package_id"], unique=False)
    op.create_index(op.f("ix_relative_date_milestone_id"), "relative_date", ["milestone_id"], unique=False)
