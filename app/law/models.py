"""Overrides of law rows with their reasons, claims registered with states, evidence of use."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import enum_field, id_field, ref_field, text_field
from app.law.states import LawTable
from app.values.law.vocabulary import Enforcement

_VALUE_OF_ITS_TABLE = (
    "(law_table = 'consent') = (enforcement IS NOT NULL)"
    " AND (law_table = 'postmortem') = (years IS NOT NULL)"
    " AND (law_table = 'withholding') = (rate_bps IS NOT NULL)"
)


class LawOverride(SQLModel, table=True):
    """What an administrator lets count instead of a row, and why. It is ended, never changed or deleted."""

    __tablename__ = "law_override"
    __table_args__ = (
        sa.Index(
            "uq_law_override_for_all",
            "law_table",
            "row_key",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND performer_id IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND performer_id IS NULL"),
        ),
        sa.Index(
            "uq_law_override_for_performer",
            "law_table",
            "row_key",
            "performer_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint(_VALUE_OF_ITS_TABLE, name="value_of_its_table"),
        sa.CheckConstraint("years BETWEEN 1 AND 999", name="years_sensible"),
        sa.CheckConstraint("rate_bps BETWEEN 0 AND 10000", name="rate_within_whole"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="end_has_a_reason"),
        sa.CheckConstraint("performer_id IS NULL OR law_table <> 'withholding'", name="tax_is_for_all"),
    )

    id: str = id_field("lov")
    law_table: LawTable = enum_field(LawTable)
    row_key: str = Field(max_length=40)
    """Jurisdiction, rule id or country: the key of the row in its table."""
    performer_id: str | None = ref_field("performer.id", nullable=True)
    """For this performer only; nothing for all."""
    enforcement: Enforcement | None = enum_field(Enforcement, nullable=True)
    years: int | None = None
    rate_bps: int | None = None
    reason: str = text_field()
    tables_version: str = Field(max_length=64)
    """Of the tables the row was read in when it was overridden."""
    recorded_at: datetime
    recorded_by: str = Field(max_length=64)
    ended_at: datetime | None = None
    ended_reason: str | None = text_field(nullable=True)
    ended_by: str | None = Field(default=None, max_length=64)


class ClaimRegistration(SQLModel, table=True):
    """A claim to a post-mortem right as registered with a state. It is evidence of a claim, not of ownership."""

    __tablename__ = "claim_registration"
    __table_args__ = (sa.UniqueConstraint("performer_id", "jurisdiction", "number"),)

    id: str = id_field("crg")
    performer_id: str = ref_field("performer.id", index=False)
    jurisdiction: str = Field(max_length=6)
    registered_on: date
    number: str = Field(max_length=80)
    recorded_by_party_id: str = ref_field("party.id")
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime


class UseEvidence(SQLModel, table=True):
    """A dated proof that a likeness was used commercially, for laws under which it is used or lost."""

    __tablename__ = "use_evidence"
    __table_args__ = (sa.Index(None, "performer_id", "used_on"),)

    id: str = id_field("uev")
    performer_id: str = ref_field("performer.id", index=False)
    used_on: date
    territory: str | None = Field(default=None, max_length=6)
    """Where, as an ISO 3166 code; nothing where it was used everywhere."""
    description: str = text_field()
    sha256: str | None = Field(default=None, max_length=64)
    """Of the document kept by whoever recorded it."""
    recorded_by_party_id: str = ref_field("party.id")
    recorded_by: str = Field(max_length=64)
    recorded_at: datetime
