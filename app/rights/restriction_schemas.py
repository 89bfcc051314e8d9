"""What goes in and out of the routes about restrictions, milestones and the holds on a package."""

from datetime import date
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import (
    CalendarDay,
    Instant,
    Languages,
    Line,
    MediaLeaves,
    Paragraphs,
    ProductCategories,
    TerritoryExpression,
    WholeNumber,
)
from app.infrastructure.http.paging import PageArgs, page_schema
from app.rights.rules.ask import BRAND_USES
from app.rights.service.restrictions import FromMilestone
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.media import ROOTS, leaves
from app.values.rights_block import ALL
from app.values.term import FIRST_DAY, LAST_DAY
from app.values.territory import Territory

KINDS = [BlockKind.HOLDBACK.value, BlockKind.OPT_OUT.value, BlockKind.OWN_USE.value]
FURTHEST_DAYS = 36_500
_DAYS = ma.validate.Range(FIRST_DAY, LAST_DAY)
_EVERY_LEAF = frozenset[str]().union(*map(leaves, ROOTS))


class RestrictionEndIn(ma.Schema):
    """A day, or so many days from a milestone."""

    day = CalendarDay(validate=_DAYS)
    milestone_id = Line(32)
    offset_days = WholeNumber(
        validate=ma.validate.Range(-FURTHEST_DAYS, FURTHEST_DAYS),
        metadata={"description": "Days after the milestone, before it if negative; none unless said"},
    )

    @ma.post_load
    def make_end(self, data: dict[str, Any], **_: Any) -> date | FromMilestone:
        day, milestone_id = data.get("day"), data.get("milestone_id")
        if (day is None) == (milestone_id is None):
            raise ma.ValidationError("Give either a day or a milestone.", "day")
        if milestone_id is not None:
            return FromMilestone(milestone_id, data.get("offset_days", 0))
        if "offset_days" in data:
            raise ma.ValidationError(
                "Days are counted from a milestone; name it, or leave them out.", "offset_days"
            )
        found: date = data["day"]
        return found


class RestrictionIn(ma.Schema):
    """What is left out is everything: every way of use, every medium, the world, every language."""

    kind = ma.fields.Str(required=True, validate=ma.validate.OneOf(KINDS))
    components = ma.fields.List(
        ma.fields.Enum(Component, by_value=True), required=True, validate=ma.validate.Length(1, len(Component))
    )
    axes = ma.fields.List(
        ma.fields.Enum(Axis, by_value=True),
        load_default=lambda: list(Axis),
        validate=ma.validate.Length(1, len(Axis)),
    )
    media = MediaLeaves(
        metadata={"description": "Roots or leaves. An opt-out is of brand_ambassador or its leaves"}
    )
    territory = TerritoryExpression(
        load_default=lambda: Territory.parse("+WORLD"), metadata={"example": "+WORLD -US"}
    )
    languages = Languages(load_default=frozenset({ALL}))
    categories = ProductCategories(metadata={"description": "Of brand use; an opt-out names them"})
    start = ma.fields.Nested(
        RestrictionEndIn, load_default=None, allow_none=True, metadata={"description": "Nothing: from now on"}
    )
    end = ma.fields.Nested(
        RestrictionEndIn,
        load_default=None,
        allow_none=True,
        metadata={"description": "The last day, included. Nothing: without end"},
    )
    zone = Line(
        60, load_default="UTC", metadata={"description": "IANA zone of the days", "example": "Europe/Paris"}
    )
    note = Paragraphs(2000, shortest=0, load_default="", metadata={"description": "Only the licensor reads it"})

    @ma.post_load
    def fill_in(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data["kind"] = BlockKind(data["kind"])
        is_opt_out = data["kind"] is BlockKind.OPT_OUT
        if is_opt_out and "categories" not in data:
            raise ma.ValidationError("Name the product categories to opt out of, or * for every one.", "categories")
        data.setdefault("media", BRAND_USES if is_opt_out else _EVERY_LEAF)
        data.setdefault("categories", frozenset({ALL}))
        return data


class RestrictionReleaseIn(ma.Schema):
    reason = Paragraphs(2000, required=True)


class RestrictionEndOut(ma.Schema):
    day = ma.fields.Date(required=True, allow_none=True)
    milestone_id = ma.fields.Str(required=True, allow_none=True)
    offset_days = ma.fields.Int(required=True, allow_none=True)
    is_known = ma.fields.Bool(
        required=True, metadata={"description": "Whether the day is certain; false while a milestone is awaited"}
    )


class RestrictionOut(ma.Schema):
    """A restriction, with the period that it comes to as things stand."""

    id = ma.fields.Str(required=True, attribute="restriction.id")
    package_id = ma.fields.Str(required=True, attribute="restriction.package_id")
    kind = ma.fields.Str(required=True, validate=ma.validate.OneOf(KINDS), attribute="restriction.kind")
    components = ma.fields.List(ma.fields.Str(), required=True, attribute="restriction.components")
    axes = ma.fields.List(ma.fields.Str(), required=True, attribute="restriction.axes")
    media = ma.fields.List(ma.fields.Str(), required=True, attribute="restriction.media")
    territory = ma.fields.Str(required=True, attribute="restriction.territory_expression")
    languages = ma.fields.List(ma.fields.Str(), required=True, attribute="restriction.languages")
    categories = ma.fields.List(ma.fields.Str(), required=True, attribute="restriction.categories")
    start = ma.fields.Nested(RestrictionEndOut, required=True)
    end = ma.fields.Nested(RestrictionEndOut, required=True)
    zone = ma.fields.Str(required=True, attribute="restriction.zone")
    starts_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "While the start is not known, the earliest possible"},
    )
    ends_at = Instant(
        required=True, allow_none=True, metadata={"description": "Nothing: without end, or the end is not known"}
    )
    restricts_nothing = ma.fields.Bool(
        required=True, metadata={"description": "The days came out such that it ends before it begins"}
    )
    note = ma.fields.Str(required=True, attribute="restriction.note")
    recorded_at = Instant(required=True, attribute="restriction.recorded_at")
    released_at = Instant(required=True, allow_none=True, attribute="restriction.released_at")
    release_reason = ma.fields.Str(required=True, attribute="restriction.release_reason")


class RestrictionsArgs(PageArgs):
    in_force = ma.fields.Bool(metadata={"description": "Only those not released, or only those released"})


class MilestoneIn(ma.Schema):
    performer_id = Line(32, required=True)
    name = Line(120, required=True)
    earliest_on = CalendarDay(load_default=None, allow_none=True, validate=_DAYS)
    zone = Line(
        60, load_default="UTC", metadata={"description": "IANA zone of its days", "example": "Europe/Paris"}
    )


class MilestoneExpectationIn(ma.Schema):
    earliest_on = CalendarDay(required=True, allow_none=True, validate=_DAYS)


class MilestoneOccurrenceIn(ma.Schema):
    happened_on = CalendarDay(required=True, validate=_DAYS)


class MilestoneCancellationIn(ma.Schema):
    reason = Paragraphs(2000, required=True)


class MilestoneOut(ma.Schema):
    id = ma.fields.Str(required=True)
    performer_id = ma.fields.Str(required=True)
    name = ma.fields.Str(required=True)
    zone = ma.fields.Str(required=True)
    earliest_on = ma.fields.Date(required=True, allow_none=True)
    happened_on = ma.fields.Date(required=True, allow_none=True)
    cancelled_at = Instant(required=True, allow_none=True)
    recorded_at = Instant(required=True)


class MilestonesArgs(PageArgs):
    performer_id = Line(32)


class PackageHoldOut(ma.Schema):
    """A hold in force, as the licensor sees it."""

    id = ma.fields.Str(required=True, attribute="hold.id")
    reference = ma.fields.Str(
        required=True, attribute="hold.reference", metadata={"description": "The negotiation it is for"}
    )
    party_id = ma.fields.Str(required=True, attribute="hold.party_id")
    party_name = ma.fields.Str(required=True)
    placed_at = Instant(required=True, attribute="hold.placed_at")
    place = ma.fields.Int(
        required=True, attribute="standing.place", metadata={"description": "1 is the first hold"}
    )
    ahead = ma.fields.Int(required=True, attribute="standing.ahead")
    behind = ma.fields.Int(required=True, attribute="standing.behind")
    lapses_at = Instant(required=True, attribute="standing.lapses_at")
    respond_by_at = Instant(
        required=True,
        allow_none=True,
        attribute="standing.respond_by_at",
        metadata={"description": "Challenged: until when its party must match or release"},
    )
    matched_at = Instant(required=True, allow_none=True, attribute="standing.matched_at")
    is_overtaken = ma.fields.Bool(
        required=True,
        attribute="standing.is_overtaken",
        metadata={"description": "Part of what it is for has been licensed or kept back since"},
    )
    sentence = ma.fields.Str(required=True, attribute="standing.sentence")


RestrictionPageOut = page_schema(RestrictionOut)
MilestonePageOut = page_schema(MilestoneOut)
PackageHoldPageOut = page_schema(PackageHoldOut)
