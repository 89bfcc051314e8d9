"""Double-entry ledger."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0003_ledger"
down_revision = "0002_parties_and_identity"


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("name", sa.String(96), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint("id = name || '/' || currency", name=op.f("ck_ledger_account_id_says_all")),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_ledger_account_currency_is_iso")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_ledger_account_id_currency")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posting_count", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("reversal_of", sa.String(32), nullable=True),
        sa.CheckConstraint("posting_count >= 1", name=op.f("ck_ledger_entry_has_postings")),
        sa.CheckConstraint("reversal_of <> id", name=op.f("ck_ledger_entry_reverses_another")),
        sa.ForeignKeyConstraint(
            ["reversal_of"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reversal_of_ledger_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("id", "posting_count", name=op.f("uq_ledger_entry_id_posting_count")),
        sa.UniqueConstraint("reference", name=op.f("uq_ledger_entry_reference")),
        sa.UniqueConstraint("reversal_of", name=op.f("uq_ledger_entry_reversal_of")),
    )
    op.create_table(
        "ledger_posting",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("entry_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("posting_count", sa.Integer(), nullable=False),
        sa.Column("from_account_id", sa.String(100), nullable=False),
        sa.Column("to_account_id", sa.String(100), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_ledger_posting_amount_is_positive")),
        sa.CheckConstraint("from_account_id <> to_account_id", name=op.f("ck_ledger_posting_moves_somewhere")),
        sa.CheckConstraint(
            "position >= 1 AND position <= posting_count", name=op.f("ck_ledger_posting_has_its_place")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "posting_count"],
            ["ledger_entry.id", "ledger_entry.posting_count"],
            name=op.f("fk_ledger_posting_entry_id_posting_count_ledger_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["from_account_id", "currency"],
            ["ledger_account.id", "ledger_account.currency"],
            name=op.f("fk_ledger_posting_from_account_id_currency_ledger_account"),
        ),
        sa.ForeignKeyConstraint(
            ["to_account_id", "currency"],
            ["ledger_account.id", "ledger_account.currency"],
            name=op.f("fk_ledger_posting_to_account_id_currency_ledger_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_posting")),
        sa.UniqueConstraint("entry_id", "position", name=op.f("uq_ledger_posting_entry_id_position")),
    )
    op.create_index(op.f("ix_ledger_posting_from_account_id"), "ledger_posting", ["from_account_id"], unique=False)
    op.create_index(op.f("ix_ledger_posting_to_account_id"), "ledger_posting", ["to_account_id"], unique=False)
    for table in (
        "ledger_account",
        "ledger_entry",
        "ledger_posting",
    ):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
