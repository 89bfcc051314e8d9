"""Grounds of suspension, breaches with what was said about them, and days that were added to the term."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import enum_field, id_field, ref_field, text_field
from app.licensing.standing.states import BreachAction, BreachStatus, SuspensionKind

_STANDS = "lifted_at IS NULL"


class LicenseSuspension(SQLModel, table=True):
    """A ground on which a license is suspended. It is suspended for as long as one stands."""

    __tablename__ = "license_suspension"
    __table_args__ = (
        sa.CheckConstraint("lifted_at IS NULL OR lifted_at >= begun_at", name="lifted_after_begun"),
        sa.Index(
            "uq_license_suspension_standing",
            "license_id",
            "kind",
            "reference",
            "by_administrator",
            unique=True,
            sqlite_where=sa.text(_STANDS),
            postgresql_where=sa.text(_STANDS),
        ),
    )

    id: str = id_field("sus")
    license_id: str = ref_field("license.id")
    kind: SuspensionKind = enum_field(SuspensionKind)
    reference: str = Field(default="", max_length=120)
    """The breach, or the payment that is contested; empty for the other kinds."""
    actor: str = Field(max_length=64)
    by_administrator: bool = False
    """Whether an administrator imposed it, so that only an administrator lifts it."""
    reason: str = text_field()
    begun_at: datetime
    lifted_at: datetime | None = None
    lifting_reason: str = text_field(default="")


class LicenseBreach(SQLModel, table=True):
    """A breach that the licensee was told of, with the time it has to cure it."""

    __tablename__ = "license_breach"
    __table_args__ = (sa.CheckConstraint("cure_until >= noticed_at", name="cured_after_noticed"),)

    id: str = id_field("brc")
    license_id: str = ref_field("license.id")
    status: BreachStatus = enum_field(BreachStatus, default=BreachStatus.NOTICED)
    clause: str = Field(max_length=200)
    """Which part of the deal was broken, in the licensor's words."""
    reason: str = text_field()
    suspends: bool
    """Whether the license is suspended until it is cured."""
    noticed_at: datetime
    cure_until: datetime
    """The first instant at which it is too late."""
    answered_at: datetime | None = None
    """When the licensee last said how it was cured."""


class LicenseBreachStep(SQLModel, table=True):
    """What one side said about a breach. Never changed."""

    __tablename__ = "license_breach_step"

    id: str = id_field("bst")
    breach_id: str = ref_field("license_breach.id")
    action: BreachAction = enum_field(BreachAction)
    actor: str = Field(max_length=64)
    said_at: datetime
    text: str = text_field()


class LicenseTolling(SQLModel, table=True):
    """Days of suspension that one side proposed to add to the term; agreed once the change of the deal is
    signed."""

    __tablename__ = "license_tolling"
    __table_args__ = (
        sa.CheckConstraint("days > 0", name="days_are_positive"),
        sa.CheckConstraint("counted_until > counted_from", name="counts_something"),
    )

    id: str = id_field("tol")
    license_id: str = ref_field("license.id")
    negotiation_id: str = ref_field("negotiation.id", unique=True)
    by_party_id: str = ref_field("party.id", index=False)
    proposed_at: datetime
    days: int
    counted_from: date
    """The first day of suspension that counts, in the zone of the deal."""
    counted_until: date
    """The day after the last that counts: what is suspended from it on may be added another time."""
    last_day_before: date
    last_day: date
    deal_id: str | None = ref_field("deal.id", index=False, nullable=True)
    """The version of the deal by which it was agreed."""
    agreed_at: datetime | None = None


append_only(LicenseBreachStep)
