"""Parties, performers, representations; users, memberships, sessions, keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_parties_and_identity"
down_revision = "0001_foundation"


def upgrade() -> None:
    op.create_table(
        "party",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "estate",
                "heir",
                "trust",
                "charity",
                "agent",
                "studio",
                "brand",
                "operator",
                name="party_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_attempted_at"), "sign_in_attempt", ["attempted_at"], unique=False)
    op.create_index(op.f("ix_sign_in_attempt_subject"), "sign_in_attempt", ["subject"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "owner",
                "member",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_api_key_party_id_party")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_key_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_index(op.f("ix_api_key_party_id"), "api_key", ["party_id"], unique=False)
    op.create_index(op.f("ix_api_key_user_id"), "api_key", ["user_id"], unique=False)
    op.create_table(
        "beneficiary",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("estate_party_id", sa.String(32), nullable=False),
        sa.Column("beneficiary_party_id", sa.String(32), nullable=False),
        sa.Column("share_bps", sa.Integer(), nullable=False),
        sa.Column("valid_from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("share_bps BETWEEN 1 AND 10000", name=op.f("ck_beneficiary_share_within_whole")),
        sa.CheckConstraint("valid_until_at > valid_from_at", name=op.f("ck_beneficiary_period_not_empty")),
        sa.ForeignKeyConstraint(
            ["beneficiary_party_id"], ["party.id"], name=op.f("fk_beneficiary_beneficiary_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["estate_party_id"], ["party.id"], name=op.f("fk_beneficiary_estate_party_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiary")),
        sa.UniqueConstraint(
            "estate_party_id",
            "beneficiary_party_id",
            "valid_from_at",
            name=op.f("uq_beneficiary_estate_party_id_beneficiary_party_id_valid_from_at"),
        ),
    )
    op.create_index(
        op.f("ix_beneficiary_beneficiary_party_id"), "beneficiary", ["beneficiary_party_id"], unique=False
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "owner",
                "member",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_membership_party_id_party")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("user_id", "party_id", name=op.f("uq_membership_user_id_party_id")),
    )
    op.create_index(op.f("ix_membership_party_id"), "membership", ["party_id"], unique=False)
    op.create_table(
        "performer",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("is_living", sa.Boolean(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("domicile", sa.String(6), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("isni", sa.String(16), nullable=True),
        sa.Column("recorded_by_party_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT (is_living AND died_on IS NOT NULL)", name=op.f("ck_performer_living_has_no_death")
        ),
        sa.CheckConstraint("died_on >= born_on", name=op.f("ck_performer_death_after_birth")),
        sa.ForeignKeyConstraint(
            ["recorded_by_party_id"], ["party.id"], name=op.f("fk_performer_recorded_by_party_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performer")),
        sa.UniqueConstraint("isni", name=op.f("uq_performer_isni")),
    )
    op.create_index(op.f("ix_performer_recorded_by_party_id"), "performer", ["recorded_by_party_id"], unique=False)
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_sign_in_session_party_id_party")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_sign_in_session_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_session_user_id"), "sign_in_session", ["user_id"], unique=False)
    op.create_table(
        "representation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("holder_party_id", sa.String(32), nullable=False),
        sa.Column("components", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("territory_expression", sa.Text(), nullable=False),
        sa.Column("territory_codes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("signs_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("licenses_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "verified",
                "failed",
                "superseded",
                name="representation_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_party_id"], ["party.id"], name=op.f("fk_representation_holder_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_representation_performer_id_performer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation")),
    )
    op.create_index(
        op.f("ix_representation_holder_party_id_performer_id"),
        "representation",
        ["holder_party_id", "performer_id"],
        unique=False,
    )
    op.create_index(op.f("ix_representation_performer_id"), "representation", ["performer_id"], unique=False)
    op.create_index(op.f("ix_representation_status"), "representation", ["status"], unique=False)
    op.create_index(
        "uq_representation_verified",
        "representation",
        ["performer_id", "holder_party_id"],
        unique=True,
        sqlite_where=sa.text("status = 'verified'"),
        postgresql_where=sa.text("status = 'verified'"),
    )
    op.create_table(
        "representation_document",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("representation_id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "letters_testamentary",
                "letters_of_administration",
                "certification_of_trust",
                "court_order",
                "agency_agreement",
                name="document_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representation.id"],
            name=op.f("fk_representation_document_representation_id_representation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation_document")),
        sa.UniqueConstraint(
            "representation_id", "sha256", name=op.f("uq_representation_document_representation_id_sha256")
        ),
    )
