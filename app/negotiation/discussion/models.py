"""Comments, moves about fields, documents asked for and shared, and the inspections of an administrator."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, ref_field, text_field
from app.negotiation.discussion.states import AgreedMoveKind, DocumentRequestStatus


class OfferComment(SQLModel, table=True):
    """What somebody said about a field of an offer, or about the offer as a whole."""

    __tablename__ = "offer_comment"
    __table_args__ = (
        sa.ForeignKeyConstraint(["negotiation_id", "offer_number"], ["offer.negotiation_id", "offer.number"]),
        sa.Index(None, "negotiation_id", "id"),
    )

    id: str = id_field("cmt")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    offer_number: int
    pointer: str = text_field()
    """A JSON pointer into the terms of that offer; empty for the whole."""
    by_party_id: str = ref_field("party.id", index=False)
    by_user_id: str = ref_field("user_account.id", index=False)
    text: str = text_field()
    written_at: datetime


class AgreedFieldMove(SQLModel, table=True):
    """One side agreed to a field of the latest offer, or took that back. The rules say what follows."""

    __tablename__ = "agreed_field_move"
    __table_args__ = (
        sa.ForeignKeyConstraint(["negotiation_id", "offer_number"], ["offer.negotiation_id", "offer.number"]),
        sa.UniqueConstraint("negotiation_id", "position"),
        sa.CheckConstraint("position >= 1", name="numbered_from_one"),
        sa.CheckConstraint("(kind = 'agreed') = (value_sha256 IS NOT NULL)", name="agreed_to_a_value"),
        sa.CheckConstraint("(kind = 'reopened') = (reason <> '')", name="reopened_with_a_reason"),
        sa.CheckConstraint("length(value_sha256) = 64", name="hash_whole"),
    )

    id: str = id_field("agm")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    position: int
    """Which move of the negotiation it is: the order that counts, whatever clock wrote `made_at`."""
    offer_number: int
    """The latest offer when the move was made."""
    kind: AgreedMoveKind = enum_field(AgreedMoveKind)
    pointer: str = text_field()
    value_sha256: str | None = Field(default=None, max_length=64)
    """SHA-256 of the canonical JSON of the value agreed to."""
    by_party_id: str = ref_field("party.id", index=False)
    by_user_id: str = ref_field("user_account.id", index=False)
    reason: str = text_field(default="")
    made_at: datetime


class DiscussionMail(SQLModel, table=True):
    """That a side was mailed about what the other said, and has not spoken since."""

    __tablename__ = "discussion_mail"

    negotiation_id: str = Field(primary_key=True, max_length=32, foreign_key="negotiation.id")
    party_id: str = Field(primary_key=True, max_length=32, foreign_key="party.id")
    mailed_at: datetime | None = None
    """Nothing once it has spoken."""


class SharedDocument(SQLModel, table=True):
    """A file that one side gave the other, asked or unasked."""

    __tablename__ = "shared_document"
    __table_args__ = (sa.UniqueConstraint("negotiation_id", "by_party_id", "sha256"),)

    id: str = id_field("sdc")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    by_party_id: str = ref_field("party.id", index=False)
    by_user_id: str = ref_field("user_account.id", index=False)
    description: str = text_field(default="")
    filename: str = Field(max_length=255)
    sha256: str = Field(max_length=64)
    size_bytes: int = big_integer_field()
    media_type: str = Field(max_length=120)
    """Told from its content."""
    shared_at: datetime


class DocumentRequest(SQLModel, table=True):
    """One side asks the other for a document."""

    __tablename__ = "document_request"
    __table_args__ = (
        sa.Index(None, "negotiation_id", "id"),
        sa.CheckConstraint("(status = 'provided') = (document_id IS NOT NULL)", name="provided_with_a_file"),
        sa.CheckConstraint("(status = 'declined') = (decline_reason <> '')", name="declined_with_a_reason"),
        sa.CheckConstraint("(status = 'asked') = (answered_at IS NULL)", name="answered_when_not_asked"),
    )

    id: str = id_field("dcr")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    asked_by_party_id: str = ref_field("party.id", index=False)
    asked_by_user_id: str = ref_field("user_account.id", index=False)
    what: str = Field(max_length=200)
    why: str = text_field(default="")
    status: DocumentRequestStatus = enum_field(DocumentRequestStatus, default=DocumentRequestStatus.ASKED)
    asked_at: datetime
    answered_at: datetime | None = None
    document_id: str | None = ref_field("shared_document.id", nullable=True)
    decline_reason: str = text_field(default="")


class Inspection(SQLModel, table=True):
    """An administrator's access to what two sides said to each other: for a reason, for a time, and both know."""

    __tablename__ = "inspection"
    __table_args__ = (
        sa.Index(None, "negotiation_id", "id"),
        sa.CheckConstraint("ends_at > opened_at", name="lasts"),
        sa.CheckConstraint("reason <> ''", name="for_a_reason"),
    )

    id: str = id_field("ins")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    by_party_id: str = ref_field("party.id", index=False)
    by_user_id: str = ref_field("user_account.id", index=False)
    reason: str = text_field()
    opened_at: datetime
    ends_at: datetime
    """The first instant at which it is over."""


for _model in (OfferComment, AgreedFieldMove, SharedDocument, Inspection):
    append_only(_model)
