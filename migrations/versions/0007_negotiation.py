"""Productions, negotiations, offers, deals, signatures."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0007_negotiation"
down_revision = "0006_rights"


def upgrade() -> None:
    op.create_table(
        "production",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("licensee_party_id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "film",
                "game",
                "vr",
                "brand",
                name="production_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("release_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["licensee_party_id"], ["party.id"], name=op.f("fk_production_licensee_party_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production")),
    )
    op.create_index(
        op.f("ix_production_licensee_party_id_id"), "production", ["licensee_party_id", "id"], unique=False
    )
    op.create_table(
        "negotiation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("package_id", sa.String(32), nullable=False),
        sa.Column("production_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column("licensee_party_id", sa.String(32), nullable=False),
        sa.Column("intended_use", sa.Text(), nullable=False),
        sa.Column("platform_fee_bps", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "signed",
                "declined",
                "withdrawn",
                name="negotiation_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_party_id", sa.String(32), nullable=True),
        sa.Column("closing_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (closed_at IS NULL)", name=op.f("ck_negotiation_closed_when_not_open")
        ),
        sa.CheckConstraint("licensor_party_id <> licensee_party_id", name=op.f("ck_negotiation_two_sides")),
        sa.CheckConstraint("platform_fee_bps BETWEEN 0 AND 10000", name=op.f("ck_negotiation_fee_within_whole")),
        sa.ForeignKeyConstraint(
            ["closed_by_party_id"], ["party.id"], name=op.f("fk_negotiation_closed_by_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["licensee_party_id"], ["party.id"], name=op.f("fk_negotiation_licensee_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_negotiation_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_negotiation_package_id_package")),
        sa.ForeignKeyConstraint(
            ["production_id"], ["production.id"], name=op.f("fk_negotiation_production_id_production")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negotiation")),
    )
    op.create_index(
        op.f("ix_negotiation_licensee_party_id_id"), "negotiation", ["licensee_party_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_negotiation_licensor_party_id_id"), "negotiation", ["licensor_party_id", "id"], unique=False
    )
    op.create_index(op.f("ix_negotiation_package_id"), "negotiation", ["package_id"], unique=False)
    op.create_index(op.f("ix_negotiation_production_id"), "negotiation", ["production_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("by_user_id", sa.String(32), nullable=False),
        sa.Column("terms_json", sa.Text(), nullable=False),
        sa.Column("terms_sha256", sa.String(64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expires_at > sent_at", name=op.f("ck_offer_lasts")),
        sa.CheckConstraint("length(terms_sha256) = 64", name=op.f("ck_offer_hash_whole")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_offer_numbered_from_one")),
        sa.ForeignKeyConstraint(["by_party_id"], ["party.id"], name=op.f("fk_offer_by_party_id_party")),
        sa.ForeignKeyConstraint(["by_user_id"], ["user_account.id"], name=op.f("fk_offer_by_user_id_user_account")),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_offer_negotiation_id_negotiation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint(
            "negotiation_id",
            "number",
            "terms_sha256",
            "by_party_id",
            name=op.f("uq_offer_negotiation_id_number_terms_sha256_by_party_id"),
        ),
        sa.UniqueConstraint("negotiation_id", "number", name=op.f("uq_offer_negotiation_id_number")),
    )
    op.create_table(
        "deal",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column("offered_by_party_id", sa.String(32), nullable=False),
        sa.Column("accepted_by_party_id", sa.String(32), nullable=False),
        sa.Column("terms_json", sa.Text(), nullable=False),
        sa.Column("terms_sha256", sa.String(64), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("accepted_by_party_id <> offered_by_party_id", name=op.f("ck_deal_two_signers")),
        sa.ForeignKeyConstraint(
            ["accepted_by_party_id"], ["party.id"], name=op.f("fk_deal_accepted_by_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id", "offer_number", "terms_sha256", "offered_by_party_id"],
            ["offer.negotiation_id", "offer.number", "offer.terms_sha256", "offer.by_party_id"],
            name=op.f("fk_deal_negotiation_id_offer_number_terms_sha256_offered_by_party_id_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_deal_negotiation_id_negotiation")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_party_id"], ["party.id"], name=op.f("fk_deal_offered_by_party_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("license_id", name=op.f("uq_deal_license_id")),
        sa.UniqueConstraint("negotiation_id", name=op.f("uq_deal_negotiation_id")),
    )
    op.create_table(
        "signature",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("deal_id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("signer_name", sa.String(120), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_signature_deal_id_deal")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_signature_party_id_party")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_signature_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("deal_id", "party_id", name=op.f("uq_signature_deal_id_party_id")),
    )
    for table in (
        "offer",
        "deal",
        "signature",
    ):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
