"""Who must sign an offer beside the two sides, and who did."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements
from app.infrastructure.db.columns import Json

revision = "0020_signatures"
down_revision = "0019_fill_search_index"

AT = sa.DateTime(timezone=True)
ROLES = ("licensor", "licensee", "holder", "principal", "assignee")
CAPACITIES = (
    "performer",
    "executor",
    "administrator",
    "trustee",
    "heir",
    "assignee",
    "guardian",
    "agent",
    "attorney",
)


def upgrade() -> None:
    _create_offer_holder()
    _create_offer_quorum()
    _create_offer_acceptance()
    _create_holder_answer()
    for table in ("offer_holder", "offer_quorum", "offer_acceptance", "holder_answer"):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def _create_offer_holder() -> None:
    op.create_table(
        "offer_holder",
        _id("id"),
        _id("negotiation_id"),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        _id("party_id"),
        _choice("role", ROLES),
        _id("representation_id", nullable=True),
        _choice("capacity", CAPACITIES, nullable=True),
        sa.Column("share_bps", sa.Integer(), nullable=True),
        *(sa.Column(name, Json, nullable=False) for name in ("components", "media", "territory_codes")),
        sa.CheckConstraint(
            "(role = 'assignee') = (representation_id IS NULL)", name=op.f("ck_offer_holder_stake_is_proven")
        ),
        sa.CheckConstraint(
            "(representation_id IS NULL) = (capacity IS NULL)", name=op.f("ck_offer_holder_stake_has_capacity")
        ),
        sa.CheckConstraint("share_bps BETWEEN 0 AND 10000", name=op.f("ck_offer_holder_share_within_whole")),
        _refers("offer_holder", ["negotiation_id"], "negotiation", ["id"]),
        _refers("offer_holder", ["negotiation_id", "offer_number"], "offer", ["negotiation_id", "number"]),
        _refers("offer_holder", ["party_id"], "party", ["id"]),
        _refers("offer_holder", ["representation_id"], "representation", ["id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_holder")),
        sa.UniqueConstraint(
            "negotiation_id",
            "offer_number",
            "party_id",
            "representation_id",
            name=op.f("uq_offer_holder_negotiation_id_offer_number_party_id_representation_id"),
        ),
    )
    op.create_index(op.f("ix_offer_holder_party_id"), "offer_holder", ["party_id"])


def _create_offer_quorum() -> None:
    op.create_table(
        "offer_quorum",
        _id("id"),
        _id("negotiation_id"),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        _choice("component", ("face", "voice", "behavior")),
        _choice("rule", ("all", "any_one", "executor_only", "more_than_half"), check="quorum_kind"),
        _refers("offer_quorum", ["negotiation_id"], "negotiation", ["id"]),
        _refers("offer_quorum", ["negotiation_id", "offer_number"], "offer", ["negotiation_id", "number"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_quorum")),
        sa.UniqueConstraint(
            "negotiation_id",
            "offer_number",
            "component",
            name=op.f("uq_offer_quorum_negotiation_id_offer_number_component"),
        ),
    )


def _create_offer_acceptance() -> None:
    op.create_table(
        "offer_acceptance",
        _id("negotiation_id"),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column("terms_sha256", sa.String(64), nullable=False),
        _id("offered_by_party_id"),
        _id("accepted_by_party_id"),
        _id("user_id"),
        sa.Column("accepted_at", AT, nullable=False),
        sa.CheckConstraint(
            "accepted_by_party_id <> offered_by_party_id", name=op.f("ck_offer_acceptance_two_signers")
        ),
        _refers_to_terms("offer_acceptance"),
        _refers("offer_acceptance", ["offered_by_party_id"], "party", ["id"]),
        _refers("offer_acceptance", ["accepted_by_party_id"], "party", ["id"]),
        _refers("offer_acceptance", ["user_id"], "user_account", ["id"]),
        sa.PrimaryKeyConstraint("negotiation_id", "offer_number", name=op.f("pk_offer_acceptance")),
    )


def _create_holder_answer() -> None:
    op.create_table(
        "holder_answer",
        _id("id"),
        _id("negotiation_id"),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column("terms_sha256", sa.String(64), nullable=False),
        _id("offered_by_party_id"),
        _id("party_id"),
        _choice("role", ROLES),
        _id("representation_id", nullable=True),
        sa.Column("share_bps", sa.Integer(), nullable=True),
        _choice("kind", ("signed", "refused"), check="answer_kind"),
        sa.Column("reason", sa.Text(), nullable=False),
        _id("user_id"),
        sa.Column("signer_name", sa.String(120), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.CheckConstraint(
            "(kind = 'refused') = (reason <> '')", name=op.f("ck_holder_answer_refused_with_a_reason")
        ),
        _refers_to_terms("holder_answer"),
        _refers("holder_answer", ["negotiation_id"], "negotiation", ["id"]),
        _refers("holder_answer", ["offered_by_party_id"], "party", ["id"]),
        _refers("holder_answer", ["party_id"], "party", ["id"]),
        _refers("holder_answer", ["representation_id"], "representation", ["id"]),
        _refers("holder_answer", ["user_id"], "user_account", ["id"]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder_answer")),
    )
    op.create_index(
        op.f("ix_holder_answer_negotiation_id_offer_number"), "holder_answer", ["negotiation_id", "offer_number"]
    )


def _id(name: str, *, nullable: bool = False) -> Any:
    return sa.Column(name, sa.String(32), nullable=nullable)


def _choice(name: str, values: tuple[str, ...], *, check: str | None = None, nullable: bool = False) -> Any:
    choices = sa.Enum(*values, name=check or name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, choices, nullable=nullable)


def _refers(table: str, columns: list[str], target: str, others: list[str]) -> Any:
    name = op.f(f"fk_{table}_{'_'.join(columns)}_{target}")
    return sa.ForeignKeyConstraint(columns, [f"{target}.{other}" for other in others], name=name)


def _refers_to_terms(table: str) -> Any:
    """Hold a row to exactly the terms of an offer."""
    columns = ["negotiation_id", "offer_number", "terms_sha256", "offered_by_party_id"]
    return _refers(table, columns, "offer", ["negotiation_id", "number", "terms_sha256", "by_party_id"])
