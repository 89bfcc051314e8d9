"""Usage reports, royalty runs, statements, shares."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infrastructure.db.append_only import append_only_statements

revision = "0009_royalties"
down_revision = "0008_licensing"


def upgrade() -> None:
    op.create_table(
        "royalty_run",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_run")),
    )
    op.create_table(
        "royalty_statement",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("opening_minor", sa.BigInteger(), nullable=False),
        sa.Column("earned_minor", sa.BigInteger(), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing_minor", sa.BigInteger(), nullable=False),
        sa.Column("document_json", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "opening_minor + earned_minor = payable_minor + closing_minor",
            name=op.f("ck_royalty_statement_adds_up"),
        ),
        sa.CheckConstraint("payable_minor >= 0", name=op.f("ck_royalty_statement_payable_not_negative")),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_royalty_statement_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["royalty_run.id"], name=op.f("fk_royalty_statement_run_id_royalty_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_statement")),
        sa.UniqueConstraint(
            "licensor_party_id",
            "currency",
            "number",
            name=op.f("uq_royalty_statement_licensor_party_id_currency_number"),
        ),
        sa.UniqueConstraint(
            "licensor_party_id",
            "currency",
            "period",
            name=op.f("uq_royalty_statement_licensor_party_id_currency_period"),
        ),
    )
    op.create_index(op.f("ix_royalty_statement_run_id"), "royalty_statement", ["run_id"], unique=False)
    op.create_table(
        "royalty_account",
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_royalty_account_license_id_license")),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_royalty_account_licensor_party_id_party")
        ),
        sa.PrimaryKeyConstraint("license_id", name=op.f("pk_royalty_account")),
    )
    op.create_index(
        op.f("ix_royalty_account_licensor_party_id"), "royalty_account", ["licensor_party_id"], unique=False
    )
    op.create_table(
        "royalty_fee_earning",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("platform_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement_id", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "platform_fee_minor BETWEEN 0 AND gross_minor", name=op.f("ck_royalty_fee_earning_share_within_fee")
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_royalty_fee_earning_license_id_license")
        ),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_royalty_fee_earning_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["royalty_statement.id"],
            name=op.f("fk_royalty_fee_earning_statement_id_royalty_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_fee_earning")),
        sa.UniqueConstraint("source", name=op.f("uq_royalty_fee_earning_source")),
    )
    op.create_index(op.f("ix_royalty_fee_earning_license_id"), "royalty_fee_earning", ["license_id"], unique=False)
    op.create_index(
        op.f("ix_royalty_fee_earning_licensor_party_id"), "royalty_fee_earning", ["licensor_party_id"], unique=False
    )
    op.create_index(
        op.f("ix_royalty_fee_earning_statement_id"), "royalty_fee_earning", ["statement_id"], unique=False
    )
    op.create_table(
        "royalty_funding_source",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("drawn_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "drawn_minor BETWEEN 0 AND amount_minor", name=op.f("ck_royalty_funding_source_not_overdrawn")
        ),
        sa.CheckConstraint(
            "net_minor BETWEEN 0 AND amount_minor", name=op.f("ck_royalty_funding_source_net_within_amount")
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_royalty_funding_source_license_id_license")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_funding_source")),
        sa.UniqueConstraint("reference", name=op.f("uq_royalty_funding_source_reference")),
    )
    op.create_index(
        op.f("ix_royalty_funding_source_license_id"), "royalty_funding_source", ["license_id"], unique=False
    )
    op.create_table(
        "royalty_statement_balance",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("statement_id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("beneficiary_party_id", sa.String(32), nullable=False),
        sa.Column("opening_minor", sa.BigInteger(), nullable=False),
        sa.Column("earned_minor", sa.BigInteger(), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "opening_minor + earned_minor = payable_minor + closing_minor",
            name=op.f("ck_royalty_statement_balance_adds_up"),
        ),
        sa.CheckConstraint(
            "payable_minor >= 0 AND closing_minor <= 0", name=op.f("ck_royalty_statement_balance_signs")
        ),
        sa.ForeignKeyConstraint(
            ["beneficiary_party_id"],
            ["party.id"],
            name=op.f("fk_royalty_statement_balance_beneficiary_party_id_party"),
        ),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_royalty_statement_balance_license_id_license")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["royalty_statement.id"],
            name=op.f("fk_royalty_statement_balance_statement_id_royalty_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_statement_balance")),
        sa.UniqueConstraint(
            "statement_id",
            "license_id",
            "beneficiary_party_id",
            name=op.f("uq_royalty_statement_balance_statement_id_license_id_beneficiary_party_id"),
        ),
    )
    op.create_index(
        op.f("ix_royalty_statement_balance_beneficiary_party_id"),
        "royalty_statement_balance",
        ["beneficiary_party_id"],
        unique=False,
    )
    op.create_table(
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
    )
    op.create_index(
        op.f("ix_royalty_statement_share_beneficiary_party_id"),
        "royalty_statement_share",
        ["beneficiary_party_id"],
        unique=False,
    )
    op.create_index(op.f("ix_royalty_statement_share_source"), "royalty_statement_share", ["source"], unique=False)
    op.create_index(
        op.f("ix_royalty_statement_share_statement_id"), "royalty_statement_share", ["statement_id"], unique=False
    )
    op.create_table(
        "usage_report",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column("licensee_party_id", sa.String(32), nullable=False),
        sa.Column("period_first_day", sa.Date(), nullable=False),
        sa.Column("period_last_day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "original",
                "addendum",
                "replacement",
                name="report_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "accepted", "superseded", name="report_status", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("layout", sa.String(40), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("lines_outside_grant", sa.Integer(), nullable=False),
        sa.Column("totals", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("is_on_net", sa.Boolean(), nullable=False),
        sa.Column("is_earned_on_sale", sa.Boolean(), nullable=False),
        sa.Column("rate_bps", sa.Integer(), nullable=False),
        sa.Column("platform_fee_bps", sa.Integer(), nullable=False),
        sa.Column("royalty_minor", sa.BigInteger(), nullable=False),
        sa.Column("platform_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("accrued_minor", sa.BigInteger(), nullable=False),
        sa.Column("accrued_platform_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("charged_minor", sa.BigInteger(), nullable=False),
        sa.Column("charged_net_minor", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(64), nullable=False),
        sa.Column("statement_id", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "charged_net_minor BETWEEN 0 AND charged_minor", name=op.f("ck_usage_report_charge_adds_up")
        ),
        sa.CheckConstraint("period_first_day <= period_last_day", name=op.f("ck_usage_report_period_not_empty")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_usage_report_license_id_license")),
        sa.ForeignKeyConstraint(
            ["licensee_party_id"], ["party.id"], name=op.f("fk_usage_report_licensee_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_usage_report_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["royalty_statement.id"], name=op.f("fk_usage_report_statement_id_royalty_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_report")),
    )
    op.create_index(op.f("ix_usage_report_license_id"), "usage_report", ["license_id"], unique=False)
    op.create_index(op.f("ix_usage_report_licensee_party_id"), "usage_report", ["licensee_party_id"], unique=False)
    op.create_index(op.f("ix_usage_report_licensor_party_id"), "usage_report", ["licensor_party_id"], unique=False)
    op.create_index(op.f("ix_usage_report_statement_id"), "usage_report", ["statement_id"], unique=False)
    op.create_index(
        "uq_usage_report_original",
        "usage_report",
        ["license_id", "period_first_day", "period_last_day"],
        unique=True,
        sqlite_where=sa.text("kind = 'original'"),
        postgresql_where=sa.text("kind = 'original'"),
    )
    op.create_table(
        "royalty_statement_line",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("statement_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "fee",
                "fee_platform_share",
                "royalty",
                "royalty_platform_share",
                name="line_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_correction", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("report_id", sa.String(32), nullable=True),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("item", sa.String(120), nullable=False),
        sa.Column("media", sa.String(60), nullable=False),
        sa.Column("territory", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("basis_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate_bps", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_royalty_statement_line_license_id_license")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["usage_report.id"], name=op.f("fk_royalty_statement_line_report_id_usage_report")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["royalty_statement.id"],
            name=op.f("fk_royalty_statement_line_statement_id_royalty_statement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_statement_line")),
        sa.UniqueConstraint("statement_id", "number", name=op.f("uq_royalty_statement_line_statement_id_number")),
    )
    op.create_index(
        op.f("ix_royalty_statement_line_report_id"), "royalty_statement_line", ["report_id"], unique=False
    )
    op.create_table(
        "usage_report_line",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("report_id", sa.String(32), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("item", sa.String(120), nullable=False),
        sa.Column("media", sa.String(60), nullable=False),
        sa.Column("territory", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("deductions_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("is_outside_grant", sa.Boolean(), nullable=False),
        sa.CheckConstraint("net_minor = gross_minor - deductions_minor", name=op.f("ck_usage_report_line_adds_up")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["usage_report.id"], name=op.f("fk_usage_report_line_report_id_usage_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_report_line")),
    )
    op.create_index(
        op.f("ix_usage_report_line_report_id_item_territory_month"),
        "usage_report_line",
        ["report_id", "item", "territory", "month"],
        unique=False,
    )
    for table in (
        "royalty_statement",
        "royalty_statement_balance",
        "royalty_statement_line",
        "usage_report_line",
    ):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
