"""What two sides say to each other about an offer: comments, agreed fields, documents; and who looks at it."""

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements

revision = "0021_discussion"
down_revision = "0020_signatures"


def upgrade() -> None:
    op.create_table(
        "discussion_mail",
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_discussion_mail_negotiation_id_negotiation")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_discussion_mail_party_id_party")),
        sa.PrimaryKeyConstraint("negotiation_id", "party_id", name=op.f("pk_discussion_mail")),
    )
    op.create_table(
        "inspection",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("by_user_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_inspection_for_a_reason")),
        sa.CheckConstraint("ends_at > opened_at", name=op.f("ck_inspection_lasts")),
        sa.ForeignKeyConstraint(["by_party_id"], ["party.id"], name=op.f("fk_inspection_by_party_id_party")),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_inspection_by_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_inspection_negotiation_id_negotiation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index(op.f("ix_inspection_negotiation_id_id"), "inspection", ["negotiation_id", "id"], unique=False)
    op.create_table(
        "shared_document",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("by_user_id", sa.String(32), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_party_id"], ["party.id"], name=op.f("fk_shared_document_by_party_id_party")),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_shared_document_by_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_shared_document_negotiation_id_negotiation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_document")),
        sa.UniqueConstraint(
            "negotiation_id",
            "by_party_id",
            "sha256",
            name=op.f("uq_shared_document_negotiation_id_by_party_id_sha256"),
        ),
    )
    op.create_table(
        "agreed_field_move",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "agreed", "reopened", name="agreed_move_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("value_sha256", sa.String(64), nullable=True),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("by_user_id", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'agreed') = (value_sha256 IS NOT NULL)", name=op.f("ck_agreed_field_move_agreed_to_a_value")
        ),
        sa.CheckConstraint(
            "(kind = 'reopened') = (reason <> '')", name=op.f("ck_agreed_field_move_reopened_with_a_reason")
        ),
        sa.CheckConstraint("length(value_sha256) = 64", name=op.f("ck_agreed_field_move_hash_whole")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_agreed_field_move_numbered_from_one")),
        sa.ForeignKeyConstraint(["by_party_id"], ["party.id"], name=op.f("fk_agreed_field_move_by_party_id_party")),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_agreed_field_move_by_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id", "offer_number"],
            ["offer.negotiation_id", "offer.number"],
            name=op.f("fk_agreed_field_move_negotiation_id_offer_number_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_agreed_field_move_negotiation_id_negotiation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_field_move")),
        sa.UniqueConstraint(
            "negotiation_id", "position", name=op.f("uq_agreed_field_move_negotiation_id_position")
        ),
    )
    op.create_table(
        "document_request",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("asked_by_party_id", sa.String(32), nullable=False),
        sa.Column("asked_by_user_id", sa.String(32), nullable=False),
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "provided",
                "declined",
                "withdrawn",
                name="document_request_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.String(32), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'asked') = (answered_at IS NULL)", name=op.f("ck_document_request_answered_when_not_asked")
        ),
        sa.CheckConstraint(
            "(status = 'declined') = (decline_reason <> '')",
            name=op.f("ck_document_request_declined_with_a_reason"),
        ),
        sa.CheckConstraint(
            "(status = 'provided') = (document_id IS NOT NULL)",
            name=op.f("ck_document_request_provided_with_a_file"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_party_id"], ["party.id"], name=op.f("fk_document_request_asked_by_party_id_party")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_user_id"],
            ["user_account.id"],
            name=op.f("fk_document_request_asked_by_user_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["shared_document.id"], name=op.f("fk_document_request_document_id_shared_document")
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_document_request_negotiation_id_negotiation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_request")),
    )
    op.create_index(op.f("ix_document_request_document_id"), "document_request", ["document_id"], unique=False)
    op.create_index(
        op.f("ix_document_request_negotiation_id_id"), "document_request", ["negotiation_id", "id"], unique=False
    )
    op.create_table(
        "offer_comment",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("negotiation_id", sa.String(32), nullable=False),
        sa.Column("offer_number", sa.Integer(), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("by_user_id", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_party_id"], ["party.id"], name=op.f("fk_offer_comment_by_party_id_party")),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_offer_comment_by_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id", "offer_number"],
            ["offer.negotiation_id", "offer.number"],
            name=op.f("fk_offer_comment_negotiation_id_offer_number_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["negotiation_id"], ["negotiation.id"], name=op.f("fk_offer_comment_negotiation_id_negotiation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_comment")),
    )
    op.create_index(
        op.f("ix_offer_comment_negotiation_id_id"), "offer_comment", ["negotiation_id", "id"], unique=False
    )
    for table in ("offer_comment", "agreed_field_move", "shared_document", "inspection"):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
