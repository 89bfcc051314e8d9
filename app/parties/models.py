"""Parties, performers, representations with their documents, and the beneficiaries of an estate."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, json_field, ref_field, text_field
from app.parties.states import DocumentKind, PartyKind, RepresentationStatus
from app.values.rounding import BASIS_POINTS


class Party(SQLModel, table=True):
    """Who acts, signs, pays and is paid. People sign in and act for a party."""

    __tablename__ = "party"

    id: str = id_field("pty")
    kind: PartyKind = enum_field(PartyKind)
    name: str = Field(max_length=120)
    country: str = Field(max_length=2)
    """ISO 3166-1 alpha-2: where it is established, which is where it is paid and taxed."""
    email: str = Field(max_length=254)
    created_at: datetime


class Performer(SQLModel, table=True):
    """The person whose likeness it is, living or dead."""

    __tablename__ = "performer"
    __table_args__ = (
        sa.CheckConstraint("NOT (is_living AND died_on IS NOT NULL)", name="living_has_no_death"),
        sa.CheckConstraint("died_on >= born_on", name="death_after_birth"),
    )

    id: str = id_field("prf")
    name: str = Field(max_length=120)
    is_living: bool
    born_on: date | None = None
    died_on: date | None = None
    """Nothing while living, or where the day is not known."""
    domicile: str = Field(max_length=6)
    """ISO 3166-1 or 3166-2, such as `US-CA`: where they live or, at death, lived. Decides which law applies."""
    summary: str = text_field()
    isni: str | None = Field(default=None, max_length=16, unique=True)
    recorded_by_party_id: str = ref_field("party.id")
    created_at: datetime


class Representation(SQLModel, table=True):
    """The authority of a party to license components of a performer. Counts only while `verified`."""

    __tablename__ = "representation"
    __table_args__ = (
        sa.Index(
            "uq_representation_verified",
            "performer_id",
            "holder_party_id",
            unique=True,
            sqlite_where=sa.text("status = 'verified'"),
            postgresql_where=sa.text("status = 'verified'"),
        ),
        sa.Index(None, "holder_party_id", "performer_id"),
    )

    id: str = id_field("rep")
    performer_id: str = ref_field("performer.id")
    holder_party_id: str = ref_field("party.id", index=False)
    components: list[str] = json_field(list)
    media: list[str] = json_field(list)
    """Leaves of the media tree."""
    territory_expression: str = text_field()
    territory_codes: list[str] = json_field(list)
    signs_until_at: datetime | None = None
    """The first instant at which no deal may be signed any more; nothing means no such end."""
    licenses_until_at: datetime | None = None
    """The latest instant at which a license may end; nothing means no such limit."""
    status: RepresentationStatus = enum_field(
        RepresentationStatus, default=RepresentationStatus.PENDING, index=True
    )
    verified_at: datetime | None = None
    verified_by: str | None = Field(default=None, max_length=64)
    """The user who decided, whether for or against."""
    note: str = text_field(default="")
    """The reason given with the decision."""
    created_at: datetime


class RepresentationDocument(SQLModel, table=True):
    """A file that proves a representation."""

    __tablename__ = "representation_document"
    __table_args__ = (sa.UniqueConstraint("representation_id", "sha256"),)

    id: str = id_field("rdc")
    representation_id: str = ref_field("representation.id", index=False)
    kind: DocumentKind = enum_field(DocumentKind)
    issued_on: date | None = None
    """The day it bears, from which letters grow stale."""
    filename: str = Field(max_length=255)
    sha256: str = Field(max_length=64)
    size_bytes: int = big_integer_field()
    media_type: str = Field(max_length=120)
    uploaded_at: datetime


class Beneficiary(SQLModel, table=True):
    """One party's share of what an estate earns, from an instant until the next set of shares takes over."""

    __tablename__ = "beneficiary"
    __table_args__ = (
        sa.UniqueConstraint("estate_party_id", "beneficiary_party_id", "valid_from_at"),
        sa.CheckConstraint(f"share_bps BETWEEN 1 AND {BASIS_POINTS}", name="share_within_whole"),
        sa.CheckConstraint("valid_until_at > valid_from_at", name="period_not_empty"),
    )

    id: str = id_field("bnf")
    estate_party_id: str = ref_field("party.id", index=False)
    beneficiary_party_id: str = ref_field("party.id")
    share_bps: int
    valid_from_at: datetime
    valid_until_at: datetime | None = None
