"""What goes in and out of the routes about tax forms."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Paragraphs
from app.infrastructure.http.paging import PageArgs, page_schema
from app.parties.tax_forms.states import TaxFormKind
from app.values.territory import world


def _country(code: str) -> None:
    if code not in world():
        raise ma.ValidationError("Give an ISO 3166-1 alpha-2 code such as DE.")


class TaxFormIn(ma.Schema):
    kind = ma.fields.Enum(TaxFormKind, by_value=True, required=True)
    country = ma.fields.Str(
        required=True,
        validate=_country,
        metadata={"example": "DE", "description": "Where the party is taxed, as the form says"},
    )
    signed_on = ma.fields.Date(required=True)
    claims_treaty = ma.fields.Bool(load_default=False, truthy={True}, falsy={False})


class TaxFormsArgs(PageArgs):
    is_waiting = ma.fields.Bool(
        truthy={"true", "1"}, falsy={"false", "0"}, metadata={"description": "Neither confirmed nor revoked yet"}
    )


class TaxFormOut(ma.Schema):
    id = ma.fields.Str(required=True)
    party_id = ma.fields.Str(required=True)
    kind = ma.fields.Enum(TaxFormKind, by_value=True, required=True)
    country = ma.fields.Str(required=True)
    claims_treaty = ma.fields.Bool(required=True)
    signed_on = ma.fields.Date(required=True)
    valid_until_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": "The last day"})
    recorded_at = Instant(required=True)
    confirmed_at = Instant(required=True, allow_none=True)
    revoked_at = Instant(required=True, allow_none=True)
    revocation_reason = ma.fields.Str(required=True)


class TaxFormRevocationIn(ma.Schema):
    reason = Paragraphs(2000, required=True, metadata={"description": "What changed, or was wrong"})


TaxFormPageOut = page_schema(TaxFormOut)
