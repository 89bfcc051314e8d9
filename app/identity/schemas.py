"""What goes in and out of the routes about keys and the caller."""

from typing import Any

import marshmallow as ma

from app.identity.states import Role, Scope
from app.infrastructure.http.fields import Instant, Line
from app.infrastructure.http.paging import page_schema


class ApiKeyIn(ma.Schema):
    name = Line(80, required=True, metadata={"description": "What the key is for"})
    scopes = ma.fields.List(
        ma.fields.Enum(Scope, by_value=True), required=True, validate=ma.validate.Length(1, len(Scope))
    )
    expires_at = Instant(load_default=None, allow_none=True)

    @ma.post_load
    def collect_scopes(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"scopes": frozenset(data["scopes"])}


class ApiKeyOut(ma.Schema):
    id = ma.fields.Str(required=True)
    prefix = ma.fields.Str(required=True, metadata={"description": "How the key's text goes on after `lk_`"})
    name = ma.fields.Str(required=True)
    scopes = ma.fields.List(ma.fields.Str(), required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True, allow_none=True)
    revoked_at = Instant(required=True, allow_none=True)


class NewApiKeyOut(ma.Schema):
    api_key = ma.fields.Nested(ApiKeyOut, required=True, attribute="key")
    text = ma.fields.Str(
        required=True,
        allow_none=True,
        metadata={"description": "The key itself, shown this once: null when the call is repeated"},
    )


class UserOut(ma.Schema):
    id = ma.fields.Str(required=True)
    name = ma.fields.Str(required=True)
    email = ma.fields.Str(required=True)


class MeOut(ma.Schema):
    user = ma.fields.Nested(UserOut, required=True, allow_none=True)
    party_id = ma.fields.Str(required=True)
    role = ma.fields.Enum(Role, by_value=True, required=True)
    api_key_id = ma.fields.Str(required=True, allow_none=True)
    scopes = ma.fields.List(ma.fields.Enum(Scope, by_value=True), required=True)


ApiKeyPageOut = page_schema(ApiKeyOut)
