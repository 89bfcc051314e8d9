"""The index: one narrow row for each component that is offered, and for each block that is taken for good."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import ID_LENGTH, big_integer_field, enum_field, ref_field
from app.values.components import Component


class Masked(SQLModel):
    """The columns of `app.rights.index.masks.Masks`."""

    axes: int
    media: int = big_integer_field()
    territory_1: int = big_integer_field()
    territory_2: int = big_integer_field()
    territory_3: int = big_integer_field()
    territory_4: int = big_integer_field()
    categories: int = big_integer_field()
    all_languages: bool


class OfferIndex(Masked, table=True):
    """A component of a listed package. It stays as listed, so the row is written once."""

    __tablename__ = "offer_index"
    __table_args__ = (sa.Index(None, "component", "package_id"),)

    component_id: str = Field(primary_key=True, foreign_key="package_component.id", max_length=ID_LENGTH)
    component: Component = enum_field(Component)
    package_id: str = ref_field("package.id")
    performer_id: str = Field(max_length=ID_LENGTH)


class BlockIndex(Masked, table=True):
    """A grant or a restriction in force. Holds are not here: they come, move and lapse by the hour."""

    __tablename__ = "block_index"
    __table_args__ = (sa.Index(None, "performer_id", "component"),)

    block_id: str = Field(primary_key=True, foreign_key="rights_block.id", max_length=ID_LENGTH)
    performer_id: str = Field(max_length=ID_LENGTH)
    component: Component = enum_field(Component)
    keeps_out: int
    """Bits of `app.rights.index.service.exclusivity_bit`: the kinds of exclusivity that it stands in the way of."""
    starts_at: datetime
    ends_at: datetime | None = None
