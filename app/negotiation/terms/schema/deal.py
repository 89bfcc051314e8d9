"""Everything the two sides bargain about, held against each other."""

from datetime import timedelta
from typing import Any

import marshmallow as ma

from app.negotiation.terms.checks import conduct, money, royalty, scope
from app.negotiation.terms.fields import VisibleLine
from app.negotiation.terms.proposal import ProposedTerms, plain
from app.negotiation.terms.schema.conduct import (
    ApprovalIn,
    CheckInIn,
    DeletionIn,
    SellOffIn,
    SurvivalIn,
    WindDownIn,
)
from app.negotiation.terms.schema.legal import (
    AgencyIn,
    AuditIn,
    BreachIn,
    EndUserIn,
    ExtensionIn,
    FirstRefusalIn,
    GoverningLawIn,
    StrikeIn,
    TollingIn,
)
from app.negotiation.terms.schema.money import AdvanceIn, FeeIn, GuaranteeIn, LateInterestIn
from app.negotiation.terms.schema.royalty import NO_ROYALTY, ReportingIn, RoyaltyIn
from app.negotiation.terms.schema.scope import CapIn, DealPeriodIn, GrantIn
from app.negotiation.terms.schema.told import refuse, told
from app.negotiation.terms.vocabulary import Assignment, GuardContext, PublicFact, Warranty
from app.values.components import DeliveryMode

MOST_GRANTS = 50
TYPED = frozenset({"term", "grants", "survival"})
"""Members of which `ProposedTerms` has values of their own; every other goes into the document as it was read."""


def _perhaps(schema: type[ma.Schema], text: str) -> ma.fields.Nested:
    return ma.fields.Nested(schema, load_default=None, allow_none=True, metadata=told(text))


def _always(schema: type[ma.Schema], text: str) -> ma.fields.Nested:
    return ma.fields.Nested(schema, load_default=lambda: schema().load({}), metadata=told(text))


def _several(schema: type[ma.Schema], most: int, text: str) -> ma.fields.List[Any]:
    several = ma.validate.Length(max=most)
    return ma.fields.List(ma.fields.Nested(schema), load_default=list, validate=several, metadata=told(text))


class DealTermsIn(ma.Schema):
    """Everything the two sides bargain about."""

    term = ma.fields.Nested(DealPeriodIn, required=True)
    grants = ma.fields.List(
        ma.fields.Nested(GrantIn), required=True, validate=ma.validate.Length(1, MOST_GRANTS),
        metadata=told("Blocks of rights; all run for the term"),
    )  # fmt: skip
    end_user = _perhaps(EndUserIn, "Nothing: the licensee itself")
    agency = _perhaps(AgencyIn, "Nothing: none is named")
    caps = _several(CapIn, 20, "Most that may be made; none: no limit but the grants")
    approvals = _several(ApprovalIn, 3, "What the licensor approves; none: nothing")
    check_in = _perhaps(CheckInIn, "Nothing: systems need not check in")
    survival = ma.fields.Nested(SurvivalIn, required=True)
    wind_down = _always(WindDownIn, "What is done after the end")
    sell_off = _perhaps(SellOffIn, "Nothing: what was made is not sold after the end unless `survival` says so")
    delivery = ma.fields.Enum(
        DeliveryMode,
        by_value=True,
        required=True,
        metadata=told("`export`: files are delivered; `hosted_only`: they never leave"),
    )
    deletion = _always(DeletionIn, "What is destroyed after the end")
    disclosure_label = VisibleLine(
        200,
        shortest=0,
        load_default="",
        metadata=told(
            "Shown wherever the likeness is; the law asks for one wherever the territory reaches into the EU",
            source="Regulation (EU) 2024/1689, Art. 50",
            example="Digital replica, used with permission",
        ),
    )
    credit_line = VisibleLine(
        200, shortest=0, load_default="", metadata=told("Named in the credits; empty: no credit")
    )
    guard_list = ma.fields.List(
        ma.fields.Enum(GuardContext, by_value=True),
        load_default=list,
        metadata=told("Contexts in which the likeness never appears", source="the marketplace's guard list"),
    )
    public_record = ma.fields.List(
        ma.fields.Enum(PublicFact, by_value=True),
        load_default=list,
        metadata=told("What anybody may read about the license; empty: only whether it stands now"),
    )
    fee = ma.fields.Nested(FeeIn, required=True)
    advance = _perhaps(AdvanceIn, "Nothing: none is paid")
    guarantee = _perhaps(GuaranteeIn, "Nothing: the licensor earns what sales bring")
    royalty = _perhaps(RoyaltyIn, "Nothing: no royalty is due")
    reporting = _always(ReportingIn, "When sales are reported")
    audit = _perhaps(AuditIn, "Nothing: no right beyond the law's")
    late_interest = _perhaps(LateInterestIn, "Nothing: what the law gives")
    tolling = _always(TollingIn, "What suspension does to the term")
    breach = _always(BreachIn, "What comes before an end for breach")
    strike = _always(StrikeIn, "What a strike does")
    extension = _perhaps(ExtensionIn, "Nothing: the licensee has no option")
    first_refusal = _perhaps(FirstRefusalIn, "Nothing: the licensor may bargain with anybody")
    assignment = ma.fields.Enum(
        Assignment,
        by_value=True,
        load_default=Assignment.NONE,
        metadata=told("Whether the licensee may hand the license on"),
    )
    governing_law = _perhaps(GoverningLawIn, "Nothing: not agreed")
    warranties = ma.fields.List(
        ma.fields.Enum(Warranty, by_value=True), load_default=list, metadata=told("What the sides stand for")
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        found: dict[str, Any] = {}
        grants: dict[int, Any] = {
            index: {"exclusive_until": [sentence]}
            for index, sentence in scope.exclusivity_problems(data["grants"], data["term"])
        }
        for index, sentence in scope.repeated_grants(data["grants"]):
            grants.setdefault(index, {"_schema": [sentence]})
        found["grants"] = grants
        found["caps"] = conduct.cap_problems(data["caps"], {grant.component for grant in data["grants"]})
        found["approvals"] = conduct.approval_problems(data["approvals"])
        found |= _money_problems(data)
        refuse({member: problems for member, problems in found.items() if problems})

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProposedTerms:
        terms = data["royalty"] or RoyaltyIn().load(NO_ROYALTY)
        money = {"royalty": terms | {"currency": terms["currency"] or data["fee"]["currency"]}}
        return ProposedTerms(
            period=data["term"],
            grants=tuple(data["grants"]),
            survival=data["survival"],
            clauses=plain({name: value for name, value in (data | money).items() if name not in TYPED}),
        )


def _money_problems(data: dict[str, Any]) -> dict[str, Any]:
    """Advances and guarantees are of royalties; rules name what is granted; tests lie where something can sell."""
    terms = data["royalty"]
    is_due = terms is not None and royalty.is_due(terms)
    found: dict[str, Any] = {}
    for name, what in (("advance", "an advance"), ("guarantee", "a guarantee")):
        if data[name] is not None and not is_due:
            sentence = f"There is no royalty, of which this would be {what}; raise the fee instead."
            found[name] = {"_schema": [sentence]}
    if terms is not None:
        granted = frozenset[str]().union(*(grant.media for grant in data["grants"]))
        rules = royalty.media_problems(terms["rules"], granted)
        found["royalty"] = {"rules": rules} if rules else {}
    if data["guarantee"] is not None and "guarantee" not in found:
        days = data["sell_off"]["days"] if data["sell_off"] is not None else 0
        latest = data["term"].last_day + timedelta(days=days)
        tests = money.guarantee_days_problems(data["guarantee"]["schedule"], data["term"].first_day, latest)
        found["guarantee"] = {"schedule": tests} if tests else {}
    return found
