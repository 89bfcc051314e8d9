"""What goes in and out of the routes about packages."""

from itertools import product
from typing import Any

import marshmallow as ma

from app.catalog.presets import PRESETS
from app.catalog.rules.pricing import NoteCode, Use, Wanted
from app.catalog.service.packages import Price
from app.catalog.states import AssetPurpose, PackageStatus
from app.infrastructure.http.fields import (
    AmountMinor,
    Bps,
    CalendarDay,
    Instant,
    Languages,
    Line,
    MediaLeaves,
    Paragraphs,
    ProductCategories,
    TerritoryExpression,
    UploadedFile,
    WholeNumber,
    plain_text,
)
from app.infrastructure.http.paging import PageArgs, page_schema
from app.values.components import Axis, Component, DeliveryMode
from app.values.currencies import exponent
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.media import MEDIA, medium
from app.values.money import Money
from app.values.rights_block import ALL
from app.values.term import FIRST_DAY, LAST_DAY
from app.values.territory import Territory, world

MOST_TAGS = 20
LONGEST_LICENSE_MONTHS = 1200
_DAYS = ma.validate.Range(FIRST_DAY, LAST_DAY)


def _medium(code: str) -> None:
    try:
        medium(code)
    except InvalidValue as error:
        raise ma.ValidationError(str(error)) from error


def _currency(code: str) -> None:
    try:
        exponent(code)
    except InvalidValue as error:
        raise ma.ValidationError(str(error)) from error


class TerritoryOrCode(TerritoryExpression):
    """A territory expression, or one country code alone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Territory:
        if isinstance(value, str) and value.strip().upper() in world():
            value = f"+{value.strip()}"
        return super()._deserialize(value, attr, data, **kwargs)


def _tags(**kwargs: Any) -> ma.fields.List[str]:
    return ma.fields.List(Line(40), validate=ma.validate.Length(0, MOST_TAGS), **kwargs)


class PackageIn(ma.Schema):
    performer_id = Line(32, required=True)
    title = Line(120, required=True)
    summary = Paragraphs(4000, shortest=0, load_default="")
    tags = _tags(load_default=list)


class PackageEditIn(ma.Schema):
    """What is left out stays as it is."""

    title = Line(120)
    summary = Paragraphs(4000, shortest=0)
    tags = _tags()


class ComponentIn(ma.Schema):
    axes = ma.fields.List(
        ma.fields.Enum(Axis, by_value=True),
        required=True,
        validate=ma.validate.Length(1, len(Axis)),
        metadata={"description": "The ways of use consented to; any other is denied"},
    )
    media = MediaLeaves(required=True, metadata={"description": "Roots or leaves, such as game or film.trailer"})
    territory = TerritoryExpression(required=True, metadata={"example": "+WORLD -CN"})
    languages = Languages(load_default=frozenset({ALL}))
    categories = ProductCategories(load_default=frozenset({ALL}))
    delivery = ma.fields.Enum(DeliveryMode, by_value=True, required=True)
    description = Paragraphs(4000, shortest=0, load_default="")


class AssetIn(ma.Schema):
    file = UploadedFile(required=True)
    purpose = ma.fields.Enum(AssetPurpose, by_value=True, load_default=AssetPurpose.DELIVERABLE)


class RateCardLineIn(ma.Schema):
    preset = ma.fields.Str(required=True, validate=ma.validate.OneOf(list(PRESETS)))
    media = MediaLeaves(metadata={"description": "The preset's unless said"})
    fee_minor = AmountMinor(required=True)
    currency = ma.fields.Str(required=True, validate=_currency, metadata={"example": "USD"})
    royalty_bps = Bps(required=True)
    months = WholeNumber(
        validate=ma.validate.Range(1, LONGEST_LICENSE_MONTHS), metadata={"description": "The preset's unless said"}
    )

    @ma.post_load
    def make_price(self, data: dict[str, Any], **_: Any) -> Price:
        fee = Money(data.pop("fee_minor"), data.pop("currency"))
        return Price(fee=fee, **data)


class RateCardIn(ma.Schema):
    lines = ma.fields.List(
        ma.fields.Nested(RateCardLineIn), required=True, validate=ma.validate.Length(0, len(PRESETS))
    )


class WantedIn(ma.Schema):
    """A use in outline: the same for all of these components, in one term."""

    components = ma.fields.List(
        ma.fields.Enum(Component, by_value=True), required=True, validate=ma.validate.Length(1, len(Component))
    )
    axes = ma.fields.List(
        ma.fields.Enum(Axis, by_value=True), required=True, validate=ma.validate.Length(1, len(Axis))
    )
    media = MediaLeaves(required=True, metadata={"description": "Roots or leaves, such as game or film.trailer"})
    first_day = CalendarDay(required=True, validate=_DAYS)
    last_day = CalendarDay(required=True, validate=_DAYS, metadata={"description": "Included"})
    territory = TerritoryExpression(load_default=None, metadata={"description": "Not in the price; only said so"})
    exclusivity = ma.fields.Enum(Exclusivity, by_value=True, load_default=Exclusivity.NON_EXCLUSIVE)
    preset = ma.fields.Str(
        load_default=None,
        allow_none=True,
        validate=ma.validate.OneOf(list(PRESETS)),
        metadata={"description": "The use it started from; its line comes first"},
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Wanted:
        if data["last_day"] < data["first_day"]:
            raise ma.ValidationError("The last day lies before the first day.", "last_day")
        uses = product(data.pop("components"), data.pop("axes"), data.pop("media"))
        territory: Territory | None = data.pop("territory")
        is_worldwide = territory is None or territory.codes >= world()
        return Wanted(uses=frozenset(Use(*use) for use in uses), is_worldwide=is_worldwide, **data)


class PackageWithdrawalIn(ma.Schema):
    reason = Paragraphs(2000, required=True)


class AssetOut(ma.Schema):
    id = ma.fields.Str(required=True)
    filename = ma.fields.Str(required=True)
    media_type = ma.fields.Str(required=True)
    size_bytes = ma.fields.Int(required=True)
    sha256 = ma.fields.Str(required=True)
    purpose = ma.fields.Enum(AssetPurpose, by_value=True, required=True)
    uploaded_at = Instant(required=True)


class ComponentOut(ma.Schema):
    """A component with its previews, and for the licensor with all of its files."""

    component = ma.fields.Enum(Component, by_value=True, required=True, attribute="component.component")
    axes = ma.fields.List(ma.fields.Str(), required=True, attribute="component.axes")
    media = ma.fields.List(ma.fields.Str(), required=True, attribute="component.media")
    territory = ma.fields.Str(required=True, attribute="component.territory_expression")
    territory_codes = ma.fields.List(ma.fields.Str(), required=True, attribute="component.territory_codes")
    languages = ma.fields.List(ma.fields.Str(), required=True, attribute="component.languages")
    categories = ma.fields.List(ma.fields.Str(), required=True, attribute="component.categories")
    delivery = ma.fields.Enum(DeliveryMode, by_value=True, required=True, attribute="component.delivery")
    description = ma.fields.Str(required=True, attribute="component.description")
    assets = ma.fields.List(ma.fields.Nested(AssetOut), required=True)
    deliverables = ma.fields.Int(required=True, metadata={"description": "How many files a licensee receives"})


class RateCardLineOut(ma.Schema):
    preset = ma.fields.Str(required=True)
    media = ma.fields.List(ma.fields.Str(), required=True)
    fee_minor = ma.fields.Int(required=True)
    currency = ma.fields.Str(required=True)
    royalty_bps = ma.fields.Int(required=True)
    months = ma.fields.Int(required=True)


class PricedLineOut(ma.Schema):
    """A line of the rate card that applies, with its fee for the term asked for."""

    preset = ma.fields.Str(required=True, attribute="line.preset")
    media = ma.fields.List(ma.fields.Str(), required=True, attribute="line.media_in_order")
    fee_minor = ma.fields.Int(
        required=True,
        attribute="fee.amount_minor",
        metadata={"description": "Scaled to the term by whole months and days; rounded once, half to even"},
    )
    currency = ma.fields.Str(required=True, attribute="fee.currency")
    royalty_bps = ma.fields.Int(required=True, attribute="line.royalty_bps")
    card_fee_minor = ma.fields.Int(
        required=True, attribute="line.fee.amount_minor", metadata={"description": "As on the card, for `months`"}
    )
    months = ma.fields.Int(required=True, attribute="line.months")
    sentence = ma.fields.Str(required=True)


class SumOut(ma.Schema):
    amount_minor = ma.fields.Int(required=True)
    currency = ma.fields.Str(required=True)


class UseOut(ma.Schema):
    component = ma.fields.Enum(Component, by_value=True, required=True)
    axis = ma.fields.Enum(Axis, by_value=True, required=True)
    medium = ma.fields.Str(required=True)


class PriceNoteOut(ma.Schema):
    code = ma.fields.Enum(NoteCode, by_value=True, required=True)
    sentence = ma.fields.Str(required=True)


class IndicativePriceOut(ma.Schema):
    """What the rate card says; no offer. What is offered may differ."""

    lines = ma.fields.List(ma.fields.Nested(PricedLineOut), required=True)
    fees = ma.fields.List(
        ma.fields.Nested(SumOut),
        required=True,
        metadata={"description": "One sum for each currency; empty where the rate card prices nothing of it"},
    )
    royalty_bps = ma.fields.Int(
        required=True, allow_none=True, metadata={"description": "The highest rate of the lines that apply"}
    )
    is_complete = ma.fields.Bool(
        required=True,
        metadata={"description": "Whether every use is in the price; exclusivity and countries never are"},
    )
    unpriced = ma.fields.List(
        ma.fields.Nested(UseOut),
        required=True,
        attribute="unpriced_in_order",
        metadata={"description": "Not in the price"},
    )
    notes = ma.fields.List(ma.fields.Nested(PriceNoteOut), required=True)


class PerformerBriefOut(ma.Schema):
    id = ma.fields.Str(required=True)
    name = ma.fields.Str(required=True)
    is_living = ma.fields.Bool(required=True)


class PackageOut(ma.Schema):
    id = ma.fields.Str(required=True, attribute="package.id")
    performer = ma.fields.Nested(PerformerBriefOut, required=True)
    licensor_party_id = ma.fields.Str(required=True, attribute="package.licensor_party_id")
    licensor_name = ma.fields.Str(required=True)
    title = ma.fields.Str(required=True, attribute="package.title")
    summary = ma.fields.Str(required=True, attribute="package.summary")
    tags = ma.fields.List(ma.fields.Str(), required=True, attribute="package.tags")
    status = ma.fields.Enum(PackageStatus, by_value=True, required=True, attribute="package.status")
    created_at = Instant(required=True, attribute="package.created_at")
    listed_at = Instant(required=True, allow_none=True, attribute="package.listed_at")
    components = ma.fields.List(ma.fields.Nested(ComponentOut), required=True)
    rate_card = ma.fields.List(ma.fields.Nested(RateCardLineOut), required=True)


class FoundPackageOut(ma.Schema):
    id = ma.fields.Str(required=True, attribute="package.id")
    performer = ma.fields.Nested(PerformerBriefOut, required=True)
    title = ma.fields.Str(required=True, attribute="package.title")
    summary = ma.fields.Str(required=True, attribute="package.summary")
    tags = ma.fields.List(ma.fields.Str(), required=True, attribute="package.tags")
    status = ma.fields.Enum(PackageStatus, by_value=True, required=True, attribute="package.status")
    components = ma.fields.List(ma.fields.Enum(Component, by_value=True), required=True, attribute="offered")
    headline_price = ma.fields.Nested(
        RateCardLineOut,
        required=True,
        allow_none=True,
        attribute="headline",
        metadata={"description": "For the preset asked for, else the lowest; null means on request"},
    )


class SearchArgs(PageArgs):
    text = ma.fields.Str(load_default="", validate=plain_text(200, shortest=0))
    medium = ma.fields.Str(
        data_key="media", validate=_medium, metadata={"description": "A root or a leaf", "enum": list(MEDIA)}
    )
    component = ma.fields.Enum(Component, by_value=True)
    territory = TerritoryOrCode(metadata={"description": "An expression or one country code", "example": "DE"})
    preset = ma.fields.Str(validate=ma.validate.OneOf(list(PRESETS)))
    mine = ma.fields.Bool(
        load_default=False,
        truthy={"true", "1"},
        falsy={"false", "0"},
        metadata={"description": "Search your own packages in every status instead of the catalog"},
    )
    status = ma.fields.Enum(PackageStatus, by_value=True, metadata={"description": "Together with `mine`"})

    @ma.validates_schema
    def require_mine(self, data: dict[str, Any], **_: Any) -> None:
        if "status" in data and not data["mine"]:
            raise ma.ValidationError("The catalog shows listed packages only; add mine=true.", "status")


PackagePageOut = page_schema(FoundPackageOut)
