"""Differences between two offers, in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.negotiation.terms.difference import ChangeKind, FieldChange
from app.values import formats
from app.values.components import Axis, Component, DeliveryMode
from app.values.exclusivity import Exclusivity

_FOLLOWS = ("/term/starts_at", "/term/ends_at", "/territory/codes", "/media_version", "/survival/matrix")
"""What follows from other fields is not told twice."""

_LABELS = {
    "first_day": "First day",
    "last_day": "Last day",
    "zone": "Time zone",
    "amount_minor": "Fee",
    "rate_bps": "Royalty",
    "basis": "Royalty is on",
    "trigger": "Rate is decided by",
    "schedule": "Reports",
    "due_days": "Reports are due after",
    "preset": "What outlives the license",
    "delivery": "Delivery",
    "disclosure_label": "Label to show",
    "credit_line": "Credit",
    "axes": "ways of use",
    "media": "media",
    "expression": "territory",
    "languages": "languages",
    "categories": "product categories",
    "exclusivity": "exclusivity",
    "exclusive_until": "exclusive until",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after. Lists tell only what came and what went."""

    label: str
    before: str
    after: str


def in_words(changes: Sequence[FieldChange], after: Mapping[str, Any]) -> list[Change]:
    """Say what changed; `after` is the document of the later offer."""
    return [_change(change, after) for change in changes if not _follows(change.pointer)]


def _follows(pointer: str) -> bool:
    return any(part in pointer for part in _FOLLOWS)


def _change(change: FieldChange, after: Mapping[str, Any]) -> Change:
    steps = change.pointer.split("/")[1:]
    if steps[0] == "grants":
        return _grant_change(change, steps, after)
    label = _LABELS.get(steps[-1], formats.capitalize_first(formats.words(" ".join(steps))))
    if steps[-1] == "currency":
        label = f"{formats.capitalize_first(steps[0])} currency"
    currency = after["fee"]["currency"]
    return Change(label, _text(steps[-1], change.before, currency), _text(steps[-1], change.after, currency))


def _grant_change(change: FieldChange, steps: list[str], after: Mapping[str, Any]) -> Change:
    if len(steps) == 2:
        grant = change.after if change.kind is ChangeKind.ADDED else change.before
        return Change(
            Component(grant["component"]).label,
            "" if change.kind is ChangeKind.ADDED else "granted",
            "granted" if change.kind is ChangeKind.ADDED else "",
        )
    component = Component(after["grants"][int(steps[1])]["component"]).label
    name = steps[-1]
    label = f"{component}, {_LABELS.get(name, formats.words(name))}"
    if change.entered or change.left:
        return Change(label, _text(name, list(change.left), ""), _text(name, list(change.entered), ""))
    return Change(label, _text(name, change.before, ""), _text(name, change.after, ""))


def value_in_words(name: str, value: Any, currency: str) -> str:
    """Write the value of a field of deal terms, known by its name."""
    return _text(name, value, currency)


def _text(name: str, value: Any, currency: str) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if name == "amount_minor":
        return formats.money(value, currency)
    write = _WRITERS.get(name)
    if write is not None:
        return write(value)
    return formats.listed(map(str, value)) if isinstance(value, list) else str(value)


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "rate_bps": formats.percent,
    "first_day": formats.day,
    "last_day": formats.day,
    "exclusive_until": formats.day,
    "due_days": lambda days: f"{days} days",
    "expression": formats.territory,
    "delivery": lambda mode: DeliveryMode(mode).label,
    "exclusivity": lambda kind: Exclusivity(kind).label,
    "axes": lambda axes: formats.listed(Axis(axis).label.lower() for axis in axes),
    "media": lambda codes: formats.listed(formats.medium(code).lower() for code in codes),
    "languages": lambda codes: formats.listed(map(formats.language, codes)),
    "categories": lambda codes: formats.listed(map(formats.category, codes)),
    "basis": formats.words,
    "trigger": formats.words,
    "schedule": formats.words,
    "preset": formats.words,
}
