"""What goes in and out of the routes about the chain of authority."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line, Paragraphs, plain_text
from app.infrastructure.http.paging import page_schema
from app.parties.rules.mandates import GapCode
from app.parties.states import AuthorityEventKind, Capacity, QuorumKind, RepresentationStatus
from app.values.components import Component


class FailureIn(ma.Schema):
    as_of = Instant(required=True, metadata={"description": "Since when the authority did not exist"})
    reason = Paragraphs(2000, required=True, metadata={"description": "The ruling, or why the mandate is void"})


class RestorationIn(ma.Schema):
    reason = Paragraphs(2000, required=True)


class AuthorityEventOut(ma.Schema):
    id = ma.fields.Str(required=True)
    representation_id = ma.fields.Str(required=True, allow_none=True)
    kind = ma.fields.Enum(AuthorityEventKind, by_value=True, required=True)
    as_of_at = Instant(required=True, allow_none=True)
    detail = ma.fields.Str(required=True)
    reason = ma.fields.Str(required=True)
    happened_at = Instant(required=True)


class ConsentIn(ma.Schema):
    licensor_party_id = Line(
        32, required=True, metadata={"description": "Who licenses your share too, until you withdraw"}
    )


class ConsentOut(ma.Schema):
    id = ma.fields.Str(required=True)
    representation_id = ma.fields.Str(required=True)
    licensor_party_id = ma.fields.Str(required=True)
    given_at = Instant(required=True)
    withdrawn_at = Instant(required=True, allow_none=True)


class QuorumRuleIn(ma.Schema):
    rule = ma.fields.Enum(QuorumKind, by_value=True, required=True)
    component = ma.fields.Enum(
        Component,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "Nothing for every component without a rule of its own"},
    )
    reason = Paragraphs(2000, required=True, metadata={"description": "The will, the articles or the order"})


class QuorumRuleOut(ma.Schema):
    component = ma.fields.Enum(Component, by_value=True, required=True, allow_none=True)
    rule = ma.fields.Enum(QuorumKind, by_value=True, required=True)
    reason = ma.fields.Str(required=True)
    set_at = Instant(required=True)


class QuorumRulesOut(ma.Schema):
    rules = ma.fields.List(
        ma.fields.Nested(QuorumRuleOut),
        required=True,
        metadata={"description": "In force; a component without a rule, where there is no general one, takes all"},
    )


class AuthorityArgs(ma.Schema):
    class Meta:
        unknown = ma.RAISE

    licensor_party_id = ma.fields.Str(
        validate=plain_text(32), metadata={"description": "Your own party unless you administer the platform"}
    )


class AuthorityPartOut(ma.Schema):
    components = ma.fields.List(ma.fields.Str(), required=True)
    media = ma.fields.List(ma.fields.Str(), required=True)
    territory_codes = ma.fields.List(ma.fields.Str(), required=True)
    signs_until_at = Instant(required=True, allow_none=True)
    licenses_until_at = Instant(required=True, allow_none=True)
    holds_exclusively = ma.fields.Bool(required=True)
    representation_ids = ma.fields.List(ma.fields.Str(), required=True)


class AuthorityGapOut(ma.Schema):
    code = ma.fields.Enum(GapCode, by_value=True, required=True)
    component = ma.fields.Enum(Component, by_value=True, required=True)
    media = ma.fields.List(ma.fields.Str(), required=True)
    territory_codes = ma.fields.List(ma.fields.Str(), required=True)
    sentence = ma.fields.Str(required=True)
    missing_share_bps = ma.fields.Int(required=True)
    party_ids = ma.fields.List(ma.fields.Str(), required=True)


class HolderOut(ma.Schema):
    representation_id = ma.fields.Str(required=True, attribute="id")
    holder_party_id = ma.fields.Str(required=True)
    capacity = ma.fields.Enum(Capacity, by_value=True, required=True)
    principal_id = ma.fields.Str(required=True, allow_none=True)
    share_bps = ma.fields.Int(required=True, allow_none=True)
    is_exclusive = ma.fields.Bool(required=True)
    components = ma.fields.List(ma.fields.Str(), required=True)
    territory = ma.fields.Str(required=True, attribute="territory_expression")
    signs_until_at = Instant(required=True, allow_none=True)
    licenses_until_at = Instant(required=True, allow_none=True)
    status = ma.fields.Enum(RepresentationStatus, by_value=True, required=True)


class AuthorityOut(ma.Schema):
    performer_id = ma.fields.Str(required=True)
    licensor_party_id = ma.fields.Str(required=True)
    authorities = ma.fields.List(
        ma.fields.Nested(AuthorityPartOut),
        required=True,
        metadata={"description": "Where you may sign now; what is asked must lie within one of them"},
    )
    gaps = ma.fields.List(
        ma.fields.Nested(AuthorityGapOut),
        required=True,
        metadata={"description": "Everything else, and exactly what is missing there"},
    )
    holders = ma.fields.List(
        ma.fields.Nested(HolderOut),
        required=True,
        metadata={"description": "The verified chain, for those who stand in it; at most 200"},
    )
    quorum_rules = ma.fields.List(ma.fields.Nested(QuorumRuleOut), required=True)


AuthorityEventPageOut = page_schema(AuthorityEventOut)
ConsentPageOut = page_schema(ConsentOut)
