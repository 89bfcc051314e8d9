"""The table of tax forms."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import enum_field, id_field, ref_field, text_field
from app.parties.tax_forms.states import TaxFormKind


class TaxForm(SQLModel, table=True):
    """What a party declared about its taxes. It counts once an administrator has confirmed it."""

    __tablename__ = "tax_form"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'w9') = (country = 'US')", name="kind_fits_country"),
        sa.CheckConstraint("(kind = 'w9') = (valid_until_on IS NULL)", name="ends_unless_domestic"),
        sa.CheckConstraint("NOT claims_treaty OR kind IN ('w8ben', 'w8ben_e')", name="treaty_has_its_form"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revocation_reason = '')", name="revoked_with_a_reason"),
    )

    id: str = id_field("tax")
    party_id: str = ref_field("party.id")
    kind: TaxFormKind = enum_field(TaxFormKind)
    country: str = Field(max_length=2)
    """ISO 3166-1 alpha-2: where the party is taxed, as the form says. May differ from where it is established."""
    claims_treaty: bool
    signed_on: date
    valid_until_on: date | None = None
    """The last day on which it holds."""
    recorded_at: datetime
    recorded_by: str = Field(max_length=64)
    confirmed_at: datetime | None = None
    confirmed_by: str | None = Field(default=None, max_length=64)
    revoked_at: datetime | None = None
    """When it stopped to hold before its time, because something on it changed or was wrong."""
    revoked_by: str | None = Field(default=None, max_length=64)
    revocation_reason: str = text_field(default="")
