"""What goes in and out of the routes about parties."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import (
    Bps,
    Instant,
    Line,
    MediaLeaves,
    Paragraphs,
    TerritoryExpression,
    UploadedFile,
    plain_text,
)
from app.infrastructure.http.paging import PageArgs, page_schema
from app.parties.rules.identifiers import is_isni, is_place
from app.parties.states import Capacity, DocumentKind, PartyKind, RepresentationStatus
from app.values.components import Component
from app.values.territory import world


def _refuse_unless(holds: bool, sentence: str) -> None:
    if not holds:
        raise ma.ValidationError(sentence)


def _country(code: str) -> None:
    _refuse_unless(code in world(), "Give an ISO 3166-1 alpha-2 code such as DE.")


def _place(code: str) -> None:
    _refuse_unless(is_place(code), "Give an ISO 3166-1 or 3166-2 code such as DE or US-CA.")


def _isni(text: str) -> None:
    _refuse_unless(is_isni(text), "An ISNI has 15 digits and a check character; write it without blanks.")


class PartyIn(ma.Schema):
    kind = ma.fields.Enum(PartyKind, by_value=True, required=True)
    name = Line(120, required=True)
    country = ma.fields.Str(required=True, validate=_country, metadata={"example": "US"})
    email = ma.fields.Email(required=True, validate=plain_text(254))


class PartyOut(ma.Schema):
    id = ma.fields.Str(required=True)
    kind = ma.fields.Enum(PartyKind, by_value=True, required=True)
    name = ma.fields.Str(required=True)
    country = ma.fields.Str(required=True)
    email = ma.fields.Str(required=True)
    created_at = Instant(required=True)


class PerformerIn(ma.Schema):
    name = Line(120, required=True)
    is_living = ma.fields.Bool(required=True, truthy={True}, falsy={False})
    born_on = ma.fields.Date(load_default=None, allow_none=True)
    died_on = ma.fields.Date(load_default=None, allow_none=True)
    domicile = ma.fields.Str(required=True, validate=_place, metadata={"example": "US-CA"})
    summary = Paragraphs(4000, shortest=0, load_default="")
    isni = ma.fields.Str(load_default=None, allow_none=True, validate=_isni)


class PerformerOut(ma.Schema):
    id = ma.fields.Str(required=True)
    name = ma.fields.Str(required=True)
    is_living = ma.fields.Bool(required=True)
    born_on = ma.fields.Date(required=True, allow_none=True)
    died_on = ma.fields.Date(required=True, allow_none=True)
    domicile = ma.fields.Str(required=True)
    summary = ma.fields.Str(required=True)
    isni = ma.fields.Str(required=True, allow_none=True)


class RepresentationIn(ma.Schema):
    performer_id = Line(32, required=True)
    holder_party_id = Line(32, metadata={"description": "Yours unless you administer the platform"})
    capacity = ma.fields.Enum(Capacity, by_value=True, required=True)
    principal_id = Line(
        32,
        load_default=None,
        allow_none=True,
        metadata={"description": "An agent or attorney names the representation of its principal"},
    )
    share_bps = Bps(
        load_default=None,
        allow_none=True,
        metadata={"description": "An owner's share of the right, all of it unless said"},
    )
    is_exclusive = ma.fields.Bool(
        load_default=None,
        allow_none=True,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether the mandate of an agent or attorney is exclusive; it is not unless said"},
    )
    may_delegate = ma.fields.Bool(
        load_default=None,
        allow_none=True,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether agents may be appointed under it; owners may, agents not, unless said"},
    )
    components = ma.fields.List(
        ma.fields.Enum(Component, by_value=True), required=True, validate=ma.validate.Length(1, len(Component))
    )
    media = MediaLeaves(required=True)
    territory = TerritoryExpression(required=True, metadata={"example": "+WORLD -CN"})
    begins_at = Instant(load_default=None, allow_none=True)
    signs_until_at = Instant(load_default=None, allow_none=True)
    licenses_until_at = Instant(load_default=None, allow_none=True)


class DocumentIn(ma.Schema):
    file = UploadedFile(required=True)
    kind = ma.fields.Enum(DocumentKind, by_value=True, required=True)
    issued_on = ma.fields.Date(load_default=None, metadata={"description": "The day the document bears"})


class DocumentOut(ma.Schema):
    id = ma.fields.Str(required=True)
    kind = ma.fields.Enum(DocumentKind, by_value=True, required=True)
    issued_on = ma.fields.Date(required=True, allow_none=True)
    filename = ma.fields.Str(required=True)
    media_type = ma.fields.Str(required=True)
    size_bytes = ma.fields.Int(required=True)
    sha256 = ma.fields.Str(required=True)
    uploaded_at = Instant(required=True)


class RepresentationOut(ma.Schema):
    id = ma.fields.Str(required=True, attribute="representation.id")
    performer_id = ma.fields.Str(required=True, attribute="representation.performer_id")
    holder_party_id = ma.fields.Str(required=True, attribute="representation.holder_party_id")
    capacity = ma.fields.Enum(Capacity, by_value=True, required=True, attribute="representation.capacity")
    principal_id = ma.fields.Str(required=True, allow_none=True, attribute="representation.principal_id")
    share_bps = ma.fields.Int(required=True, allow_none=True, attribute="representation.share_bps")
    is_exclusive = ma.fields.Bool(required=True, attribute="representation.is_exclusive")
    may_delegate = ma.fields.Bool(required=True, attribute="representation.may_delegate")
    components = ma.fields.List(ma.fields.Str(), required=True, attribute="representation.components")
    media = ma.fields.List(ma.fields.Str(), required=True, attribute="representation.media")
    territory = ma.fields.Str(required=True, attribute="representation.territory_expression")
    territory_codes = ma.fields.List(ma.fields.Str(), required=True, attribute="representation.territory_codes")
    begins_at = Instant(required=True, allow_none=True, attribute="representation.begins_at")
    signs_until_at = Instant(required=True, allow_none=True, attribute="representation.signs_until_at")
    licenses_until_at = Instant(required=True, allow_none=True, attribute="representation.licenses_until_at")
    status = ma.fields.Enum(RepresentationStatus, by_value=True, required=True, attribute="representation.status")
    verified_at = Instant(required=True, allow_none=True, attribute="representation.verified_at")
    note = ma.fields.Str(required=True, attribute="representation.note")
    failed_as_of_at = Instant(required=True, allow_none=True, attribute="representation.failed_as_of_at")
    superseded_by_id = ma.fields.Str(required=True, allow_none=True, attribute="representation.superseded_by_id")
    created_at = Instant(required=True, attribute="representation.created_at")
    documents = ma.fields.List(ma.fields.Nested(DocumentOut), required=True)


class RepresentationsArgs(PageArgs):
    status = ma.fields.Enum(RepresentationStatus, by_value=True)
    performer_id = ma.fields.Str(validate=plain_text(32))


class VerificationIn(ma.Schema):
    decision = ma.fields.Str(required=True, validate=ma.validate.OneOf(["verified", "failed"]))
    reason = Paragraphs(2000, required=True, metadata={"description": "What the documents prove, or do not"})

    @ma.post_load
    def name_the_outcome(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"is_verified": data["decision"] == "verified", "reason": data["reason"]}


class ShareIn(ma.Schema):
    party_id = Line(32, required=True)
    share_bps = Bps(required=True)


class BeneficiariesIn(ma.Schema):
    shares = ma.fields.List(ma.fields.Nested(ShareIn), required=True, validate=ma.validate.Length(1, 100))
    from_at = Instant(load_default=None, allow_none=True, metadata={"description": "Now, unless said"})


class BeneficiaryOut(ma.Schema):
    party_id = ma.fields.Str(required=True, attribute="beneficiary_party_id")
    share_bps = ma.fields.Int(required=True)
    valid_from_at = Instant(required=True)
    valid_until_at = Instant(required=True, allow_none=True)


class BeneficiariesOut(ma.Schema):
    shares = ma.fields.List(ma.fields.Nested(BeneficiaryOut), required=True)


PartyPageOut = page_schema(PartyOut)
PerformerPageOut = page_schema(PerformerOut)
RepresentationPageOut = page_schema(RepresentationOut)
