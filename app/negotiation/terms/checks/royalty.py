"""Whether what is agreed about royalties can be computed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from app.negotiation.terms.checks.money import Problems
from app.negotiation.terms.vocabulary import TallyScope
from app.values.rounding import BASIS_POINTS


def rule_problems(rule: Mapping[str, Any]) -> Problems:
    found: Problems = {}
    if rule["from_day"] is not None and rule["from_day"].day != 1:
        found["from_day"] = ["Rates change with a month, as receipts are added up by month; name its first day."]
    if not rule["media"] and rule["territory"] is None and not rule["channels"] and rule["from_day"] is None:
        found["_schema"] = ["This rule is for every sale; put its rate into `rate_bps` of the royalty instead."]
    return found


def band_problems(bands: Sequence[Mapping[str, Any]]) -> Problems:
    found = {
        index: {"above": [f"It must lie above the band before, {before['above']:,}."]}
        for index, (before, band) in enumerate(pairwise(bands), start=1)
        if band["above"] <= before["above"]
    }
    return {"bands": found} if found else {}


def release_problems(parts: Sequence[Mapping[str, Any]]) -> Problems:
    """What was kept back is set free in time, all of it and no more."""
    found = {
        index: {"after_periods": [f"It must come after the part before, {before['after_periods']}."]}
        for index, (before, part) in enumerate(pairwise(parts), start=1)
        if part["after_periods"] <= before["after_periods"]
    }
    if found:
        return {"release": found}
    total = sum(part["share_bps"] for part in parts)
    if total != BASIS_POINTS:
        share = f"{total // 100}.{total % 100:02d}"
        return {"release": [f"The parts add up to {share} % of what was kept back; they must add up to 100 %."]}
    return {}


def royalty_problems(royalty: Mapping[str, Any]) -> Problems:
    found: Problems = {}
    if is_due(royalty) and not royalty["currency"]:
        found["currency"] = ["Say in which currency the royalty is accounted for."]
    escalator = royalty["escalator"]
    if escalator is not None and escalator["scope"] is TallyScope.DEAL_GROUP and not royalty["recoupment_group"]:
        found["escalator"] = {"scope": ["A tally of a group needs its name; give `recoupment_group`."]}
    if not is_due(royalty):
        for field in ("escalator", "reserve"):
            if royalty[field] is not None:
                found[field] = ["No royalty is due, so there is nothing for it to change; leave it out."]
    repeated = {index: {"_schema": [sentence]} for index, sentence in _repeated(royalty["rules"])}
    if repeated:
        found["rules"] = repeated
    return found


def is_due(royalty: Mapping[str, Any]) -> bool:
    """Say whether any sale earns a royalty."""
    bands = royalty["escalator"]["bands"] if royalty["escalator"] is not None else []
    return any(each["rate_bps"] for each in (royalty, *royalty["rules"], *bands))


def media_problems(rules: Sequence[Mapping[str, Any]], granted: Collection[str]) -> dict[int, Problems]:
    """A rule for a medium that is not granted is a slip of the pen."""
    return {
        index: {"media": [f"{min(beyond)} is not among the media of the grants; leave it out."]}
        for index, rule in enumerate(rules)
        if (beyond := set(rule["media"] or ()) - set(granted))
    }


def _repeated(rules: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    seen: dict[Any, int] = {}
    for index, rule in enumerate(rules):
        scope = (
            frozenset(rule["media"] or ()),
            None if rule["territory"] is None else rule["territory"].codes,
            frozenset(rule["channels"]),
            rule["from_day"],
        )
        if scope in seen:
            yield index, f"This rule is for the same sales as rule {seen[scope] + 1}; leave one of them out."
        seen.setdefault(scope, index)
