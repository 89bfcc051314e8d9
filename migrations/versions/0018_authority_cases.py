"""Cases of failed authority."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0018_authority_cases"
down_revision = "0017_held_money"


def upgrade() -> None:
    op.create_table(
        "authority_case",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("representation_id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("holder_party_id", sa.String(32), nullable=False),
        sa.Column("as_of_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_party_id"], ["party.id"], name=op.f("fk_authority_case_holder_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_authority_case_performer_id_performer")
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representation.id"],
            name=op.f("fk_authority_case_representation_id_representation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_case")),
    )
    op.create_table(
        "authority_case_license",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["authority_case.id"], name=op.f("fk_authority_case_license_case_id_authority_case")
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_authority_case_license_license_id_license")
        ),
        sa.PrimaryKeyConstraint("case_id", "license_id", name=op.f("pk_authority_case_license")),
    )
    op.create_index(op.f("ix_authority_case_holder_party_id"), "authority_case", ["holder_party_id"], unique=False)
    op.create_index(op.f("ix_authority_case_performer_id"), "authority_case", ["performer_id"], unique=False)
    op.create_index(
        op.f("ix_authority_case_representation_id"), "authority_case", ["representation_id"], unique=False
    )
    op.create_index(
        "uq_authority_case_open",
        "authority_case",
        ["representation_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        op.f("ix_authority_case_license_license_id"), "authority_case_license", ["license_id"], unique=False
    )
    for table in ("authority_case_license",):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
