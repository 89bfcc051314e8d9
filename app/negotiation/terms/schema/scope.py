"""When a license runs, and what may be done how much."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import (
    Languages,
    MediaLeaves,
    ProductCategories,
    TerritoryExpression,
    WholeNumber,
)
from app.negotiation.terms.checks import scope as checks
from app.negotiation.terms.fields import Day
from app.negotiation.terms.proposal import Period, ProposedGrant
from app.negotiation.terms.schema.told import refuse, told
from app.negotiation.terms.vocabulary import CapPeriod, CapUnit
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import ALL

MOST_COUNTED = 10**9


class DealPeriodIn(ma.Schema):
    """When the license runs: whole days in one time zone."""

    first_day = Day(required=True, metadata=told("The license starts as this day begins"))
    last_day = Day(required=True, metadata=told("Included: the license ends as the next day begins"))
    zone = ma.fields.Str(
        required=True,
        metadata=told(
            "Time zone whose days are meant", source="IANA time zone database", example="America/New_York"
        ),
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Period:
        period = Period(**data)
        refuse({field: [sentence] for field, sentence in checks.period_problems(period)})
        return period


class GrantIn(ma.Schema):
    """One component and what may be done with it. Everything not granted is denied."""

    component = ma.fields.Enum(Component, by_value=True, required=True, metadata=told("Part of the likeness"))
    axes = ma.fields.List(
        ma.fields.Enum(Axis, by_value=True),
        required=True,
        validate=ma.validate.Length(1),
        metadata=told("Ways of use; each needs the component's own consent"),
    )
    media = MediaLeaves(
        required=True,
        metadata=told(
            "Roots or leaves of the media tree; the deal keeps leaves",
            source="the marketplace's media tree",
            example=["game.scripted_performance"],
        ),
    )
    territory = TerritoryExpression(
        required=True,
        metadata=told(
            "Expression over countries and groups of them, frozen when sent",
            source="ISO 3166-1, groups of Unicode CLDR",
            example="+WORLD -US",
        ),
    )
    languages = Languages(
        load_default=frozenset({ALL}), metadata=told("Language tags, or `*` for every language", source="BCP 47")
    )
    categories = ProductCategories(
        load_default=frozenset({ALL}),
        metadata=told(
            "Product categories: named for brand use, `*` for any other", source="the marketplace's categories"
        ),
    )
    exclusivity = ma.fields.Enum(
        Exclusivity,
        by_value=True,
        load_default=Exclusivity.NON_EXCLUSIVE,
        metadata=told("Whether others are kept out of the same use"),
    )
    exclusive_until = Day(
        load_default=None,
        allow_none=True,
        metadata=told("Last day of exclusivity, within the term and its zone; nothing: the whole term"),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        found = checks.grant_problems(
            media_leaves=data["media"],
            languages=data["languages"],
            categories=data["categories"],
            exclusivity=data["exclusivity"],
            exclusive_until=data["exclusive_until"],
        )
        problems: dict[str, list[str]] = {}
        for field, sentence in found:
            problems.setdefault(field, []).append(sentence)
        refuse(problems)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProposedGrant:
        return ProposedGrant(**data | {"axes": frozenset(data["axes"])})


class CapIn(ma.Schema):
    """The most that may be made, sold or run at once."""

    unit = ma.fields.Enum(CapUnit, by_value=True, required=True, metadata=told("What is counted"))
    most = WholeNumber(
        required=True,
        validate=ma.validate.Range(1, MOST_COUNTED),
        metadata=told("The largest number that is still within the license", unit="as `unit` says"),
    )
    per = ma.fields.Enum(
        CapPeriod,
        by_value=True,
        load_default=CapPeriod.TERM,
        metadata=told("After which time counting starts anew; years and months are counted from the first day"),
    )
    component = ma.fields.Enum(
        Component,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata=told("The component it is for; nothing: all of them together"),
    )
