"""Licenses, deliveries, credentials, notices."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0008_licensing"
down_revision = "0007_negotiation"


def upgrade() -> None:
    op.create_table(
        "status_list_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list_head")),
    )
    op.create_table(
        "license",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("deal_id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column("licensee_party_id", sa.String(32), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "awaiting_payment",
                "active",
                "suspended",
                "terminated",
                name="license_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms_sha256", sa.String(64), nullable=False),
        sa.Column("status_index", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_license_deal_id_deal")),
        sa.ForeignKeyConstraint(
            ["licensee_party_id"], ["party.id"], name=op.f("fk_license_licensee_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_license_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_license_package_id_package")),
        sa.ForeignKeyConstraint(["performer_id"], ["performer.id"], name=op.f("fk_license_performer_id_performer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_license_deal_id")),
        sa.UniqueConstraint("status_index", name=op.f("uq_license_status_index")),
    )
    op.create_index(op.f("ix_license_licensee_party_id"), "license", ["licensee_party_id"], unique=False)
    op.create_index(op.f("ix_license_licensor_party_id"), "license", ["licensor_party_id"], unique=False)
    op.create_index(op.f("ix_license_package_id"), "license", ["package_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_credential_license_id_license")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    op.create_index(op.f("ix_credential_license_id"), "credential", ["license_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("asset_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_delivery_asset_id_asset")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_delivery_license_id_license")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_license_id"), "delivery", ["license_id"], unique=False)
    op.create_table(
        "license_notice",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ends_in_90_days",
                "ends_in_30_days",
                "ends_in_7_days",
                "ends_in_1_day",
                "ended",
                name="notice_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_license_notice_license_id_license")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_notice")),
        sa.UniqueConstraint("license_id", "kind", name=op.f("uq_license_notice_license_id_kind")),
    )
    op.create_index(
        "ix_license_notice_due",
        "license_notice",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("announced_at IS NULL"),
        postgresql_where=sa.text("announced_at IS NULL"),
    )
    op.create_table(
        "license_status_change",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "activate",
                "suspend",
                "reinstate",
                "terminate",
                name="license_action",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_status",
            sa.Enum(
                "awaiting_payment",
                "active",
                "suspended",
                "terminated",
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
                "awaiting_payment",
                "active",
                "suspended",
                "terminated",
                name="to_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_license_status_change_license_id_license")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_status_change")),
    )
    op.create_index(
        op.f("ix_license_status_change_license_id"), "license_status_change", ["license_id"], unique=False
    )
    for table in (
        "credential",
        "delivery",
        "license_status_change",
    ):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
