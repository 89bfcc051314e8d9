"""The representations that each license rests on."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0016_license_authority"
down_revision = "0015_declarations"

SIGNED_BY = """
    INSERT INTO license_authority (license_id, representation_id, signed_at)
    SELECT license.id, held.id, license.created_at
    FROM license
    JOIN representation AS held
      ON held.performer_id = license.performer_id AND held.holder_party_id = license.licensor_party_id
    WHERE held.status IN ('verified', 'superseded') AND held.verified_at <= license.created_at
      AND NOT EXISTS (
        SELECT 1 FROM representation AS newer
        WHERE newer.performer_id = held.performer_id AND newer.holder_party_id = held.holder_party_id
          AND newer.status IN ('verified', 'superseded') AND newer.verified_at <= license.created_at
          AND (newer.verified_at, newer.id) > (held.verified_at, held.id)
      )
"""
"""A license of an earlier release rests on what its licensor had proven last when it was signed."""


def upgrade() -> None:
    op.create_table(
        "license_authority",
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("representation_id", sa.String(32), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_license_authority_license_id_license")
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representation.id"],
            name=op.f("fk_license_authority_representation_id_representation"),
        ),
        sa.PrimaryKeyConstraint("license_id", "representation_id", name=op.f("pk_license_authority")),
    )
    op.create_index(
        op.f("ix_license_authority_representation_id_signed_at"),
        "license_authority",
        ["representation_id", "signed_at"],
        unique=False,
    )
    op.execute(SIGNED_BY)
    for table in ("license_authority",):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
