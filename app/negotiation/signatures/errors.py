"""Why an offer is not signed for want of the holders it was sent by."""

from collections.abc import Mapping
from typing import Any, Self

from app.negotiation.signatures.rules.changes import Changes, HolderChange, Holding, RuleChange
from app.values.errors import DomainError


class HoldersChanged(DomainError):
    """Who holds the rights is not what it was when the offer was sent. Nothing was signed."""

    code = "holders_changed"

    @classmethod
    def by(cls, changes: Changes, names: Mapping[str, str], *, is_licensee: bool) -> Self:
        """Tell the licensor's side who changed from what to what, and the licensee only that they did."""
        again = "the terms have to be sent again before anybody can sign them."
        if is_licensee:
            return cls(f"The holders on the licensor's side changed after this offer was sent; {again}")
        told = [_holder_change(change, names) for change in changes.holders]
        told += [_rule_change(change) for change in changes.rules]
        sentences = " ".join(change["sentence"] for change in told)
        return cls(f"The holders changed after this offer was sent: {sentences} So {again}", changes=told)


def _holder_change(change: HolderChange, names: Mapping[str, str]) -> dict[str, Any]:
    before, after = ("; ".join(each.sentence for each in held) for held in (change.before, change.after))
    name = names[change.party_id]
    if change.has_new_papers and change.before == change.after:
        sentence = f"{name} signed under a representation that is no longer in force."
    elif before == after:
        sentence = f"{name} holds {after}, but in other media or countries than before."
    else:
        sentence = f"{name}: from {before or 'nothing'} to {after or 'nothing'}."
    return {
        "party_id": change.party_id,
        "component": None,
        "before": [_holding(holding) for holding in change.before],
        "after": [_holding(holding) for holding in change.after],
        "sentence": sentence,
    }


def _holding(holding: Holding) -> dict[str, Any]:
    return {
        "role": holding.role.value,
        "capacity": holding.capacity,
        "share_bps": holding.share_bps,
        "components": list(holding.components),
    }


def _rule_change(change: RuleChange) -> dict[str, Any]:
    before, after = change.before.value, change.after.value
    sentence = f"Who must license the {change.component.label.lower()} went from {before} to {after}."
    return {
        "party_id": None,
        "component": change.component.value,
        "before": before,
        "after": after,
        "sentence": sentence,
    }
