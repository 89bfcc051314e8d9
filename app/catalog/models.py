"""Packages, their components, files and prices, and the index that finds them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.catalog.folding import LONGEST_WORD
from app.catalog.states import AssetPurpose, PackageAction, PackageStatus
from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, json_field, ref_field, text_field
from app.values.components import Component, DeliveryMode
from app.values.rounding import BASIS_POINTS


class Package(SQLModel, table=True):
    """A listing: one performer, one or more components, offered by one licensor."""

    __tablename__ = "package"
    __table_args__ = (sa.Index(None, "status", "id"), sa.Index(None, "licensor_party_id", "id"))

    id: str = id_field("pkg")
    performer_id: str = ref_field("performer.id")
    licensor_party_id: str = ref_field("party.id", index=False)
    title: str = Field(max_length=120)
    summary: str = text_field(default="")
    tags: list[str] = json_field(list)
    status: PackageStatus = enum_field(PackageStatus, default=PackageStatus.DRAFT)
    created_at: datetime
    listed_at: datetime | None = None


class PackageStatusChange(SQLModel, table=True):
    """One step in the life of a package: who took it, when and why."""

    __tablename__ = "package_status_change"

    id: str = id_field("pch")
    package_id: str = ref_field("package.id")
    action: PackageAction = enum_field(PackageAction)
    from_status: PackageStatus = enum_field(PackageStatus, check="from_status")
    to_status: PackageStatus = enum_field(PackageStatus, check="to_status")
    reason: str = text_field(default="")
    changed_at: datetime
    changed_by: str = Field(max_length=64)
    """A user, an API key, or `system`."""


class PackageComponent(SQLModel, table=True):
    """What of the likeness is offered, and the outer limits of every license to it."""

    __tablename__ = "package_component"
    __table_args__ = (sa.UniqueConstraint("package_id", "component"),)

    id: str = id_field("cmp")
    package_id: str = ref_field("package.id", index=False)
    component: Component = enum_field(Component)
    axes: list[str] = json_field(list)
    """The ways of use consented to; any other is denied."""
    media: list[str] = json_field(list)
    """Leaves of the media tree."""
    territory_expression: str = text_field()
    territory_codes: list[str] = json_field(list)
    territory_index: str = text_field()
    """The codes sorted, with a space between, so that a LIKE pattern can ask whether all of several are in it."""
    languages: list[str] = json_field(list)
    """BCP 47 tags, or `*`."""
    categories: list[str] = json_field(list)
    """Product categories of brand use, or `*`."""
    delivery: DeliveryMode = enum_field(DeliveryMode)
    description: str = text_field(default="")


class ComponentMedium(SQLModel, table=True):
    """A medium a component is offered for, to search by."""

    __tablename__ = "component_medium"

    medium: str = Field(primary_key=True, max_length=64)
    component_id: str = Field(primary_key=True, foreign_key="package_component.id", index=True, max_length=32)


class PackageWord(SQLModel, table=True):
    """A folded word of a package's title, summary, tags or performer, to search by."""

    __tablename__ = "package_word"

    word: str = Field(
        primary_key=True,
        sa_type=sa.String(LONGEST_WORD).with_variant(sa.String(LONGEST_WORD, collation="C"), "postgresql"),
    )
    """Ordered by code point on both engines, so that a prefix is a range."""
    package_id: str = Field(primary_key=True, foreign_key="package.id", index=True, max_length=32)


class Asset(SQLModel, table=True):
    """A file of a component. Its content is in the asset store under its hash."""

    __tablename__ = "asset"
    __table_args__ = (sa.UniqueConstraint("component_id", "sha256", "purpose"),)

    id: str = id_field("ast")
    component_id: str = ref_field("package_component.id", index=False)
    package_id: str = ref_field("package.id")
    filename: str = Field(max_length=255)
    media_type: str = Field(max_length=120)
    """Told from the content, not from what the uploader claimed."""
    size_bytes: int = big_integer_field()
    sha256: str = Field(max_length=64)
    purpose: AssetPurpose = enum_field(AssetPurpose)
    uploaded_at: datetime


class RateCardLine(SQLModel, table=True):
    """The indicative price of one preset."""

    __tablename__ = "rate_card_line"
    __table_args__ = (
        sa.UniqueConstraint("package_id", "preset"),
        sa.Index(None, "preset", "package_id"),
        sa.CheckConstraint("fee_minor >= 0", name="fee_not_negative"),
        sa.CheckConstraint(f"royalty_bps BETWEEN 0 AND {BASIS_POINTS}", name="royalty_within_whole"),
        sa.CheckConstraint("months > 0", name="some_months"),
    )

    id: str = id_field("rcl")
    package_id: str = ref_field("package.id", index=False)
    preset: str = Field(max_length=40)
    """A key of `app.catalog.presets.PRESETS`."""
    media: list[str] = json_field(list)
    """Leaves of the media tree."""
    fee_minor: int = big_integer_field()
    currency: str = Field(max_length=3)
    royalty_bps: int
    months: int


append_only(PackageStatusChange)
