"""Deals that change a deal, and which terms a license runs under since when."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.alterations import redefine_table
from app.infrastructure.db.append_only import append_only_statements

revision = "0023_terms_in_force"
down_revision = "0022_contracts"

AT = sa.DateTime(timezone=True)
CHANGES = ("amendment", "extension", "termination", "assignment")


def upgrade() -> None:
    _let_deals_share_a_license()
    _create_deal_version()
    _create_negotiation_subject()
    _create_deal_option()
    _create_retired_status()
    for table in ("deal_version", "negotiation_subject", "retired_status"):
        _append_only(table)
    op.execute(
        "INSERT INTO deal_version (deal_id, license_id, version, effective_at) "
        "SELECT id, license_id, 1, signed_at FROM deal"
    )


def _let_deals_share_a_license() -> None:
    """The first deal makes a license, later ones change it."""
    if op.get_bind().dialect.name == "sqlite":
        redefine_table(
            "deal",
            _id("id"),
            _id("negotiation_id"),
            sa.Column("offer_number", sa.Integer(), nullable=False),
            _id("offered_by_party_id"),
            _id("accepted_by_party_id"),
            sa.Column("terms_json", sa.Text(), nullable=False),
            sa.Column("terms_sha256", sa.String(64), nullable=False),
            _id("license_id"),
            sa.Column("signed_at", AT, nullable=False),
            sa.CheckConstraint("accepted_by_party_id <> offered_by_party_id", name=op.f("ck_deal_two_signers")),
            _refers("deal", ["accepted_by_party_id"], "party", ["id"]),
            _refers(
                "deal",
                ["negotiation_id", "offer_number", "terms_sha256", "offered_by_party_id"],
                "offer",
                ["negotiation_id", "number", "terms_sha256", "by_party_id"],
            ),
            _refers("deal", ["negotiation_id"], "negotiation", ["id"]),
            _refers("deal", ["offered_by_party_id"], "party", ["id"]),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
            sa.UniqueConstraint("negotiation_id", name=op.f("uq_deal_negotiation_id")),
            fill={},
        )
        _append_only("deal")
    else:
        op.drop_constraint("uq_deal_license_id", "deal")
    op.create_index(op.f("ix_deal_license_id"), "deal", ["license_id"])


def _create_deal_version() -> None:
    op.create_table(
        "deal_version",
        _id("deal_id"),
        _id("license_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _choice("change_of", CHANGES, nullable=True),
        sa.Column("effective_at", AT, nullable=False),
        sa.CheckConstraint("(version = 1) = (change_of IS NULL)", name=op.f("ck_deal_version_later_ones_change")),
        _refers("deal_version", ["deal_id"], "deal", ["id"]),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_deal_version")),
        sa.UniqueConstraint("license_id", "version", name=op.f("uq_deal_version_license_id_version")),
    )


def _create_negotiation_subject() -> None:
    op.create_table(
        "negotiation_subject",
        _id("negotiation_id"),
        _id("deal_id"),
        _id("license_id"),
        _choice("change_of", CHANGES, nullable=True),
        sa.Column("assignee_party_id", sa.String(32), nullable=True),
        _refers("negotiation_subject", ["assignee_party_id"], "party", ["id"]),
        _refers("negotiation_subject", ["deal_id"], "deal", ["id"]),
        _refers("negotiation_subject", ["negotiation_id"], "negotiation", ["id"]),
        sa.PrimaryKeyConstraint("negotiation_id", name=op.f("pk_negotiation_subject")),
    )
    for column in ("assignee_party_id", "license_id"):
        op.create_index(op.f(f"ix_negotiation_subject_{column}"), "negotiation_subject", [column])


def _create_deal_option() -> None:
    op.create_table(
        "deal_option",
        _id("id"),
        _choice("kind", ("extension", "first_refusal"), check="option_kind"),
        _id("deal_id"),
        _id("license_id"),
        _id("performer_id"),
        _id("licensee_party_id"),
        sa.Column("opens_at", AT, nullable=False),
        sa.Column("closes_at", AT, nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_deal_option_lasts")),
        _refers("deal_option", ["deal_id"], "deal", ["id"]),
        _refers("deal_option", ["licensee_party_id"], "party", ["id"]),
        _refers("deal_option", ["performer_id"], "performer", ["id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_option")),
    )
    op.create_index(op.f("ix_deal_option_license_id"), "deal_option", ["license_id"])
    op.create_index(op.f("ix_deal_option_performer_id_closes_at"), "deal_option", ["performer_id", "closes_at"])


def _create_retired_status() -> None:
    op.create_table(
        "retired_status",
        sa.Column("status_index", sa.BigInteger(), autoincrement=False, nullable=False),
        _id("license_id"),
        _refers("retired_status", ["license_id"], "license", ["id"]),
        sa.PrimaryKeyConstraint("status_index", name=op.f("pk_retired_status")),
    )
    op.create_index(op.f("ix_retired_status_license_id"), "retired_status", ["license_id"])


def _append_only(table: str) -> None:
    for statement in append_only_statements(table, op.get_bind().dialect.name):
        op.execute(statement)


def _id(name: str) -> Any:
    return sa.Column(name, sa.String(32), nullable=False)


def _choice(name: str, values: tuple[str, ...], *, check: str | None = None, nullable: bool = False) -> Any:
    choices = sa.Enum(*values, name=check or name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, choices, nullable=nullable)


def _refers(table: str, columns: list[str], target: str, others: list[str]) -> Any:
    name = op.f(f"fk_{table}_{'_'.join(columns)}_{target}")
    return sa.ForeignKeyConstraint(columns, [f"{target}.{other}" for other in others], name=name)
