"""Any part of a document of deal terms in words: its label, and what it says, line by line.

It knows no layout: what a later version of the terms adds is written by the form of its names and values.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.values import formats
from app.web.changes import value_in_words

MOST_LINES = 40

_LABELS: Mapping[str, str] = {
    "term": "Term of the license",
    "grants": "What is granted",
    "end_user": "End user",
    "agency": "Agency",
    "caps": "Caps on what is made",
    "approvals": "Approvals",
    "guard_list": "Contexts never allowed",
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
    "survival": "What outlives the license",
    "wind_down": "Wind-down",
    "sell_off": "Sell-off",
    "deletion": "Deletion at the end",
    "extension": "Option to extend",
    "first_refusal": "First refusal",
    "tolling": "Extension by suspended days",
    "strike": "Strikes",
    "assignment": "Handing on to others",
    "warranties": "Warranties",
    "governing_law": "Governing law",
    "production": "Production and intended use",
}
"""In the order in which people read a contract."""
_UNTOLD = frozenset({"starts_at", "ends_at", "media_version", "codes", "matrix", "id"})
"""What follows from its neighbors, or is told in a table of its own."""
_STEPS: Mapping[str, str] = {"axes": "ways of use", "expression": "", "most": "at most", "per": "in each"}
_IN_ROYALTY_CURRENCY = frozenset({"royalty", "advance", "guarantee"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


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
    """Say in words what a section of the terms says."""
    currency = terms["royalty" if name in _IN_ROYALTY_CURRENCY else "fee"]["currency"]
    found = list(_lines(name, terms[name], "", currency))
    if len(found) > MOST_LINES:
        found = [*found[:MOST_LINES], Line("", f"… and {len(found) - MOST_LINES} more lines")]
    return found or [Line("", "nothing agreed")]


def _lines(name: str, value: Any, label: str, currency: str) -> Iterator[Line]:
    if isinstance(value, Mapping):
        for key, each in sorted(value.items(), key=lambda member: isinstance(member[1], Mapping | list)):
            if key not in _UNTOLD:
                yield from _lines(key, each, _joined(label, _step(key)), currency)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for number, each in enumerate(value, 1):
            if name == "grants":
                said = {key: member for key, member in each.items() if key != "component"}
                yield from _lines(name, said, f"{each['component']}:", currency)
            else:
                yield from _lines(name, each, _joined(label, f"{number}."), currency)
    elif value is not None and value != []:
        yield Line(formats.capitalize_first(label), _text(name, value, currency))


def _text(name: str, value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return _number(name, value, currency)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return formats.day(value)
    text = value_in_words(name, value, currency)
    if isinstance(value, list):
        return formats.listed(map(_plain, value)) if text == formats.listed(map(str, value)) else text
    return _plain(text)


def _number(name: str, value: int, currency: str) -> str:
    if name.endswith("_bps"):
        return formats.percent(value)
    if name.endswith("_minor"):
        return formats.money(value, currency)
    if name == "days" or name.endswith("_days"):
        return f"{formats.whole(value)} day{'' if value == 1 else 's'}"
    return formats.whole(value)


def _plain(text: str) -> str:
    return formats.words(text) if _CODE.fullmatch(text) else text


def _step(name: str) -> str:
    plain = name.removesuffix("_bps").removesuffix("_minor")
    return _STEPS.get(name, formats.words(plain or name))


def _joined(label: str, more: str) -> str:
    return f"{label} {more}".strip()
