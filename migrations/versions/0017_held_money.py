"""Payments held back while an authority or a tax form is in doubt."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.alterations import redefine_table

revision = "0017_held_money"
down_revision = "0016_license_authority"


def upgrade() -> None:
    redefine_table(
        "transfer",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("charge_id", sa.String(32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "held",
                "sent",
                "rejected",
                name="transfer_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stripe_transfer_id", sa.String(255), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status <> 'sent' OR stripe_transfer_id IS NOT NULL", name=op.f("ck_transfer_sent_says_how")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_transfer_amount_is_positive")),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_transfer_charge_id_charge")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_transfer_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("reference", name=op.f("uq_transfer_reference")),
        sa.UniqueConstraint("stripe_transfer_id", name=op.f("uq_transfer_stripe_transfer_id")),
        fill={},
    )
    redefine_table(
        "royalty_statement_share",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("statement_id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("beneficiary_party_id", sa.String(32), nullable=False),
        sa.Column("share_bps", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "awaiting_funds",
                "requested",
                "held",
                "sent",
                "rejected",
                name="share_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejection", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_royalty_statement_share_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["beneficiary_party_id"],
            ["party.id"],
            name=op.f("fk_royalty_statement_share_beneficiary_party_id_party"),
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_royalty_statement_share_license_id_license")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["royalty_statement.id"],
            name=op.f("fk_royalty_statement_share_statement_id_royalty_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_statement_share")),
        fill={},
    )
    op.create_table(
        "payout_hold",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "authority", "tax_form", name="hold_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("license_id", sa.String(32), nullable=True),
        sa.Column("representation_id", sa.String(32), nullable=True),
        sa.Column("party_id", sa.String(32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'authority' AND license_id IS NOT NULL AND representation_id IS NOT NULL AND party_id IS NULL) OR (kind = 'tax_form' AND party_id IS NOT NULL AND license_id IS NULL AND representation_id IS NULL)",
            name=op.f("ck_payout_hold_says_whose_money"),
        ),
        sa.CheckConstraint("released_at >= since_at", name=op.f("ck_payout_hold_released_later")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_payout_hold_license_id_license")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_payout_hold_party_id_party")),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representation.id"],
            name=op.f("fk_payout_hold_representation_id_representation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_hold")),
    )
    op.create_index(op.f("ix_payout_hold_license_id"), "payout_hold", ["license_id"], unique=False)
    op.create_index(op.f("ix_payout_hold_party_id"), "payout_hold", ["party_id"], unique=False)
    op.create_index(op.f("ix_payout_hold_representation_id"), "payout_hold", ["representation_id"], unique=False)
    op.create_index(
        "uq_payout_hold_license_in_force",
        "payout_hold",
        ["license_id", "representation_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'authority' AND released_at IS NULL"),
        postgresql_where=sa.text("kind = 'authority' AND released_at IS NULL"),
    )
    op.create_index(
        "uq_payout_hold_party_in_force",
        "payout_hold",
        ["party_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'tax_form' AND released_at IS NULL"),
        postgresql_where=sa.text("kind = 'tax_form' AND released_at IS NULL"),
    )
    op.create_index(
        op.f("ix_royalty_statement_share_status_id"), "royalty_statement_share", ["status", "id"], unique=False
    )
