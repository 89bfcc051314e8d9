"""The shape of a public record."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant
from app.licensing.record.states import PublicStanding
from app.values.components import Component


class PublicTermOut(ma.Schema):
    """From when until when a license runs."""

    first_day = ma.fields.Str(required=True)
    last_day = ma.fields.Str(required=True, metadata={"description": "The last day, that day included"})
    zone = ma.fields.Str(required=True, metadata={"description": "The IANA time zone of the days"})
    starts_at = ma.fields.Str(required=True)
    ends_at = ma.fields.Str(required=True, metadata={"description": "At this very instant it is over"})


class PublicTerritoryOut(ma.Schema):
    expression = ma.fields.Str(required=True)
    codes = ma.fields.List(ma.fields.Str(), required=True, metadata={"description": "ISO 3166-1 alpha-2"})


class PublicGrantOut(ma.Schema):
    """What is licensed of one component."""

    component = ma.fields.Enum(Component, by_value=True, required=True)
    media = ma.fields.List(ma.fields.Str(), required=True)
    territory = ma.fields.Nested(PublicTerritoryOut, required=True)


class LicenseRecordOut(ma.Schema):
    """What anybody may read of a license. What its two sides did not agree to be public is absent."""

    license_id = ma.fields.Str(required=True)
    standing = ma.fields.Enum(
        PublicStanding,
        by_value=True,
        required=True,
        metadata={"description": "At `as_of`; ask again instead of keeping it"},
    )
    as_of = Instant(required=True)
    performer = ma.fields.Str()
    production = ma.fields.Str()
    licensee = ma.fields.Str()
    licensor = ma.fields.Str()
    term = ma.fields.Nested(PublicTermOut)
    scope = ma.fields.List(ma.fields.Nested(PublicGrantOut))
