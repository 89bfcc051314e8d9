"""What goes in and out of the question what terms come to."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import AmountMinor, Bps, CalendarDay, Line, WholeNumber
from app.negotiation.terms.schema import DealTermsIn
from app.royalties.projecting.service import USUAL_UNITS, ReportedPeriod, Usage
from app.royalties.rules.assumptions import Part
from app.royalties.rules.calculation import UsageSum
from app.royalties.rules.period import days_later, month_of
from app.royalties.rules.projection import PERIODIC
from app.royalties.schemas import media_leaf
from app.royalties.states import Figure
from app.values.rounding import BASIS_POINTS

MOST_PARTS = 20
MOST_REPORTS = 60
MOST_LINES = 1_000
USUAL_DAYS_TO_REPORT = 45
_LARGEST = 10**12 - 1


def _amount(**kwargs: Any) -> WholeNumber:
    return WholeNumber(validate=ma.validate.Range(-_LARGEST, _LARGEST), **kwargs)


def _country(**kwargs: Any) -> ma.fields.Str:
    return ma.fields.Str(
        validate=ma.validate.Regexp(r"\A[A-Z]{2}\Z", error="A country is a code such as DE."), **kwargs
    )


class AssumedPartIn(ma.Schema):
    """A part of what is sold."""

    share_bps = Bps(required=True, metadata={"description": "Of the units; the parts add up to 10,000"})
    item = Line(120, load_default="everything")
    media = ma.fields.Str(required=True, validate=media_leaf)
    territory = _country(required=True)
    channel = Line(40, shortest=0, load_default="", metadata={"description": "As rules of the royalty name it"})

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Part:
        return Part(**data)


class AssumedSaleIn(ma.Schema):
    """Sales of one item in one medium, country, channel and month."""

    sold_on = CalendarDay(required=True, metadata={"description": "Any day of the month"})
    item = Line(120, required=True)
    media = ma.fields.Str(required=True, validate=media_leaf)
    territory = _country(required=True)
    channel = Line(40, shortest=0, load_default="")
    units = _amount(required=True)
    gross_minor = _amount(required=True, metadata={"description": "Less returns; negative where more came back"})
    deductions_minor = _amount(load_default=0)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> UsageSum:
        return UsageSum(
            month=month_of(data.pop("sold_on")),
            net_minor=data["gross_minor"] - data["deductions_minor"],
            lines=1,
            lines_outside_grant=0,
            **data,
        )


class AssumedReportIn(ma.Schema):
    """One usage report, as it would be sent."""

    first_day = CalendarDay(required=True)
    last_day = CalendarDay(required=True, metadata={"description": "Included"})
    reported_on = CalendarDay(load_default=None, allow_none=True, metadata={"description": "Usual: 45 days later"})
    sales = ma.fields.List(
        ma.fields.Nested(AssumedSaleIn), required=True, validate=ma.validate.Length(0, MOST_LINES)
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> ReportedPeriod:
        if data["last_day"] < data["first_day"]:
            raise ma.ValidationError("The last day lies before the first day.", "last_day")
        reported_on = data["reported_on"] or days_later(data["last_day"], USUAL_DAYS_TO_REPORT)
        return ReportedPeriod(data["first_day"], data["last_day"], reported_on, tuple(data["sales"]))


class AssumedUsageIn(ma.Schema):
    """What is assumed to be sold; everything has a usual value."""

    units = WholeNumber(
        load_default=USUAL_UNITS,
        validate=ma.validate.Range(0, 10**8),
        metadata={"description": "In the first reporting period, counted for a whole one"},
    )
    net_price_minor = AmountMinor(
        load_default=None,
        allow_none=True,
        metadata={"description": "What the licensee receives for a unit on average; usual: 20.00, or 20 yen"},
    )
    deductions_bps = Bps(
        maximum=9_900, load_default=0, metadata={"description": "What of the gross is deducted before that"}
    )
    growth_bps = WholeNumber(
        load_default=0,
        validate=ma.validate.Range(-BASIS_POINTS, BASIS_POINTS),
        metadata={"description": "From each reporting period to the next; negative where sales fall"},
    )
    split = ma.fields.List(
        ma.fields.Nested(AssumedPartIn),
        load_default=list,
        validate=ma.validate.Length(max=MOST_PARTS),
        metadata={"description": "By item, medium, country and channel; usual: the first medium, in one country"},
    )
    reports = ma.fields.List(
        ma.fields.Nested(AssumedReportIn),
        load_default=list,
        validate=ma.validate.Length(max=MOST_REPORTS),
        metadata={"description": "Sales line by line, in place of all other assumptions"},
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if data["split"] and sum(part.share_bps for part in data["split"]) != BASIS_POINTS:
            raise ma.ValidationError("The parts must add up to 10,000 basis points.", "split")

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Usage:
        return Usage(**data | {"split": tuple(data["split"]), "reports": tuple(data["reports"])})


class LicenseProjectionIn(ma.Schema):
    """Terms to be compared with those in force."""

    terms = ma.fields.Nested(
        DealTermsIn,
        load_default=None,
        allow_none=True,
        metadata={"description": "A proposal; left out: nothing is changed"},
    )
    usage = ma.fields.Nested(AssumedUsageIn, load_default=Usage)


class ProjectionIn(LicenseProjectionIn):
    """Terms to be compared with an offer."""

    terms = ma.fields.Nested(
        DealTermsIn,
        load_default=None,
        allow_none=True,
        metadata={"description": "A proposal; left out: the latest offer"},
    )
    compare_to = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, 1_000_000),
        metadata={"description": "Number of an offer; left out: the latest"},
    )


class ProjectedInstalmentOut(ma.Schema):
    amount_minor = ma.fields.Int(required=True)
    due_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": "null: at signature"})


class ProjectedFeeOut(ma.Schema):
    amount_minor = ma.fields.Int(required=True)
    currency = ma.fields.Str(required=True)
    instalments = ma.fields.List(ma.fields.Nested(ProjectedInstalmentOut), required=True)


class ProjectedAdvanceOut(ma.Schema):
    amount_minor = ma.fields.Int(required=True)
    is_repayable = ma.fields.Bool(required=True)
    instalments = ma.fields.List(ma.fields.Nested(ProjectedInstalmentOut), required=True)


class ProjectedFloorOut(ma.Schema):
    test_on = ma.fields.Date(required=True)
    amount_minor = ma.fields.Int(required=True)


class ProjectedGuaranteeOut(ma.Schema):
    amount_minor = ma.fields.Int(required=True)
    tests = ma.fields.List(ma.fields.Nested(ProjectedFloorOut), required=True)


FiguresOut = ma.Schema.from_dict(
    {f"{figure.value}_minor": ma.fields.Int(required=True, attribute=figure.value) for figure in PERIODIC},
    name="FiguresOut",
)
"""Minor units of the currency of the royalty."""


class PeriodFiguresOut(ma.Schema):
    first_day = ma.fields.Date(required=True)
    last_day = ma.fields.Date(required=True)
    figures = ma.fields.Nested(FiguresOut, required=True)


class TermsProjectionOut(ma.Schema):
    fee = ma.fields.Nested(ProjectedFeeOut, required=True)
    royalty_currency = ma.fields.Str(required=True, attribute="terms.currency")
    advance = ma.fields.Nested(ProjectedAdvanceOut, required=True, allow_none=True, attribute="terms.advance")
    guarantee = ma.fields.Nested(ProjectedGuaranteeOut, required=True, allow_none=True, attribute="terms.guarantee")
    platform_fee_bps = ma.fields.Int(required=True, attribute="terms.platform_fee_bps")
    periods = ma.fields.List(
        ma.fields.Nested(PeriodFiguresOut),
        required=True,
        metadata={"description": "Reporting periods in which something falls due from sales, also after the end"},
    )
    total = ma.fields.Nested(
        FiguresOut,
        required=True,
        attribute="royalties",
        metadata={"description": "All periods together, without the fee and advances"},
    )
    unrecouped_minor = ma.fields.Int(required=True, metadata={"description": "In the end"})


class FigureDifferenceOut(ma.Schema):
    figure = ma.fields.Enum(Figure, by_value=True, required=True)
    label = ma.fields.Str(required=True, attribute="figure.label")
    currency = ma.fields.Str(required=True)
    before_minor = ma.fields.Int(required=True)
    after_minor = ma.fields.Int(required=True)
    difference_minor = ma.fields.Int(required=True)
    sentence = ma.fields.Method("say", allow_none=True, metadata={"type": "string"})

    def say(self, difference: Any) -> str | None:
        return difference.sentence if difference.difference_minor else None


class AssumedOut(ma.Schema):
    units = ma.fields.Int(required=True)
    net_price_minor = ma.fields.Int(required=True)
    deductions_bps = ma.fields.Int(required=True)
    growth_bps = ma.fields.Int(required=True)


class ProjectionOut(ma.Schema):
    """The same usage under two sets of terms. `differences` are over the whole term: fee, advance and royalties."""

    before = ma.fields.Nested(TermsProjectionOut, required=True)
    after = ma.fields.Nested(TermsProjectionOut, required=True)
    differences = ma.fields.List(
        ma.fields.Nested(FigureDifferenceOut),
        required=True,
        metadata={"description": "Every figure; with a sentence where it changed"},
    )
    assumed = ma.fields.Nested(
        AssumedOut, required=True, allow_none=True, metadata={"description": "null where sales were given"}
    )
