"""Media stamped with their license, and the keys that sign them."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements
from app.infrastructure.db.columns import Json

revision = "0031_marks"
down_revision = "0030_webhooks"

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mark_root",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate_pem", sa.Text(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_mark_root")),
    )
    op.create_table(
        "mark_signer",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("serial", sa.String(50), nullable=False),
        sa.Column("certificate_pem", sa.Text(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("retires_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_signer")),
        sa.UniqueConstraint("serial", name=op.f("uq_mark_signer_serial")),
    )
    op.create_index("ix_mark_signer_retires_at", "mark_signer", ["retires_at"])
    op.create_table(
        "license_mark",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("signer_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("use", Json, nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("source_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("manifest_label", sa.String(255), nullable=False),
        sa.Column("instance_id", sa.String(255), nullable=False),
        sa.Column("has_history", sa.Boolean(), nullable=False),
        sa.Column("marked_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_license_mark_license_id_license")),
        sa.ForeignKeyConstraint(
            ["signer_id"], ["mark_signer.id"], name=op.f("fk_license_mark_signer_id_mark_signer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_mark")),
        sa.UniqueConstraint("manifest_label", name=op.f("uq_license_mark_manifest_label")),
    )
    op.create_index("ix_license_mark_license_id", "license_mark", ["license_id"])
    for statement in append_only_statements("license_mark", op.get_bind().dialect.name):
        op.execute(statement)
