"""What sales earn, what is held back or recouped of it, and how it is reported and looked into."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.negotiation.terms.vocabulary import RoyaltyBasis
from app.negotiation.terms.words.payments import late_interest
from app.negotiation.terms.words.places import territory
from app.negotiation.terms.words.section import Row, amount, counted, day, either
from app.values import formats

_BASES = {
    RoyaltyBasis.NET_RECEIPTS: "what the licensee received (gross, less what the store kept, refunds and taxes)",
    RoyaltyBasis.GROSS_RECEIPTS: "what buyers paid, refunds taken off",
}
_TRIGGERS = {
    "sale_date": "The date of a sale decides which rate holds for it.",
    "report_date": "The date of the report decides which rate holds for a sale in it.",
}
_MODES = {
    "cumulative_marginal": "each rate holds for the part of the total since the start that lies in its band",
    "per_period": "the total starts anew with each report, and each rate holds for the part in its band",
    "whole_slab": "the rate of the band reached holds for everything so far",
}
_SCOPES = {
    "item": "for each item",
    "license": "for the whole license",
    "deal_group": "for all licenses of the same two sides in the same group together",
}
_TIMINGS = {
    "before_calculation": "of sales, before the royalty is calculated",
    "after_calculation": "of the royalty earned, after it is calculated",
}
_SCHEDULES = {
    "monthly": "For each calendar month",
    "quarterly": "For each calendar quarter",
    "semiannual": "For each half of the calendar year",
    "annual": "For each calendar year",
}


def rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    royalty = terms["royalty"]
    yield Row("Royalty", _rate(royalty), "/royalty")
    for index, rule in enumerate(royalty["rules"]):
        yield Row(f"Other rate {index + 1}", _rule(rule), f"/royalty/rules/{index}")
    if royalty["rules"]:
        text = (
            "Of the other rates that fit a sale the most specific holds, of those the latest; else the rate above."
        )
        yield Row("Which rate holds", text, "/royalty/rules")
    if _is_due(royalty):
        yield Row("Which date counts", _TRIGGERS[royalty["trigger"]], "/royalty/trigger")
        yield Row("Deductions", _deductions(royalty), "/royalty/deductions_cap_bps")
        yield Row("Rising rates", _escalator(royalty), "/royalty/escalator")
        yield Row("Reserve", _reserve(royalty["reserve"]), "/royalty/reserve")
    yield Row("Recoupment group", _group(royalty["recoupment_group"]), "/royalty/recoupment_group")
    reporting = terms["reporting"]
    text = f"{_SCHEDULES[reporting['schedule']]}, within {counted(reporting['due_days'], 'day')} after its end."
    yield Row("Usage reports", text, "/reporting")
    yield Row("Audit", _audit(terms["audit"]), "/audit")
    text = f"{formats.percent(terms['platform_fee_bps'])}, taken from what the licensor receives."
    yield Row("Platform's share", text, "/platform_fee_bps")
    yield Row("Late payment", late_interest(terms["late_interest"]), "/late_interest")


def _is_due(royalty: Mapping[str, Any]) -> bool:
    return bool(royalty["rate_bps"] or royalty["rules"] or royalty["escalator"])


def _rate(royalty: Mapping[str, Any]) -> str:
    if not _is_due(royalty):
        return "No royalty is due."
    basis = _BASES[RoyaltyBasis(royalty["basis"])]
    return f"{formats.percent(royalty['rate_bps'])} of {basis}, accounted for in {royalty['currency']}."


def _rule(rule: Mapping[str, Any]) -> str:
    conditions = []
    if rule["media"]:
        conditions.append(f"in these media: {either(formats.medium(code).lower() for code in rule['media'])}")
    if rule["territory"] is not None:
        conditions.append(f"in {territory(rule['territory'])}")
    if rule["channels"]:
        conditions.append(f"through {either(rule['channels'])}")
    if rule["from_day"] is not None:
        conditions.append(f"from {day(rule['from_day'])}")
    return f"{formats.percent(rule['rate_bps'])} for sales {', '.join(conditions) or 'of every kind'}."


def _deductions(royalty: Mapping[str, Any]) -> str:
    most = royalty["deductions_cap_bps"]
    if most is not None:
        return f"At most {formats.percent(most)} of gross receipts is deducted."
    if royalty["basis"] == RoyaltyBasis.GROSS_RECEIPTS:
        return "Nothing but refunds is deducted."
    return "All that is reported is deducted, without a limit."


def _escalator(royalty: Mapping[str, Any]) -> str:
    escalator = royalty["escalator"]
    if escalator is None:
        return "The rate does not rise with sales."

    def tallied(number: int) -> str:
        is_money = escalator["tally"] == "basis"
        return amount(number, royalty["currency"]) if is_money else counted(number, "unit")

    bands = [f"{formats.percent(band['rate_bps'])} above {tallied(band['above'])}" for band in escalator["bands"]]
    return (
        f"In place of the rate of the sale: {formats.listed(bands)}, counted {_SCOPES[escalator['scope']]} from "
        f"{tallied(escalator['starts_at'])}; {_MODES[escalator['mode']]}. At exactly a limit the lower rate still "
        "holds."
    )


def _reserve(reserve: Mapping[str, Any] | None) -> str:
    if reserve is None:
        return "Nothing is held back against returns."
    releases = [
        f"{formats.percent(part['share_bps'])} of it after {counted(part['after_periods'], 'period')}"
        for part in reserve["release"]
    ]
    return (
        f"{formats.percent(reserve['rate_bps'])} {_TIMINGS[reserve['timing']]}, is held back against returns and "
        f"released: {', '.join(releases)}."
    )


def _group(name: str | None) -> str:
    if name is None:
        return "This license recoups by itself, apart from others."
    return f"Licenses of the same two sides in the group “{name}” recoup and count together."


def _audit(audit: Mapping[str, Any] | None) -> str:
    if audit is None:
        return "No right to inspect the licensee's books is agreed."
    shift = audit["cost_shift_bps"]
    return (
        f"The licensor may have the licensee's books inspected with {counted(audit['notice_days'], 'day')} of "
        f"notice, once in {counted(audit['every_months'], 'month')}, up to "
        f"{counted(audit['look_back_months'], 'month')} back. "
        + (
            "The licensor bears the cost."
            if shift is None
            else f"The licensee bears the cost where it paid at least {formats.percent(shift)} too little."
        )
    )
