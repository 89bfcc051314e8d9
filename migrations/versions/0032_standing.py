"""Grounds of suspension, breaches, days added to a term, and how disputes of payments end."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.alterations import allow_words
from app.infrastructure.db.append_only import append_only_statements

revision = "0032_standing"
down_revision = "0031_marks"

AT = sa.DateTime(timezone=True)
KINDS = ("breach", "dispute", "chargeback", "strike", "other")
STATUSES = ("noticed", "answered", "not_cured", "cured", "withdrawn")
ACTIONS = ("answer", "accept", "dispute", "withdraw")
STANDS = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    _create_suspensions()
    _create_breaches()
    _create_tollings()
    _keep_grounds_that_stand()
    for table in ("deal_version", "negotiation_subject"):
        allow_words(table, "tolling", column="change_of", check=f"ck_{table}_change_of")
    op.add_column("charge", sa.Column("dispute_closed_at", AT, nullable=True))
    op.execute(
        "ALTER TABLE charge ADD COLUMN dispute_outcome VARCHAR(40)"
        " CONSTRAINT ck_charge_dispute_outcome CHECK (dispute_outcome IN ('won', 'lost'))"
    )


def _create_suspensions() -> None:
    op.create_table(
        "license_suspension",
        _id("id"),
        _id("license_id"),
        _choice("kind", KINDS, check="suspension_kind"),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("lifted_at", AT, nullable=True),
        sa.Column("lifting_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "lifted_at IS NULL OR lifted_at >= begun_at", name=op.f("ck_license_suspension_lifted_after_begun")
        ),
        _refers("license_suspension", "license_id", "license"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_suspension")),
    )
    op.create_index(op.f("ix_license_suspension_license_id"), "license_suspension", ["license_id"])
    op.create_index(
        "uq_license_suspension_standing",
        "license_suspension",
        ["license_id", "kind", "reference"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def _create_breaches() -> None:
    op.create_table(
        "license_breach",
        _id("id"),
        _id("license_id"),
        _choice("status", STATUSES, check="breach_status"),
        sa.Column("clause", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suspends", sa.Boolean(), nullable=False),
        sa.Column("noticed_at", AT, nullable=False),
        sa.Column("cure_until", AT, nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.CheckConstraint("cure_until >= noticed_at", name=op.f("ck_license_breach_cured_after_noticed")),
        _refers("license_breach", "license_id", "license"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_breach")),
    )
    op.create_index(op.f("ix_license_breach_license_id"), "license_breach", ["license_id"])
    op.create_table(
        "license_breach_step",
        _id("id"),
        _id("breach_id"),
        _choice("action", ACTIONS, check="breach_action"),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("said_at", AT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _refers("license_breach_step", "breach_id", "license_breach"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_breach_step")),
    )
    op.create_index(op.f("ix_license_breach_step_breach_id"), "license_breach_step", ["breach_id"])
    for statement in append_only_statements("license_breach_step", op.get_bind().dialect.name):
        op.execute(statement)


def _create_tollings() -> None:
    op.create_table(
        "license_tolling",
        _id("id"),
        _id("license_id"),
        _id("negotiation_id"),
        _id("by_party_id"),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.Date(), nullable=False)
            for name in ("counted_from", "counted_until", "last_day_before", "last_day")
        ),
        sa.Column("deal_id", sa.String(32), nullable=True),
        sa.Column("agreed_at", AT, nullable=True),
        sa.CheckConstraint("days > 0", name=op.f("ck_license_tolling_days_are_positive")),
        sa.CheckConstraint("counted_until > counted_from", name=op.f("ck_license_tolling_counts_something")),
        _refers("license_tolling", "license_id", "license"),
        _refers("license_tolling", "negotiation_id", "negotiation"),
        _refers("license_tolling", "by_party_id", "party"),
        _refers("license_tolling", "deal_id", "deal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_tolling")),
        sa.UniqueConstraint("negotiation_id", name=op.f("uq_license_tolling_negotiation_id")),
    )
    op.create_index(op.f("ix_license_tolling_license_id"), "license_tolling", ["license_id"])


def _keep_grounds_that_stand() -> None:
    """A license that is suspended now was so for a reason that nobody gave a kind."""
    op.execute(
        "INSERT INTO license_suspension (id, license_id, kind, reference, actor, reason, begun_at, lifting_reason)"
        " SELECT 'sus_' || substr(change.license_id, 5), change.license_id, 'other', '', change.actor, change.reason,"
        " change.changed_at, '' FROM license_status_change change JOIN license ON license.id = change.license_id"
        " WHERE license.status = 'suspended' AND change.id = (SELECT max(last.id) FROM license_status_change last"
        " WHERE last.license_id = change.license_id)"
    )


def _id(name: str) -> Any:
    return sa.Column(name, sa.String(32), nullable=False)


def _choice(name: str, values: tuple[str, ...], *, check: str) -> Any:
    return sa.Column(
        name,
        sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=40),
        nullable=False,
    )


def _refers(table: str, column: str, to: str) -> Any:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
