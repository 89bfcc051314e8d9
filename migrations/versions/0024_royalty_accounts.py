"""What a license's royalties come to, with the terms they were calculated by."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.alterations import allow_words
from app.infrastructure.db.append_only import append_only_statements

revision = "0024_royalty_accounts"
down_revision = "0023_terms_in_force"

_SUM_UP = """
INSERT INTO usage_report_sum (report_id, month, item, media, territory, channel, units, gross_minor,
    deductions_minor, net_minor, lines, lines_outside_grant)
SELECT report_id, month, item, media, territory, channel, SUM(units), SUM(gross_minor), SUM(deductions_minor),
    SUM(net_minor), COUNT(*), SUM(CASE WHEN is_outside_grant THEN 1 ELSE 0 END)
FROM usage_report_line GROUP BY report_id, month, item, media, territory, channel
"""


def upgrade() -> None:
    op.add_column("royalty_account", sa.Column("billed_to", sa.Date(), nullable=True))
    op.add_column("royalty_account", sa.Column("next_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_royalty_account_next_on"), "royalty_account", ["next_on"])
    op.add_column("usage_report", sa.Column("terms_sha256", sa.String(64), nullable=True))
    op.execute(
        "UPDATE usage_report SET terms_sha256 = "
        "(SELECT license.terms_sha256 FROM license WHERE license.id = usage_report.license_id)"
    )
    _create_sums()
    _create_adjustments()
    op.add_column("royalty_statement_line", sa.Column("due_on", sa.Date(), nullable=True))
    allow_words(
        "royalty_statement_line",
        "escalation",
        "reserve",
        "reserve_release",
        "recoupment",
        "guarantee",
        "advance_repayment",
        column="kind",
        check="ck_royalty_statement_line_line_kind",
    )


def _create_sums() -> None:
    op.create_table(
        "usage_report_sum",
        sa.Column("report_id", sa.String(32), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("item", sa.String(120), nullable=False),
        sa.Column("media", sa.String(60), nullable=False),
        sa.Column("territory", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("deductions_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("lines_outside_grant", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["usage_report.id"], name=op.f("fk_usage_report_sum_report_id_usage_report")
        ),
        sa.PrimaryKeyConstraint(
            "report_id", "month", "item", "media", "territory", "channel", name=op.f("pk_usage_report_sum")
        ),
    )
    op.execute(_SUM_UP)
    for statement in append_only_statements("usage_report_sum", op.get_bind().dialect.name):
        op.execute(statement)


def _create_adjustments() -> None:
    op.create_table(
        "royalty_adjustment",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column("licensee_party_id", sa.String(32), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("accrued_minor", sa.BigInteger(), nullable=False),
        sa.Column("accrued_platform_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("charged_minor", sa.BigInteger(), nullable=False),
        sa.Column("charged_net_minor", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement_id", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "charged_net_minor BETWEEN 0 AND charged_minor", name=op.f("ck_royalty_adjustment_charge_adds_up")
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_royalty_adjustment_license_id_license")
        ),
        sa.ForeignKeyConstraint(
            ["licensee_party_id"], ["party.id"], name=op.f("fk_royalty_adjustment_licensee_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_royalty_adjustment_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["royalty_statement.id"],
            name=op.f("fk_royalty_adjustment_statement_id_royalty_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_adjustment")),
        sa.UniqueConstraint("license_id", "number", name=op.f("uq_royalty_adjustment_license_id_number")),
    )
    for column in ("licensee_party_id", "licensor_party_id", "statement_id"):
        op.create_index(op.f(f"ix_royalty_adjustment_{column}"), "royalty_adjustment", [column])
