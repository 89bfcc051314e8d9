"""Grounds of suspension know whether an administrator imposed them; of those before, none is said to be so."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.alterations import redefine_table

revision = "0034_imposed_grounds"
down_revision = "0033_changed_terms"

AT = sa.DateTime(timezone=True)
KINDS = ("breach", "dispute", "chargeback", "strike", "other")
STANDS = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    op.drop_index("uq_license_suspension_standing", "license_suspension")
    redefine_table(
        "license_suspension",
        _id("id"),
        _id("license_id"),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="suspension_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("by_administrator", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("lifted_at", AT, nullable=True),
        sa.Column("lifting_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "lifted_at IS NULL OR lifted_at >= begun_at", name=op.f("ck_license_suspension_lifted_after_begun")
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_license_suspension_license_id_license")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_suspension")),
        fill={"by_administrator": "false"},
    )
    op.create_index(
        "uq_license_suspension_standing",
        "license_suspension",
        ["license_id", "kind", "reference", "by_administrator"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def _id(name: str) -> Any:
    return sa.Column(name, sa.String(32), nullable=False)
