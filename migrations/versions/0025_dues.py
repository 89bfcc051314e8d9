"""What a license owes on given days: instalments and advances."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.alterations import allow_words, redefine_table
from app.values.term import Term

revision = "0025_dues"
down_revision = "0024_royalty_accounts"

BATCH = 1000
GRACE = timedelta(days=30)
AT = sa.DateTime(timezone=True)
TO_CHARGE = sa.text("charged_at IS NULL AND lapsed_at IS NULL")
TO_REMIND = sa.text("remind_at IS NOT NULL AND paid_at IS NULL AND reminded_at IS NULL")

license = sa.table("license", *map(sa.column, ("id", "deal_id")), sa.column("created_at", AT))
deal = sa.table("deal", *map(sa.column, ("id", "terms_json")))
charge = sa.table(
    "charge",
    *map(sa.column, ("reference", "amount_minor", "currency")),
    *(sa.column(name, AT) for name in ("requested_at", "paid_at")),
)
license_due = sa.table(
    "license_due",
    *map(sa.column, ("id", "license_id", "kind", "number", "reference", "amount_minor", "currency")),
    sa.column("is_at_signature", sa.Boolean()),
    *(sa.column(name, AT) for name in ("due_at", "overdue_at", "charged_at", "paid_at", "remind_at")),
)


def upgrade() -> None:
    op.create_table(
        "license_due",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("fee", "advance", name="due_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("overdue_at", AT, nullable=False),
        sa.Column("is_at_signature", sa.Boolean(), nullable=False),
        sa.Column("charged_at", AT, nullable=True),
        sa.Column("paid_at", AT, nullable=True),
        sa.Column("remind_at", AT, nullable=True),
        sa.Column("reminded_at", AT, nullable=True),
        sa.Column("lapsed_at", AT, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_license_due_amount_is_positive")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_license_due_number_counts_from_one")),
        sa.CheckConstraint("overdue_at >= due_at", name=op.f("ck_license_due_overdue_after_due")),
        sa.CheckConstraint(
            "lapsed_at IS NULL OR charged_at IS NULL", name=op.f("ck_license_due_charged_or_lapsed")
        ),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_license_due_license_id_license")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_due")),
        sa.UniqueConstraint("license_id", "kind", "number", name=op.f("uq_license_due_license_id_kind_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_license_due_reference")),
    )
    for name, column, condition in (
        ("ix_license_due_to_charge", "due_at", TO_CHARGE),
        ("ix_license_due_to_remind", "remind_at", TO_REMIND),
    ):
        op.create_index(name, "license_due", [column], sqlite_where=condition, postgresql_where=condition)
    _keep_fees()
    _keep_what_was_paid()
    allow_words(
        "royalty_statement_line",
        "advance",
        "advance_platform_share",
        column="kind",
        check="ck_royalty_statement_line_line_kind",
    )


def _keep_fees() -> None:
    """Every fee that was asked for so far was due at signature, in one part."""
    asked = (
        sa.select(license.c.id, license.c.created_at, deal.c.terms_json, charge)
        .join(deal, deal.c.id == license.c.deal_id)
        .join(charge, charge.c.reference == sa.literal("license/") + license.c.id + sa.literal("/fee"))
    )
    for rows in _batches(asked):
        op.bulk_insert(license_due, [_due(row) for row in rows])


def _batches(statement: Any) -> Iterator[list[Any]]:
    last = ""
    while True:
        next_rows = statement.where(license.c.id > last).order_by(license.c.id).limit(BATCH)
        rows = op.get_bind().execute(next_rows).mappings().all()
        if not rows:
            return
        yield list(rows)
        last = rows[-1]["id"]


def _due(row: Any) -> dict[str, Any]:
    zone = json.loads(row["terms_json"])["term"]["zone"]
    signed_on = row["created_at"].astimezone(ZoneInfo(zone)).date()
    overdue_at = Term.of_days(signed_on, signed_on, zone).ends_at or row["created_at"]
    return {
        "id": "due_" + row["id"].partition("_")[2],
        "license_id": row["id"],
        "kind": "fee",
        "number": 1,
        **{name: row[name] for name in ("reference", "amount_minor", "currency", "paid_at")},
        "is_at_signature": True,
        "due_at": row["created_at"],
        "overdue_at": overdue_at,
        "charged_at": row["requested_at"],
        "remind_at": overdue_at + GRACE,
    }


def _keep_what_was_paid() -> None:
    op.drop_index("ix_royalty_fee_earning_license_id", "royalty_fee_earning")
    redefine_table(
        "royalty_fee_earning",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("fee", "advance", name="due_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("platform_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("earned_at", AT, nullable=False),
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
        sa.UniqueConstraint(
            "license_id", "kind", "number", name=op.f("uq_royalty_fee_earning_license_id_kind_number")
        ),
        fill={"kind": "'fee'", "number": "1"},
    )
