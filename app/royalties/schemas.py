"""What goes in and out of the routes about usage reports and statements."""

import json
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line, UploadedFile
from app.infrastructure.http.paging import PageArgs, page_schema
from app.royalties.rules.period import StatementPeriod
from app.royalties.service.lines import LeftOut, MappedItem
from app.royalties.states import HoldKind, LineKind, ReportKind, ReportStatus, ShareStatus
from app.royalties.stores.known import LAYOUTS
from app.royalties.stores.layout import StoreLayout
from app.values.errors import InvalidValue
from app.values.media import medium

MOST_PRODUCTS = 1_000
LEFT_OUT_BY_DEFAULT = "Left out by the licensee."

_flag: Any = {"truthy": {"true", "1"}, "falsy": {"false", "0"}}


def media_leaf(code: str) -> None:
    try:
        is_leaf = medium(code).is_leaf
    except InvalidValue as error:
        raise ma.ValidationError(str(error)) from error
    if not is_leaf:
        raise ma.ValidationError(f"{code} stands for several media; name one, such as {code}.trailer.")


class MappedProductIn(ma.Schema):
    """Either an item and its medium, or why the product is left out."""

    item = Line(120)
    media = ma.fields.Str(validate=media_leaf)
    left_out = Line(500)

    @ma.validates_schema
    def _either_or(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if set(data) not in ({"item", "media"}, {"left_out"}):
            raise ma.ValidationError("Give `item` and `media`, or `left_out` with a reason, or null.")

    @ma.post_load
    def _read(self, data: dict[str, Any], **_kwargs: Any) -> MappedItem | LeftOut:
        return LeftOut(data["left_out"]) if "left_out" in data else MappedItem(**data)


class ProductMapping(ma.fields.Field[dict[str, MappedItem | LeftOut]]):
    """JSON in a part of a form: store product ids to items."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, MappedItem | LeftOut]:
        try:
            document = json.loads(value, object_pairs_hook=_each_once) if isinstance(value, str) else None
        except (ValueError, RecursionError) as error:
            raise ma.ValidationError("The mapping is not JSON with each product once.") from error
        if not isinstance(document, dict) or not 1 <= len(document) <= MOST_PRODUCTS:
            raise ma.ValidationError(f"Map 1 to {MOST_PRODUCTS} products of the store to items.")
        loaded = {}
        problems: dict[str, Any] = {}
        for product, mapped in document.items():
            try:
                loaded[_product(product)] = _mapped(mapped)
            except ma.ValidationError as error:
                problems[product[:64]] = error.messages
        if problems:
            raise ma.ValidationError(problems)
        return loaded


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _product(text: str) -> str:
    if not 1 <= len(text) <= 64 or not text.isprintable() or text != text.strip():
        raise ma.ValidationError("A product id has 1 to 64 printable characters.")
    return text


def _mapped(value: Any) -> MappedItem | LeftOut:
    if value is None:
        return LeftOut(LEFT_OUT_BY_DEFAULT)
    if not isinstance(value, dict):
        raise ma.ValidationError("Give an object with `item` and `media`, or null.")
    found: MappedItem | LeftOut = MappedProductIn().load(value)
    return found


class UsageReportIn(ma.Schema):
    """A multipart form."""

    file = UploadedFile(required=True, metadata={"description": "The store's export as it is, unpacked"})
    period_first_day = ma.fields.Date(required=True)
    period_last_day = ma.fields.Date(required=True, metadata={"description": "Included"})
    kind = ma.fields.Enum(ReportKind, by_value=True, required=True)
    layout = ma.fields.Str(required=True, validate=ma.validate.OneOf(LAYOUTS))
    mapping = ProductMapping(
        required=True,
        metadata={
            "type": "string",
            "description": 'JSON: store product id to `{"item", "media"}`, to `{"left_out": reason}` or to null',
            "example": '{"701001": {"item": "base_game", "media": "game.scripted_performance"}, "701004": null}',
        },
    )
    preview = ma.fields.Bool(
        load_default=False, metadata={"description": "Answer as if stored, and store nothing"}, **_flag
    )

    @ma.post_load
    def _find_layout(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        layout: StoreLayout = LAYOUTS[data["layout"]]
        return data | {"layout": layout}


class UsageReportOut(ma.Schema):
    id = ma.fields.Str(required=True)
    license_id = ma.fields.Str(required=True)
    period_first_day = ma.fields.Date(required=True)
    period_last_day = ma.fields.Date(required=True)
    kind = ma.fields.Enum(ReportKind, by_value=True, required=True)
    status = ma.fields.Enum(ReportStatus, by_value=True, required=True)
    layout = ma.fields.Str(required=True)
    filename = ma.fields.Str(required=True)
    sha256 = ma.fields.Str(required=True)
    mapping = ma.fields.Dict(required=True)
    row_count = ma.fields.Int(required=True)
    line_count = ma.fields.Int(required=True)
    lines_outside_grant = ma.fields.Int(
        required=True,
        metadata={"description": "Sold where, when or in a medium that is not granted; they earn too"},
    )
    totals = ma.fields.Dict(required=True)
    currency = ma.fields.Str(required=True)
    rate_bps = ma.fields.Int(required=True, metadata={"description": "Where no rule of the royalty says another"})
    terms_sha256 = ma.fields.Str(
        required=True, allow_none=True, metadata={"description": "The terms that it is calculated by"}
    )
    royalty_minor = ma.fields.Int(
        required=True, metadata={"description": "What its sales earn, before reserve and recoupment"}
    )
    platform_fee_minor = ma.fields.Int(
        required=True, metadata={"description": "The platform's part of what is due for it"}
    )
    accrued_minor = ma.fields.Int(
        required=True,
        metadata={
            "description": "What it adds to what is owed: without what is held or recouped, for a replacement the "
            "difference, with what it changes in later periods"
        },
    )
    charged_minor = ma.fields.Int(
        required=True, metadata={"description": "What the licensee is asked to pay: accrued, less earlier credit"}
    )
    uploaded_at = Instant(required=True)
    statement_id = ma.fields.Str(required=True, allow_none=True)


class ReportLineArgs(PageArgs):
    is_outside_grant = ma.fields.Bool(**_flag)


class ReportLineOut(ma.Schema):
    id = ma.fields.Str(required=True)
    report_id = ma.fields.Str(required=True)
    line_number = ma.fields.Int(required=True)
    sold_on = ma.fields.Date(required=True)
    item = ma.fields.Str(required=True)
    media = ma.fields.Str(required=True)
    territory = ma.fields.Str(required=True)
    channel = ma.fields.Str(required=True)
    units = ma.fields.Int(required=True)
    gross_minor = ma.fields.Int(required=True)
    deductions_minor = ma.fields.Int(required=True)
    net_minor = ma.fields.Int(required=True)
    currency = ma.fields.Str(required=True)
    is_outside_grant = ma.fields.Bool(required=True)


class PeriodField(ma.fields.Field[StatementPeriod]):
    """A quarter or a month."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> StatementPeriod:
        if not isinstance(value, str):
            raise ma.ValidationError("A period is text such as 2026-Q3.")
        try:
            return StatementPeriod.parse(value)
        except InvalidValue as error:
            raise ma.ValidationError(str(error)) from error


class RoyaltyRunIn(ma.Schema):
    period = PeriodField(required=True, metadata={"type": "string", "example": "2026-Q3"})


class StatementHeadOut(ma.Schema):
    id = ma.fields.Str(required=True)
    number = ma.fields.Int(required=True)
    licensor_party_id = ma.fields.Str(required=True)
    period = ma.fields.Str(required=True)
    currency = ma.fields.Str(required=True)
    opening_minor = ma.fields.Int(required=True)
    earned_minor = ma.fields.Int(required=True)
    payable_minor = ma.fields.Int(required=True)
    closing_minor = ma.fields.Int(required=True)
    sha256 = ma.fields.Str(required=True)
    issued_at = Instant(required=True)


class RoyaltyRunOut(ma.Schema):
    id = ma.fields.Str(required=True, attribute="run.id")
    period = ma.fields.Str(required=True, attribute="run.period")
    started_at = Instant(required=True, attribute="run.started_at")
    statements = ma.fields.List(ma.fields.Nested(StatementHeadOut), required=True)


class ShareOut(ma.Schema):
    id = ma.fields.Str(required=True, attribute="share.id")
    license_id = ma.fields.Str(required=True, attribute="share.license_id")
    beneficiary_party_id = ma.fields.Str(required=True, attribute="share.beneficiary_party_id")
    share_bps = ma.fields.Int(required=True, attribute="share.share_bps")
    amount_minor = ma.fields.Int(required=True, attribute="share.amount_minor")
    currency = ma.fields.Str(required=True, attribute="share.currency")
    source = ma.fields.Str(
        required=True, attribute="share.source", metadata={"description": "The charge it is sent out of"}
    )
    status = ma.fields.Enum(ShareStatus, by_value=True, required=True, attribute="share.status")
    requested_at = Instant(required=True, allow_none=True, attribute="share.requested_at")
    sent_at = Instant(required=True, allow_none=True, attribute="share.sent_at")
    rejection = ma.fields.Str(required=True, attribute="share.rejection")
    held_because = ma.fields.List(
        ma.fields.Str(), required=True, metadata={"description": "While it is held: every reason, and what helps"}
    )


class StatementOut(ma.Schema):
    """The head, the frozen document that `sha256` names, and the shares as they are now."""

    statement = ma.fields.Nested(StatementHeadOut, required=True)
    document = ma.fields.Dict(required=True)
    shares = ma.fields.List(ma.fields.Nested(ShareOut), required=True)


class StatementLineOut(ma.Schema):
    id = ma.fields.Str(required=True)
    number = ma.fields.Int(required=True)
    kind = ma.fields.Enum(LineKind, by_value=True, required=True)
    is_correction = ma.fields.Bool(required=True)
    reason = ma.fields.Str(required=True)
    license_id = ma.fields.Str(required=True)
    report_id = ma.fields.Str(required=True, allow_none=True)
    due_on = ma.fields.Date(
        required=True, allow_none=True, metadata={"description": "For what fell due by itself: on which day"}
    )
    month = ma.fields.Str(required=True)
    item = ma.fields.Str(required=True)
    media = ma.fields.Str(required=True)
    territory = ma.fields.Str(required=True)
    channel = ma.fields.Str(required=True)
    units = ma.fields.Int(required=True)
    basis_minor = ma.fields.Int(required=True)
    rate_bps = ma.fields.Int(required=True, allow_none=True)
    amount_minor = ma.fields.Int(required=True)
    currency = ma.fields.Str(required=True)


class PayoutHoldsArgs(PageArgs):
    in_force = ma.fields.Bool(**_flag)


class PayoutHoldOut(ma.Schema):
    id = ma.fields.Str(required=True)
    kind = ma.fields.Enum(HoldKind, by_value=True, required=True)
    license_id = ma.fields.Str(
        required=True, allow_none=True, metadata={"description": "Whose earnings are held, for a failed authority"}
    )
    representation_id = ma.fields.Str(required=True, allow_none=True)
    party_id = ma.fields.Str(
        required=True, allow_none=True, metadata={"description": "Whose money is held, for want of a tax form"}
    )
    reason = ma.fields.Str(required=True)
    since_at = Instant(required=True)
    released_at = Instant(required=True, allow_none=True)
    release_reason = ma.fields.Str(required=True)


PayoutHoldPageOut = page_schema(PayoutHoldOut)
UsageReportPageOut = page_schema(UsageReportOut)
ReportLinePageOut = page_schema(ReportLineOut)
StatementPageOut = page_schema(StatementHeadOut)
StatementLinePageOut = page_schema(StatementLineOut)
