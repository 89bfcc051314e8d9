"""Executed contracts and the files made of them."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0022_contracts"
down_revision = "0021_discussion"


def upgrade() -> None:
    op.create_table(
        "contract",
        sa.Column("deal_id", sa.String(32), nullable=False),
        sa.Column("contract_json", sa.Text(), nullable=False),
        sa.Column("contract_sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_contract_deal_id_deal")),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_contract")),
        sa.UniqueConstraint("contract_sha256", name=op.f("uq_contract_contract_sha256")),
    )
    op.create_table(
        "contract_file",
        sa.Column("deal_id", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["contract.deal_id"], name=op.f("fk_contract_file_deal_id_contract")),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_contract_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_contract_file_sha256")),
    )
    for table in ("contract", "contract_file"):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
