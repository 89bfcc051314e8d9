"""What goes in and out of the routes about comments, agreed fields, documents and inspections."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line, UploadedFile, WholeNumber
from app.infrastructure.http.paging import PageArgs, page_schema
from app.negotiation.discussion.rules.pointers import LONGEST_POINTER
from app.negotiation.discussion.states import DocumentRequestStatus
from app.negotiation.schemas import NegotiationOut, OfferHeadOut
from app.negotiation.terms.fields import VisibleLine, VisibleParagraphs

LONGEST_COMMENT = 4000
LONGEST_REASON = 2000
LARGEST_NUMBER = 1_000_000

_WHERE = "JSON pointer (RFC 6901) into the terms of that offer"


class CommentIn(ma.Schema):
    offer_number = WholeNumber(required=True, validate=ma.validate.Range(1, LARGEST_NUMBER))
    pointer = ma.fields.Str(
        load_default="",
        validate=ma.validate.Length(0, LONGEST_POINTER),
        metadata={"description": f"{_WHERE}; empty, or left out: about the whole offer"},
    )
    text = VisibleParagraphs(LONGEST_COMMENT, required=True)


class CommentsArgs(PageArgs):
    offer_number = ma.fields.Int(validate=ma.validate.Range(1, LARGEST_NUMBER))
    pointer = ma.fields.Str(
        validate=ma.validate.Length(0, LONGEST_POINTER),
        metadata={"description": "Exactly this field; empty for what was said about whole offers"},
    )


class CommentOut(ma.Schema):
    id = ma.fields.Str(required=True)
    offer_number = ma.fields.Int(required=True)
    pointer = ma.fields.Str(required=True, metadata={"description": f"{_WHERE}; empty for the whole"})
    by_party_id = ma.fields.Str(required=True)
    by_user_id = ma.fields.Str(required=True)
    text = ma.fields.Str(required=True)
    written_at = Instant(required=True)


class AgreedFieldIn(ma.Schema):
    """Exactly what is agreed to."""

    offer_number = WholeNumber(
        required=True,
        validate=ma.validate.Range(1, LARGEST_NUMBER),
        metadata={"description": "That of the latest offer"},
    )
    pointer = ma.fields.Str(
        required=True,
        validate=ma.validate.Length(1, LONGEST_POINTER),
        metadata={"description": f"{_WHERE}: a field, a section, or a whole list"},
    )
    value_sha256 = ma.fields.Str(
        required=True,
        validate=ma.validate.Regexp(r"[0-9a-f]{64}\Z"),
        metadata={"description": "SHA-256 of the canonical JSON (RFC 8785) of the value that was read"},
    )


class ReopeningIn(ma.Schema):
    pointer = ma.fields.Str(required=True, validate=ma.validate.Length(1, LONGEST_POINTER))
    reason = VisibleParagraphs(LONGEST_REASON, required=True, metadata={"description": "Told to the other side"})


class AgreedFieldOut(ma.Schema):
    pointer = ma.fields.Str(required=True)
    is_locked = ma.fields.Bool(
        required=True, metadata={"description": "Both sides agreed: no offer changes it until a side reopens it"}
    )
    agreed_by_party_ids = ma.fields.List(ma.fields.Str(), required=True)
    offer_number = ma.fields.Int(
        required=True, metadata={"description": "The offer in which it was last agreed to"}
    )
    value = ma.fields.Raw(required=True, allow_none=True, metadata={"description": "As in the latest offer"})
    value_sha256 = ma.fields.Str(required=True)


class AgreedFieldsOut(ma.Schema):
    """Agreed so far, and what each side proposes to agree on. What a later offer changed is not here any more."""

    offer_number = ma.fields.Int(required=True, metadata={"description": "The latest offer"})
    fields_ = ma.fields.List(ma.fields.Nested(AgreedFieldOut), required=True, attribute="fields", data_key="fields")


class DocumentRequestIn(ma.Schema):
    what = VisibleLine(200, required=True, metadata={"description": "Which document is asked for"})
    why = VisibleParagraphs(LONGEST_REASON, shortest=0, load_default="")


class DocumentRequestOut(ma.Schema):
    id = ma.fields.Str(required=True)
    asked_by_party_id = ma.fields.Str(required=True)
    what = ma.fields.Str(required=True)
    why = ma.fields.Str(required=True)
    status = ma.fields.Enum(DocumentRequestStatus, by_value=True, required=True)
    asked_at = Instant(required=True)
    answered_at = Instant(required=True, allow_none=True)
    document_id = ma.fields.Str(required=True, allow_none=True)
    decline_reason = ma.fields.Str(required=True)


class DocumentDeclineIn(ma.Schema):
    reason = VisibleParagraphs(LONGEST_REASON, required=True, metadata={"description": "Told to the other side"})


class SharedDocumentIn(ma.Schema):
    file = UploadedFile(required=True)
    description = VisibleLine(200, shortest=0, load_default="")
    request_id = Line(
        32, load_default=None, metadata={"description": "What it answers, if the other side asked for it"}
    )


class SharedDocumentOut(ma.Schema):
    id = ma.fields.Str(required=True)
    by_party_id = ma.fields.Str(required=True)
    description = ma.fields.Str(required=True)
    filename = ma.fields.Str(required=True)
    media_type = ma.fields.Str(required=True, metadata={"description": "Told from its content"})
    size_bytes = ma.fields.Int(required=True)
    sha256 = ma.fields.Str(required=True)
    shared_at = Instant(required=True)


class InspectionIn(ma.Schema):
    reason = VisibleParagraphs(LONGEST_REASON, required=True, metadata={"description": "Told to both sides"})


class InspectionOut(ma.Schema):
    """That an administrator of the platform could read the talks, why, and until when."""

    id = ma.fields.Str(required=True)
    negotiation_id = ma.fields.Str(required=True)
    by_user_id = ma.fields.Str(required=True)
    reason = ma.fields.Str(required=True)
    opened_at = Instant(required=True)
    ends_at = Instant(required=True, metadata={"description": "The first instant at which it is over"})


class InspectedOfferOut(OfferHeadOut):
    terms = ma.fields.Dict(keys=ma.fields.Str(), required=True)


class InspectedNegotiationOut(NegotiationOut):
    """Who inspects stands in it as nothing."""

    class Meta:
        exclude = ("role",)


class DossierOut(ma.Schema):
    """All that was said, oldest first."""

    inspection = ma.fields.Nested(InspectionOut, required=True)
    negotiation = ma.fields.Nested(InspectedNegotiationOut, required=True, attribute="view")
    offers = ma.fields.List(ma.fields.Nested(InspectedOfferOut), required=True)
    comments = ma.fields.List(ma.fields.Nested(CommentOut), required=True)
    agreed = ma.fields.Nested(AgreedFieldsOut, required=True)
    document_requests = ma.fields.List(ma.fields.Nested(DocumentRequestOut), required=True, attribute="requests")
    documents = ma.fields.List(ma.fields.Nested(SharedDocumentOut), required=True)


CommentPageOut = page_schema(CommentOut)
DocumentRequestPageOut = page_schema(DocumentRequestOut)
SharedDocumentPageOut = page_schema(SharedDocumentOut)
InspectionPageOut = page_schema(InspectionOut)
