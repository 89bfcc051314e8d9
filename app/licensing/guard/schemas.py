"""The shape of a guard list."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant
from app.licensing.rules.guard import GuardSource
from app.negotiation.terms.vocabulary import GuardContext
from app.values.components import Axis, Component

_EMPTY = "None named means every one"


class GuardEntryOut(ma.Schema):
    """One thing that is excluded, and by whom."""

    source = ma.fields.Enum(
        GuardSource,
        by_value=True,
        required=True,
        metadata={
            "description": "`deal`: a decision about it says PROHIBITED. `directive`: the performer's own wish, "
            "which binds every later deal"
        },
    )
    source_id = ma.fields.Str(required=True, metadata={"description": "The deal or the directive"})
    sentence = ma.fields.Str(required=True)
    context = ma.fields.Enum(
        GuardContext,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "Of a deal; nothing where a performer speaks in their own words"},
    )
    components = ma.fields.List(
        ma.fields.Enum(Component, by_value=True), required=True, metadata={"description": _EMPTY}
    )
    axes = ma.fields.List(ma.fields.Enum(Axis, by_value=True), required=True, metadata={"description": _EMPTY})
    media = ma.fields.List(ma.fields.Str(), required=True, metadata={"description": _EMPTY})
    categories = ma.fields.List(
        ma.fields.Str(), required=True, metadata={"description": "Product categories; none named means every use"}
    )
    until_at = Instant(
        required=True, allow_none=True, metadata={"description": "The first instant that it binds no more"}
    )


class GuardListOut(ma.Schema):
    """What must never be made of the likeness under a license, as it stands at the instant of asking."""

    license_id = ma.fields.Str(required=True)
    terms_sha256 = ma.fields.Str(required=True, metadata={"description": "Of the terms in force"})
    contexts = ma.fields.List(
        ma.fields.Enum(GuardContext, by_value=True),
        required=True,
        metadata={"description": "The contexts that a decision refuses: name those a use touches in `contexts`"},
    )
    items = ma.fields.List(ma.fields.Nested(GuardEntryOut), required=True)
