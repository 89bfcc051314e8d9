"""What is used of caps, and the reservations through which it is used."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import (
    ID_LENGTH,
    big_integer_field,
    enum_field,
    id_field,
    json_field,
    ref_field,
)
from app.licensing.quotas.states import ReservationStatus
from app.negotiation.terms.vocabulary import CapUnit
from app.values.components import Component

ALL_COMPONENTS = "all"
_IS_HELD = "used IS NULL"
_IS_USED = "used > 0"


class QuotaCounter(SQLModel, table=True):
    """What was used in one window: the sum over its reservations, kept so that nobody has to add them up again.

    It names what is counted and not how much is allowed, so that an amendment of a cap goes on from it.
    """

    __tablename__ = "quota_counter"
    __table_args__ = (
        sa.UniqueConstraint("license_id", "unit", "covers", "starts_at", "ends_at"),
        sa.CheckConstraint("used >= 0", name="used_is_not_negative"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: str = id_field("qta")
    license_id: str = ref_field("license.id", index=False)
    unit: CapUnit = enum_field(CapUnit)
    covers: str = Field(max_length=20)
    """A component, or `all` of them together."""
    starts_at: datetime
    ends_at: datetime
    used: int = big_integer_field()
    """For titles: how many are in use."""


class Reservation(SQLModel, table=True):
    """Amounts taken for one use that is about to be made."""

    __tablename__ = "reservation"
    __table_args__ = (sa.CheckConstraint("expires_at > made_at", name="expires_after_made"),)

    id: str = id_field("rsv")
    license_id: str = ref_field("license.id")
    party_id: str = ref_field("party.id", index=False)
    """Who reserved: the licensee of that instant."""
    actor: str = Field(max_length=64)
    use: dict[str, Any] = json_field()
    """The use as it was asked about."""
    status: ReservationStatus = enum_field(ReservationStatus, default=ReservationStatus.HELD)
    made_at: datetime
    expires_at: datetime
    settled_at: datetime | None = None
    """When it was committed or released."""
    freed_at: datetime | None = None
    """When the titles of a committed one went out of use."""


class ReservationAmount(SQLModel, table=True):
    """How much of one unit a reservation took, and how much of it was used."""

    __tablename__ = "reservation_amount"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount_is_positive"),
        sa.CheckConstraint("committed BETWEEN 0 AND amount", name="committed_within_amount"),
        sa.CheckConstraint(
            "used IS NULL OR used = 0 OR (committed IS NOT NULL AND used BETWEEN 0 AND committed)",
            name="used_within_committed",
        ),
        sa.Index(
            "ix_reservation_amount_held",
            *("license_id", "expires_at", "unit", "component", "counted_at", "amount"),
            sqlite_where=sa.text(_IS_HELD),
            postgresql_where=sa.text(_IS_HELD),
        ),
        sa.Index(
            "ix_reservation_amount_used",
            *("license_id", "unit", "counted_at"),
            sqlite_where=sa.text(_IS_USED),
            postgresql_where=sa.text(_IS_USED),
        ),
    )

    reservation_id: str = Field(foreign_key="reservation.id", primary_key=True, max_length=ID_LENGTH)
    unit: CapUnit = Field(
        sa_column=sa.Column(
            sa.Enum(
                CapUnit,
                name="cap_unit",
                native_enum=False,
                create_constraint=True,
                length=40,
                values_callable=lambda members: [member.value for member in members],
            ),
            primary_key=True,
        )
    )
    license_id: str = ref_field("license.id", index=False)
    component: Component = enum_field(Component)
    amount: int = big_integer_field()
    committed: int | None = big_integer_field(nullable=True)
    """What was said to be used of it; nothing before that."""
    used: int | None = big_integer_field(nullable=True)
    """What counts: nothing while it is held, 0 when it was given back, else what was committed; of titles as long
    as they are in use."""
    counted_at: datetime
    """Which window it counts in: when it was reserved, or committed after it had run out."""
    expires_at: datetime
