"""The rights book: one row per performer to lock, one row per block that is taken."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, json_field, ref_field
from app.rights.states import BlockKind
from app.values.components import Component
from app.values.exclusivity import Exclusivity


class RightsBook(SQLModel, table=True):
    """The book of one performer, whichever packages offer the likeness.

    Whoever writes into it changes this row first, and so waits for whoever does.
    """

    __tablename__ = "rights_book"

    performer_id: str = Field(primary_key=True, foreign_key="performer.id", max_length=32)
    revision: int = big_integer_field(0)
    """How often rights in this likeness were taken or given back."""


class RightsBlockRow(SQLModel, table=True):
    """A block taken: what `app.values.rights_block.RightsBlock` describes, by whom referred to, and until when."""

    __tablename__ = "rights_block"
    __table_args__ = (
        sa.Index(None, "performer_id", "component", "ends_at"),
        sa.CheckConstraint("ends_at > starts_at", name="term_not_empty"),
        sa.CheckConstraint("(kind = 'hold') = (lapses_at IS NOT NULL)", name="holds_lapse"),
    )

    id: str = id_field("blk")
    kind: BlockKind = enum_field(BlockKind)
    performer_id: str = ref_field("performer.id", index=False)
    """Whose likeness: exclusivity holds against every package that offers it."""
    package_id: str = ref_field("package.id")
    """The package it was taken from."""
    reference: str = Field(max_length=64, index=True)
    """What it was taken for: a license, a negotiation. Opaque here."""
    component: Component = enum_field(Component)
    axes: list[str] = json_field(list)
    media: list[str] = json_field(list)
    """Leaves of the media tree."""
    territory: list[str] = json_field(list)
    languages: list[str] = json_field(list)
    categories: list[str] = json_field(list)
    starts_at: datetime
    ends_at: datetime | None = None
    """Nothing means perpetuity."""
    exclusivity: Exclusivity = enum_field(Exclusivity)
    lapses_at: datetime | None = None
    """When a hold ends by itself."""
    released_at: datetime | None = None
    """When it was given back before its end; from then on the right is free again."""
    booked_at: datetime

    def is_in_force(self, at: datetime) -> bool:
        """Whether it has neither been given back nor lapsed; its term may be over or still to come."""
        return self.released_at is None and (self.lapses_at is None or at < self.lapses_at)
