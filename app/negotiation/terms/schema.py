"""A proposal as it comes in. Loading gives `ProposedTerms`; what is wrong is named by field."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import (
    AmountMinor,
    Bps,
    Languages,
    MediaLeaves,
    ProductCategories,
    TerritoryExpression,
    WholeNumber,
)
from app.negotiation.terms import checks
from app.negotiation.terms.fields import Day, VisibleLine, known
from app.negotiation.terms.proposal import Period, ProposedGrant, ProposedTerms, Reporting, Royalty
from app.negotiation.terms.vocabulary import ReportingSchedule, RoyaltyBasis, RoyaltyTrigger
from app.values import survival
from app.values.components import Axis, Component, DeliveryMode
from app.values.currencies import exponent
from app.values.exclusivity import Exclusivity
from app.values.money import Money
from app.values.rights_block import ALL

MOST_GRANTS = 50


def _described(text: str, **more: Any) -> dict[str, Any]:
    return {"description": text, **more}


def _currency(**kwargs: Any) -> ma.fields.Str:
    description = _described("ISO 4217 code of an active currency", example="USD")
    return ma.fields.Str(validate=known(exponent), metadata=description, **kwargs)


def _refuse(problems: dict[str, Any]) -> None:
    if problems:
        raise ma.ValidationError(problems)


class DealPeriodIn(ma.Schema):
    """When the license runs: whole days in one time zone."""

    first_day = Day(required=True, metadata=_described("The license starts as this day begins"))
    last_day = Day(required=True, metadata=_described("Included: the license ends as the next day begins"))
    zone = ma.fields.Str(
        required=True, metadata=_described("IANA time zone whose days are meant", example="America/New_York")
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Period:
        period = Period(**data)
        _refuse({field: [sentence] for field, sentence in checks.period_problems(period)})
        return period


class GrantIn(ma.Schema):
    """One component and what may be done with it. Everything not granted is denied."""

    component = ma.fields.Enum(Component, by_value=True, required=True, metadata=_described("Part of the likeness"))
    axes = ma.fields.List(
        ma.fields.Enum(Axis, by_value=True),
        required=True,
        validate=ma.validate.Length(1),
        metadata=_described("Ways of use; each needs the component's own consent"),
    )
    media = MediaLeaves(
        required=True,
        metadata=_described(
            "Roots or leaves of the media tree; the deal keeps leaves", example=["game.scripted_performance"]
        ),
    )
    territory = TerritoryExpression(
        required=True,
        metadata=_described("Expression over ISO 3166-1 codes and groups, frozen when sent", example="+WORLD -US"),
    )
    languages = Languages(
        load_default=frozenset({ALL}),
        metadata=_described("BCP 47 tags, or `*` for every language"),
    )
    categories = ProductCategories(
        load_default=frozenset({ALL}),
        metadata=_described("Product categories: named for brand use, `*` for any other"),
    )
    exclusivity = ma.fields.Enum(
        Exclusivity,
        by_value=True,
        load_default=Exclusivity.NON_EXCLUSIVE,
        metadata=_described("Whether others are kept out of the same use"),
    )
    exclusive_until = Day(
        load_default=None,
        allow_none=True,
        metadata=_described("Last day of exclusivity, within the term and its zone; nothing: the whole term"),
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
        _refuse(problems)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProposedGrant:
        return ProposedGrant(**data | {"axes": frozenset(data["axes"])})


class FeeIn(ma.Schema):
    """Paid once, when the deal is signed. 0 is a license without a fee."""

    amount_minor = AmountMinor(required=True, metadata=_described("Minor units: 1250000 USD is 12,500.00 dollars"))
    currency = _currency(required=True)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Money:
        return Money(**data)


class RoyaltyIn(ma.Schema):
    """A share of what sales bring in."""

    rate_bps = Bps(required=True, metadata=_described("Basis points: 250 is 2.5 %; 0 says that none is due"))
    currency = _currency(load_default=None, allow_none=True)
    basis = ma.fields.Enum(
        RoyaltyBasis,
        by_value=True,
        load_default=RoyaltyBasis.NET_RECEIPTS,
        metadata=_described("What the rate is applied to"),
    )
    trigger = ma.fields.Enum(
        RoyaltyTrigger,
        by_value=True,
        load_default=RoyaltyTrigger.SALE_DATE,
        metadata=_described("Which date decides the rate for a sale"),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if data["rate_bps"] and not data["currency"]:
            _refuse({"currency": ["Say in which currency the royalty is accounted for."]})


class ReportingIn(ma.Schema):
    """When the licensee reports what was sold."""

    schedule = ma.fields.Enum(
        ReportingSchedule,
        by_value=True,
        load_default=ReportingSchedule.QUARTERLY,
        metadata=_described("Length of the period of a usage report"),
    )
    due_days = WholeNumber(
        load_default=45,
        validate=ma.validate.Range(1, 180),
        metadata=_described("Days after the end of the period"),
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Reporting:
        return Reporting(**data)


class SurvivalIn(ma.Schema):
    """What may still be done after the end."""

    preset = ma.fields.Str(
        required=True,
        validate=ma.validate.OneOf(list(survival.PRESETS)),
        metadata=_described("Named matrix of actions and phases; the deal keeps the whole matrix"),
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> survival.SurvivalPreset:
        return survival.preset(data["preset"])


class DealTermsIn(ma.Schema):
    """Everything the two sides bargain about."""

    term = ma.fields.Nested(DealPeriodIn, required=True)
    grants = ma.fields.List(
        ma.fields.Nested(GrantIn), required=True, validate=ma.validate.Length(1, MOST_GRANTS),
        metadata=_described("Blocks of rights; all run for the term"),
    )  # fmt: skip
    fee = ma.fields.Nested(FeeIn, required=True)
    royalty = ma.fields.Nested(
        RoyaltyIn, load_default=None, allow_none=True, metadata=_described("Nothing: no royalty is due")
    )
    reporting = ma.fields.Nested(ReportingIn, load_default=lambda: ReportingIn().load({}))
    survival = ma.fields.Nested(SurvivalIn, required=True)
    delivery = ma.fields.Enum(
        DeliveryMode,
        by_value=True,
        required=True,
        metadata=_described("`export`: files are delivered; `hosted_only`: they never leave"),
    )
    disclosure_label = VisibleLine(
        200,
        shortest=0,
        load_default="",
        metadata=_described(
            "Shown wherever the likeness is; the law of the EU asks for one wherever the territory reaches into it",
            example="Digital replica, used with permission",
        ),
    )
    credit_line = VisibleLine(
        200, shortest=0, load_default="", metadata=_described("Named in the credits; empty: no credit")
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        grants: dict[int, Any] = {}
        for index, sentence in checks.exclusivity_problems(data["grants"], data["term"]):
            grants[index] = {"exclusive_until": [sentence]}
        for index, sentence in checks.repeated_grants(data["grants"]):
            grants.setdefault(index, {"_schema": [sentence]})
        _refuse({"grants": grants} if grants else {})

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProposedTerms:
        fee: Money = data["fee"]
        return ProposedTerms(
            period=data["term"],
            grants=tuple(data["grants"]),
            fee=fee,
            royalty=_royalty(data["royalty"], fee),
            reporting=data["reporting"],
            survival=data["survival"],
            delivery=data["delivery"],
            disclosure_label=data["disclosure_label"],
            credit_line=data["credit_line"],
        )


def _royalty(data: dict[str, Any] | None, fee: Money) -> Royalty:
    chosen = data or RoyaltyIn().load({"rate_bps": 0})
    return Royalty(
        basis=chosen["basis"],
        rate_bps=chosen["rate_bps"],
        currency=chosen["currency"] or fee.currency,
        trigger=chosen["trigger"],
    )
