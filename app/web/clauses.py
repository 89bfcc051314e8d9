"""Any part of a document of deal terms in words: its label, and what it says, line by line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.negotiation.terms.versions import as_current
from app.negotiation.terms.words import sections
from app.values import formats

MOST_LINES = 40

_LABELS: Mapping[str, str] = {
    "term": "Term of the license",
    "grants": "What is granted",
    "end_user": "End user",
    "agency": "Agency",
    "caps": "Caps on what is made",
    "approvals": "Approvals",
    "guard_list": "Contexts never allowed",
    "check_in": "Checking in",
    "fee": "License fee",
    "advance": "Advance",
    "guarantee": "Minimum guarantee",
    "royalty": "Royalty",
    "reporting": "Usage reports",
    "audit": "Audit rights",
    "late_interest": "Interest on late payment",
    "delivery": "Delivery",
    "disclosure_label": "Label to show",
    "credit_line": "Credit",
    "public_record": "What is public",
    "survival": "What outlives the license",
    "wind_down": "Wind-down",
    "sell_off": "Sell-off",
    "deletion": "Deletion at the end",
    "extension": "Option to extend",
    "first_refusal": "First refusal",
    "tolling": "Extension by suspended days",
    "breach": "Breach",
    "strike": "Strikes",
    "assignment": "Handing on to others",
    "warranties": "Warranties",
    "governing_law": "Governing law",
    "production": "Production and intended use",
}
"""In the order in which people read a contract."""
_STEPS: Mapping[str, str] = {"axes": "ways of use", "expression": "", "most": "at most", "per": "in each"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a section says. The label is empty where the section says but one thing."""

    label: str
    text: str


def label_of(steps: Sequence[str]) -> str:
    """Name a field by the way to it: `Royalty, rate`; the whole offer has no steps."""
    if not steps:
        return "The offer as a whole"
    first, *rest = steps
    named = _LABELS.get(first, formats.capitalize_first(formats.words(first)))
    return ", ".join([named, *(_step(step) for step in rest)])


def in_reading_order(names: Iterable[str]) -> list[str]:
    """Sort the members of the terms as people read them; what has no place in that order comes last."""
    places = {name: place for place, name in enumerate(_LABELS)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def is_left_out(value: Any) -> bool:
    """Say whether a section agrees on nothing."""
    if isinstance(value, Mapping):
        return all(is_left_out(each) or each == 0 for each in value.values())
    return value is None or value is False or value in ("", "none") or value == []


def lines_of(name: str, terms: Mapping[str, Any]) -> list[Line]:
    """Say in the words of the contract what a member of the terms says."""
    at = f"/{name}"
    found = [
        Line(row.label, row.text)
        for section in sections(as_current(terms))
        for row in section.rows
        if row.pointer == at or row.pointer.startswith(f"{at}/")
    ]
    if len(found) > MOST_LINES:
        found = [*found[:MOST_LINES], Line("", f"… and {len(found) - MOST_LINES} more lines")]
    return found or [Line("", "nothing agreed")]


def _step(name: str) -> str:
    plain = name.removesuffix("_bps").removesuffix("_minor")
    return _STEPS.get(name, formats.words(plain or name))
