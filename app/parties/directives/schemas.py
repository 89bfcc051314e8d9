"""What goes in and out of the routes about directives."""

import marshmallow as ma

from app.infrastructure.http.fields import CodeSet, Instant, Paragraphs
from app.infrastructure.http.paging import page_schema
from app.values import media, product_categories
from app.values.components import Axis, Component

_EMPTY = "None named means every one"


class DirectiveIn(ma.Schema):
    wording = Paragraphs(
        4000, required=True, metadata={"description": "The performer's own words, or as near to them as is known"}
    )
    components = ma.fields.List(
        ma.fields.Enum(Component, by_value=True),
        load_default=[],
        validate=ma.validate.Length(0, len(Component)),
        metadata={"description": _EMPTY},
    )
    axes = ma.fields.List(
        ma.fields.Enum(Axis, by_value=True),
        load_default=[],
        validate=ma.validate.Length(0, len(Axis)),
        metadata={"description": _EMPTY},
    )
    media = CodeSet(
        media.expand,
        load_default=frozenset,
        metadata={"description": "Roots or leaves. Leave it out for every medium"},
    )
    categories = CodeSet(
        product_categories.known,
        load_default=frozenset,
        metadata={"description": "Of brand use, which alone has them. Leave it out for every use"},
    )
    until_at = Instant(
        load_default=None,
        allow_none=True,
        metadata={"description": "The first instant that it binds no more; nothing means for ever"},
    )


class DirectiveOut(ma.Schema):
    id = ma.fields.Str(required=True)
    performer_id = ma.fields.Str(required=True)
    wording = ma.fields.Str(required=True)
    components = ma.fields.List(ma.fields.Str(), required=True)
    axes = ma.fields.List(ma.fields.Str(), required=True)
    media = ma.fields.List(ma.fields.Str(), required=True)
    categories = ma.fields.List(ma.fields.Str(), required=True)
    until_at = Instant(required=True, allow_none=True)
    recorded_by_party_id = ma.fields.Str(required=True)
    recorded_at = Instant(required=True)
    withdrawn_at = Instant(required=True, allow_none=True)
    withdrawal_reason = ma.fields.Str(required=True)


class DirectiveWithdrawalIn(ma.Schema):
    reason = Paragraphs(2000, required=True)


DirectivePageOut = page_schema(DirectiveOut)
