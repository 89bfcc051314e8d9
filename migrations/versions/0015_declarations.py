"""What offers declare, and what was known of the law when a deal was signed."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0015_declarations"
down_revision = "0014_rights_book"


def upgrade() -> None:
    op.create_table(
        "offer_declaration",
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("replaces_own_work", sa.Boolean(), nullable=True),
        sa.Column("has_counsel", sa.Boolean(), nullable=True),
        sa.Column("has_union_cover", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["by_party_id"], ["party.id"], name=op.f("fk_offer_declaration_by_party_id_party")),
        sa.ForeignKeyConstraint(
            ["negotiation_id", "offer_number"],
            ["offer.negotiation_id", "offer.number"],
            name=op.f("fk_offer_declaration_negotiation_id_offer_number_offer"),
        ),
        sa.PrimaryKeyConstraint("negotiation_id", "offer_number", name=op.f("pk_offer_declaration")),
    )
    op.create_table(
        "deal_finding",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("deal_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(64), nullable=False),
        sa.Column(
            "enforcement",
            sa.Enum(
                "block", "warn", "record", name="enforcement", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column(
            "confidence",
            sa.Enum(
                "seen_primary",
                "seen_secondary",
                "general_knowledge",
                "marketplace",
                name="confidence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("lawyer_confirm", sa.Boolean(), nullable=False),
        sa.Column("tables_version", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_finding_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_finding")),
        sa.UniqueConstraint("deal_id", "position", name=op.f("uq_deal_finding_deal_id_position")),
    )
    for table in (
        "offer_declaration",
        "deal_finding",
    ):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
