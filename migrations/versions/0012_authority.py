"""The chain of authority: capacities, principals, shares, quorum, directives."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.infrastructure.db.alterations import redefine_table
from app.infrastructure.db.append_only import append_only_statements

revision = "0012_authority"
down_revision = "0011_notifications"


def upgrade() -> None:
    op.drop_index(
        op.f("uq_representation_verified"), table_name="representation", sqlite_where=sa.text("status = 'verified'")
    )
    redefine_table(
        "party",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "performer",
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
        fill={},
    )
    redefine_table(
        "representation",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("holder_party_id", sa.String(32), nullable=False),
        sa.Column(
            "capacity",
            sa.Enum(
                "performer",
                "executor",
                "administrator",
                "trustee",
                "heir",
                "assignee",
                "guardian",
                "agent",
                "attorney",
                name="capacity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("principal_id", sa.String(32), nullable=True),
        sa.Column("share_bps", sa.Integer(), nullable=True),
        sa.Column("is_exclusive", sa.Boolean(), nullable=False),
        sa.Column("may_delegate", sa.Boolean(), nullable=False),
        sa.Column("components", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("territory_expression", sa.Text(), nullable=False),
        sa.Column("territory_codes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.Column("failed_as_of_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by_id", sa.String(32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(capacity IN ('agent', 'attorney')) = (principal_id IS NOT NULL)",
            name=op.f("ck_representation_has_principal"),
        ),
        sa.CheckConstraint(
            "(capacity IN ('agent', 'attorney')) = (share_bps IS NULL)",
            name=op.f("ck_representation_owner_has_share"),
        ),
        sa.CheckConstraint(
            "failed_as_of_at IS NULL OR status = 'failed'", name=op.f("ck_representation_failed_as_of_when_failed")
        ),
        sa.CheckConstraint("share_bps BETWEEN 0 AND 10000", name=op.f("ck_representation_share_within_whole")),
        sa.CheckConstraint("signs_until_at > begins_at", name=op.f("ck_representation_period_not_empty")),
        sa.ForeignKeyConstraint(
            ["holder_party_id"], ["party.id"], name=op.f("fk_representation_holder_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_representation_performer_id_performer")
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["representation.id"], name=op.f("fk_representation_principal_id_representation")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"],
            ["representation.id"],
            name=op.f("fk_representation_superseded_by_id_representation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representation")),
        fill={
            "capacity": "CASE WHEN (SELECT p.is_living FROM performer p WHERE p.id = performer_id) THEN 'performer' WHEN id IN (SELECT d.representation_id FROM representation_document d WHERE d.kind = 'letters_testamentary') THEN 'executor' ELSE 'assignee' END",
            "share_bps": "10000",
            "is_exclusive": "true",
            "may_delegate": "true",
        },
    )
    redefine_table(
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
                "power_of_attorney",
                "guardianship_order",
                "transfer",
                "signed_consent",
                name="document_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=True),
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
        fill={},
    )
    op.create_table(
        "tax_form",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "w9",
                "w8ben",
                "w8ben_e",
                "w8imy",
                "w8eci",
                name="tax_form_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("claims_treaty", sa.Boolean(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(64), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(64), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(kind = 'w9') = (country = 'US')", name=op.f("ck_tax_form_kind_fits_country")),
        sa.CheckConstraint(
            "(kind = 'w9') = (valid_until_on IS NULL)", name=op.f("ck_tax_form_ends_unless_domestic")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revocation_reason = '')", name=op.f("ck_tax_form_revoked_with_a_reason")
        ),
        sa.CheckConstraint(
            "NOT claims_treaty OR kind IN ('w8ben', 'w8ben_e')", name=op.f("ck_tax_form_treaty_has_its_form")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_tax_form_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_form")),
    )
    op.create_table(
        "directive",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("components", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("axes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("media", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("categories", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("recorded_by_party_id", sa.String(32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(64), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason = '')", name=op.f("ck_directive_withdrawn_with_a_reason")
        ),
        sa.CheckConstraint("until_at > recorded_at", name=op.f("ck_directive_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_directive_performer_id_performer")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_party_id"], ["party.id"], name=op.f("fk_directive_recorded_by_party_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive")),
    )
    op.create_table(
        "quorum_rule",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column(
            "component",
            sa.Enum(
                "face", "voice", "behavior", name="component", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column(
            "rule",
            sa.Enum(
                "all",
                "any_one",
                "executor_only",
                "more_than_half",
                name="quorum_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_quorum_rule_performer_id_performer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quorum_rule")),
    )
    op.create_table(
        "authority_event",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("performer_id", sa.String(32), nullable=False),
        sa.Column("representation_id", sa.String(32), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "recorded",
                "documented",
                "verified",
                "refused",
                "failed_as_of",
                "restored",
                "superseded",
                "consented",
                "consent_withdrawn",
                "quorum_set",
                "performer_died",
                name="authority_event_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("as_of_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["performer_id"], ["performer.id"], name=op.f("fk_authority_event_performer_id_performer")
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representation.id"],
            name=op.f("fk_authority_event_representation_id_representation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_event")),
    )
    op.create_table(
        "holder_consent",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("representation_id", sa.String(32), nullable=False),
        sa.Column("licensor_party_id", sa.String(32), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("withdrawn_at >= given_at", name=op.f("ck_holder_consent_withdrawn_after_given")),
        sa.ForeignKeyConstraint(
            ["licensor_party_id"], ["party.id"], name=op.f("fk_holder_consent_licensor_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["representation_id"],
            ["representation.id"],
            name=op.f("fk_holder_consent_representation_id_representation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holder_consent")),
    )
    op.create_index(op.f("ix_tax_form_party_id"), "tax_form", ["party_id"], unique=False)
    op.create_index(op.f("ix_directive_performer_id"), "directive", ["performer_id"], unique=False)
    op.create_index(op.f("ix_directive_recorded_by_party_id"), "directive", ["recorded_by_party_id"], unique=False)
    op.create_index(op.f("ix_quorum_rule_performer_id_id"), "quorum_rule", ["performer_id", "id"], unique=False)
    op.create_index(
        op.f("ix_authority_event_performer_id_id"), "authority_event", ["performer_id", "id"], unique=False
    )
    op.create_index(
        op.f("ix_authority_event_representation_id"), "authority_event", ["representation_id"], unique=False
    )
    op.create_index(
        op.f("ix_holder_consent_licensor_party_id"), "holder_consent", ["licensor_party_id"], unique=False
    )
    op.create_index(
        "uq_holder_consent_standing",
        "holder_consent",
        ["representation_id", "licensor_party_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index(op.f("ix_representation_principal_id"), "representation", ["principal_id"], unique=False)
    op.create_index(
        op.f("ix_representation_superseded_by_id"), "representation", ["superseded_by_id"], unique=False
    )
    for table in (
        "quorum_rule",
        "authority_event",
    ):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
