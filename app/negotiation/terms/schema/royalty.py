"""A share of what sales bring in, and everything that changes it."""

import re
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Bps, MediaLeaves, TerritoryExpression, WholeNumber
from app.negotiation.terms.checks import royalty as checks
from app.negotiation.terms.fields import Day, VisibleLine
from app.negotiation.terms.schema.told import BPS, currency, refuse, told
from app.negotiation.terms.vocabulary import (
    EscalatorMode,
    ReportingSchedule,
    ReserveTiming,
    RoyaltyBasis,
    RoyaltyTrigger,
    Tally,
    TallyScope,
)

MOST_RULES = 40
MOST_BANDS = 12
PERIODS = "periods of usage reports"
_CHANNEL = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")


class RateRuleIn(ma.Schema):
    """A rate for some sales. Of the rules that match a sale the most specific counts, and of those the latest."""

    media = MediaLeaves(
        load_default=None,
        allow_none=True,
        metadata=told(
            "Roots or leaves; the deal keeps leaves; nothing: any medium", source="the marketplace's media tree"
        ),
    )
    territory = TerritoryExpression(
        load_default=None,
        allow_none=True,
        metadata=told("Where it was sold; nothing: anywhere", source="ISO 3166-1, groups of Unicode CLDR"),
    )
    channels = ma.fields.List(
        ma.fields.Str(validate=ma.validate.Regexp(_CHANNEL)),
        load_default=list,
        validate=ma.validate.Length(max=20),
        metadata=told("Through which stores or venues, as usage reports name them; none: any", example=["steam"]),
    )
    from_day = Day(
        load_default=None,
        allow_none=True,
        metadata=told("The first of a month: sales (or reports, see `trigger`) from this day on; nothing: always"),
    )
    rate_bps = Bps(required=True, metadata=told("The rate for these sales", unit=BPS))

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.rule_problems(data))


class BandIn(ma.Schema):
    """From where on another rate holds."""

    above = WholeNumber(
        required=True,
        validate=ma.validate.Range(1, 10**12 - 1),
        metadata=told("The tally above which it holds; exactly there it does not yet", unit="as `tally` says"),
    )
    rate_bps = Bps(required=True, metadata=told("The rate above it, in place of the rate of the sale", unit=BPS))


class EscalatorIn(ma.Schema):
    """Rates that rise (or fall) with success."""

    mode = ma.fields.Enum(EscalatorMode, by_value=True, required=True, metadata=told("What a new band changes"))
    scope = ma.fields.Enum(
        TallyScope, by_value=True, load_default=TallyScope.LICENSE, metadata=told("Of what the tally is kept")
    )
    tally = ma.fields.Enum(Tally, by_value=True, load_default=Tally.BASIS, metadata=told("What is counted"))
    starts_at = WholeNumber(
        load_default=0,
        validate=ma.validate.Range(0, 10**12 - 1),
        metadata=told("What the tally holds before the first report", unit="as `tally` says"),
    )
    bands = ma.fields.List(
        ma.fields.Nested(BandIn),
        required=True,
        validate=ma.validate.Length(1, MOST_BANDS),
        metadata=told("In rising order of `above`"),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.band_problems(data["bands"]))


class ReleaseIn(ma.Schema):
    """When a part of a reserve is set free."""

    after_periods = WholeNumber(
        required=True,
        validate=ma.validate.Range(1, 24),
        metadata=told("How long after the period for which it was kept", unit=PERIODS),
    )
    share_bps = Bps(required=True, metadata=told("Which part of it", unit="basis points of what was kept"))


class ReserveIn(ma.Schema):
    """Kept back against returns, and set free later."""

    rate_bps = Bps(required=True, metadata=told("Which part is kept back", unit=BPS))
    timing = ma.fields.Enum(
        ReserveTiming,
        by_value=True,
        load_default=ReserveTiming.AFTER_CALCULATION,
        metadata=told("Whether it is kept from the receipts or from the royalty"),
    )
    release = ma.fields.List(
        ma.fields.Nested(ReleaseIn),
        required=True,
        validate=ma.validate.Length(1, 24),
        metadata=told("Parts that add up to 10,000 basis points, in order"),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.release_problems(data["release"]))


class RoyaltyIn(ma.Schema):
    """A share of what sales bring in."""

    rate_bps = Bps(
        required=True, metadata=told("The rate where no rule says another; 0 says that none is due", unit=BPS)
    )
    currency = currency(load_default=None, allow_none=True)
    basis = ma.fields.Enum(
        RoyaltyBasis,
        by_value=True,
        load_default=RoyaltyBasis.NET_RECEIPTS,
        metadata=told("What the rate is applied to"),
    )
    trigger = ma.fields.Enum(
        RoyaltyTrigger,
        by_value=True,
        load_default=RoyaltyTrigger.SALE_DATE,
        metadata=told("Which date decides the rate for a sale"),
    )
    deductions_cap_bps = Bps(
        load_default=None,
        allow_none=True,
        metadata=told("The most that is deducted from gross; nothing: all that is reported", unit=BPS),
    )
    rules = ma.fields.List(
        ma.fields.Nested(RateRuleIn),
        load_default=list,
        validate=ma.validate.Length(max=MOST_RULES),
        metadata=told("Rates of their own for some sales"),
    )
    escalator = ma.fields.Nested(
        EscalatorIn, load_default=None, allow_none=True, metadata=told("Nothing: the rates stay")
    )
    reserve = ma.fields.Nested(
        ReserveIn, load_default=None, allow_none=True, metadata=told("Nothing: none is kept back")
    )
    recoupment_group = VisibleLine(
        60,
        load_default=None,
        allow_none=True,
        metadata=told("Licenses of the same two sides with the same name recoup, and tally, together"),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.royalty_problems(data))


class ReportingIn(ma.Schema):
    """When the licensee reports what was sold."""

    schedule = ma.fields.Enum(
        ReportingSchedule,
        by_value=True,
        load_default=ReportingSchedule.QUARTERLY,
        metadata=told("Length of the period of a usage report"),
    )
    due_days = WholeNumber(
        load_default=45,
        validate=ma.validate.Range(1, 180),
        metadata=told("Days after the end of the period", unit="calendar days"),
    )


NO_ROYALTY: dict[str, Any] = {"rate_bps": 0}
