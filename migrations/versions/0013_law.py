"""Overrides of law rows, registered claims, evidence of use."""

import sqlalchemy as sa
from alembic import op

revision = "0013_law"
down_revision = "0012_authority"


def upgrade() -> None:
    op.create_table(
        "claim_registration",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("jurisdiction", sa.String(6), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("recorded_by_party_id", sa.String(32), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_claim_registration_performer_id_performer")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_party_id"], ["party.id"], name=op.f("fk_claim_registration_recorded_by_party_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_registration")),
        sa.UniqueConstraint(
            "performer_id",
            "jurisdiction",
            "number",
            name=op.f("uq_claim_registration_performer_id_jurisdiction_number"),
        ),
    )
    op.create_table(
        "law_override",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column(
            "law_table",
            sa.Enum(
                "postmortem",
                "consent",
                "withholding",
                name="law_table",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("row_key", sa.String(40), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=True),
        sa.Column(
            "enforcement",
            sa.Enum(
                "block", "warn", "record", name="enforcement", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("rate_bps", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tables_version", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.String(64), nullable=True),
        sa.CheckConstraint(
            "(law_table = 'consent') = (enforcement IS NOT NULL) AND (law_table = 'postmortem') = (years IS NOT NULL) AND (law_table = 'withholding') = (rate_bps IS NOT NULL)",
            name=op.f("ck_law_override_value_of_its_table"),
        ),
        sa.CheckConstraint(
            "performer_id IS NULL OR law_table <> 'withholding'", name=op.f("ck_law_override_tax_is_for_all")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_law_override_end_has_a_reason")
        ),
        sa.CheckConstraint("rate_bps BETWEEN 0 AND 10000", name=op.f("ck_law_override_rate_within_whole")),
        sa.CheckConstraint("years BETWEEN 1 AND 999", name=op.f("ck_law_override_years_sensible")),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_law_override_performer_id_performer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_override")),
    )
    op.create_table(
        "use_evidence",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("territory", sa.String(6), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("recorded_by_party_id", sa.String(32), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_use_evidence_performer_id_performer")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_party_id"], ["party.id"], name=op.f("fk_use_evidence_recorded_by_party_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use_evidence")),
    )
    op.create_index(
        op.f("ix_claim_registration_recorded_by_party_id"),
        "claim_registration",
        ["recorded_by_party_id"],
        unique=False,
    )
    op.create_index(op.f("ix_law_override_performer_id"), "law_override", ["performer_id"], unique=False)
    op.create_index(
        "uq_law_override_for_all",
        "law_override",
        ["law_table", "row_key"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND performer_id IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND performer_id IS NULL"),
    )
    op.create_index(
        "uq_law_override_for_performer",
        "law_override",
        ["law_table", "row_key", "performer_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_use_evidence_performer_id_used_on"), "use_evidence", ["performer_id", "used_on"], unique=False
    )
    op.create_index(
        op.f("ix_use_evidence_recorded_by_party_id"), "use_evidence", ["recorded_by_party_id"], unique=False
    )
