"""The rights book: one row per performer to lock, one row per block that is taken, and why blocks are taken."""

from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import (
    big_integer_field,
    enum_field,
    id_field,
    json_field,
    ref_field,
    text_field,
)
from app.rights.states import BlockKind, DateSide, HoldEnd
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term

_IN_THE_QUEUE = sa.text("released_at IS NULL")


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
    """What it was taken for: a license, a negotiation (opaque here), or a restriction."""
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
    """When a hold ends by itself, an open challenge considered."""
    released_at: datetime | None = None
    """When it was given back before its end; from then on the right is free again."""
    booked_at: datetime

    def is_in_force(self, at: datetime) -> bool:
        """Whether it has neither been given back, be it from a later instant on, nor lapsed.

        Its term may be over or still to come.
        """
        return self.released_at is None and (self.lapses_at is None or at < self.lapses_at)

    @property
    def held_block(self) -> RightsBlock | None:
        """The block as it counts: a hold given back is gone, a grant given back ends then."""
        if self.released_at is None:
            return self.block
        if self.kind is BlockKind.HOLD or self.released_at <= self.starts_at:
            return None
        ends_at = self.released_at if self.ends_at is None else min(self.ends_at, self.released_at)
        return replace(self.block, term=Term(self.starts_at, ends_at))

    @property
    def block(self) -> RightsBlock:
        """The block as the rules know it, whatever has become of it since."""
        return RightsBlock(
            component=Component(self.component),
            axes=frozenset(map(Axis, self.axes)),
            media=frozenset(self.media),
            territory=frozenset(self.territory),
            languages=frozenset(self.languages),
            categories=frozenset(self.categories),
            term=Term(self.starts_at, self.ends_at),
            exclusivity=Exclusivity(self.exclusivity),
        )


class Hold(SQLModel, table=True):
    """A place in the queue for rights that a negotiation is about. Its blocks stand under the same reference.

    That it lapsed is never stored: it follows from `lapses_at`, from `respond_by_at` of a challenge without an
    answer, and from the clock.
    """

    __tablename__ = "hold"
    __table_args__ = (
        sa.Index(
            "uq_hold_reference_in_the_queue",
            "reference",
            unique=True,
            sqlite_where=_IN_THE_QUEUE,
            postgresql_where=_IN_THE_QUEUE,
        ),
        sa.Index(
            "ix_hold_queue",
            "performer_id",
            "placed_at",
            sqlite_where=_IN_THE_QUEUE,
            postgresql_where=_IN_THE_QUEUE,
        ),
        sa.CheckConstraint("lapses_at > placed_at", name="lasts"),
        sa.CheckConstraint(
            "(challenged_at IS NULL) = (respond_by_at IS NULL)"
            " AND (challenged_at IS NULL) = (challenged_by_hold_id IS NULL)",
            name="challenge_whole",
        ),
        sa.CheckConstraint("respond_by_at > challenged_at", name="time_to_respond"),
        sa.CheckConstraint("challenged_by_hold_id <> id", name="challenged_by_another"),
        sa.CheckConstraint("matched_at IS NULL OR matched_at < respond_by_at", name="matched_in_time"),
        sa.CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name="release_whole"),
    )

    id: str = id_field("hld")
    reference: str = Field(max_length=64)
    """The negotiation it is for. Opaque here."""
    party_id: str = ref_field("party.id")
    """Who would be the licensee."""
    package_id: str = ref_field("package.id")
    performer_id: str = ref_field("performer.id", index=False)
    placed_at: datetime
    """The earlier placed, the further ahead."""
    lapses_at: datetime
    """When it ends by itself, a challenge apart."""
    challenged_at: datetime | None = None
    challenged_by_hold_id: str | None = ref_field("hold.id", index=False, nullable=True)
    respond_by_at: datetime | None = None
    """The instant at which it is over, unless it was matched before."""
    matched_at: datetime | None = None
    """When its party committed to sign; from then on nobody can challenge it."""
    released_at: datetime | None = None
    release_reason: HoldEnd | None = enum_field(HoldEnd, nullable=True)


class Milestone(SQLModel, table=True):
    """Something that periods hang on before its date is known, such as the release of a film."""

    __tablename__ = "milestone"
    __table_args__ = (
        sa.Index(None, "party_id", "id"),
        sa.CheckConstraint("happened_on IS NULL OR cancelled_at IS NULL", name="happened_or_cancelled"),
    )

    id: str = id_field("mst")
    party_id: str = ref_field("party.id", index=False)
    """The licensor who keeps it."""
    performer_id: str = ref_field("performer.id")
    name: str = Field(max_length=120)
    earliest_on: date | None = None
    """The first day on which it may happen, if that is known."""
    zone: str = Field(max_length=60)
    """The IANA zone of its days, and of the days counted from it."""
    happened_on: date | None = None
    cancelled_at: datetime | None = None
    """It will never happen; what hung on it was given back."""
    recorded_at: datetime


class Restriction(SQLModel, table=True):
    """What a licensor keeps back from what a package offers. Its blocks stand under its id."""

    __tablename__ = "restriction"
    __table_args__ = (
        sa.Index(None, "package_id", "id"),
        sa.CheckConstraint("kind IN ('holdback', 'opt_out', 'own_use')", name="kept_by_licensor"),
        sa.CheckConstraint("first_on IS NULL OR last_on IS NULL OR first_on <= last_on", name="days_in_order"),
    )

    id: str = id_field("rst")
    package_id: str = ref_field("package.id", index=False)
    performer_id: str = ref_field("performer.id")
    licensor_party_id: str = ref_field("party.id")
    kind: BlockKind = enum_field(BlockKind)
    components: list[str] = json_field(list)
    axes: list[str] = json_field(list)
    media: list[str] = json_field(list)
    """Leaves of the media tree."""
    territory_expression: str = text_field()
    territory_codes: list[str] = json_field(list)
    languages: list[str] = json_field(list)
    categories: list[str] = json_field(list)
    first_on: date | None = None
    """Nothing means from when it was recorded, unless the start hangs on a milestone."""
    last_on: date | None = None
    """Included. Nothing means without end, unless the end hangs on a milestone."""
    zone: str = Field(max_length=60)
    note: str = text_field(default="")
    """Why; for the licensor's eyes."""
    recorded_at: datetime
    released_at: datetime | None = None
    release_reason: str = text_field(default="")


class RelativeDate(SQLModel, table=True):
    """A start or an end that hangs on a milestone. The instants it comes to stand in the blocks."""

    __tablename__ = "relative_date"
    __table_args__ = (
        sa.UniqueConstraint("restriction_id", "side"),
        sa.CheckConstraint("offset_days BETWEEN -36500 AND 36500", name="within_a_century"),
    )

    id: str = id_field("rld")
    restriction_id: str = ref_field("restriction.id", index=False)
    side: DateSide = enum_field(DateSide)
    milestone_id: str = ref_field("milestone.id")
    offset_days: int
    """Whole days after the milestone, before it if negative."""
