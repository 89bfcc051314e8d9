"""Check-ins of systems that use a license; licenses are found by how they stand and when they end."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0027_check_ins"
down_revision = "0026_quotas"


def upgrade() -> None:
    op.create_table(
        "license_check_in",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("client", sa.String(100), nullable=False),
        sa.Column("build", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_license_check_in_license_id_license")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_check_in")),
    )
    op.create_index(op.f("ix_license_check_in_license_id_id"), "license_check_in", ["license_id", "id"])
    for statement in append_only_statements("license_check_in", op.get_bind().dialect.name):
        op.execute(statement)
    op.add_column("license", sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_license_status_ends_at"), "license", ["status", "ends_at"])
    for side in ("licensor_party_id", "licensee_party_id"):
        op.create_index(op.f(f"ix_license_{side}_status_ends_at"), "license", [side, "status", "ends_at"])
        op.drop_index(op.f(f"ix_license_{side}"), "license")
