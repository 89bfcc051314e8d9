"""Differences between two documents of terms, field by field and in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.negotiation.terms.difference import ChangeKind, FieldChange, difference
from app.negotiation.terms.versions import as_current
from app.values import formats
from app.values.components import Axis, Component, DeliveryMode
from app.values.exclusivity import Exclusivity
from app.web.terms_form.clauses import CLAUSES
from app.web.terms_form.parts import Clause, Field, Kind, Rows

_FOLLOWS = ("/term/starts_at", "/term/ends_at", "/territory/codes", "/media_version", "/survival/matrix")
"""What follows from other fields is not told twice."""
_SAID_ELSEWHERE = {"/terms_version", "/amends", "/renews", "/amends/terms_sha256"}
"""That terms change or follow others stands above them, not among what differs."""
_NOTHING = "nothing"

_LABELS = {
    "/term/first_day": "First day",
    "/term/last_day": "Last day",
    "/term/zone": "Time zone",
    "/fee/amount_minor": "Fee",
    "/fee/currency": "Fee currency",
    "/royalty/rate_bps": "Royalty",
    "/royalty/basis": "Royalty is on",
    "/royalty/trigger": "Rate is decided by",
    "/royalty/currency": "Royalty currency",
    "/reporting/schedule": "Reports",
    "/reporting/due_days": "Reports are due after",
    "/survival/preset": "What outlives the license",
    "/delivery": "Delivery",
    "/disclosure_label": "Label to show",
    "/credit_line": "Credit",
    "/platform_fee_bps": "Platform's share",
    "/licensee/name": "Licensee",
    "/licensor/name": "Licensor",
    "/amends/effective_on": "In force from",
    "/amends/kind": "Kind of change",
}
_OF_GRANT = {
    "axes": "ways of use",
    "expression": "territory",
    "categories": "product categories",
    "exclusive_until": "exclusive until",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after. Lists tell only what came and what went."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two documents; amounts are written in its own currencies."""

    terms: Mapping[str, Any]

    def text(self, value: Any, field: Field) -> str:
        """Say a value of a clause."""
        if value is None or value in ("", []):
            return _NOTHING
        write = _KINDS.get(field.kind)
        text = str(value) if write is None else write(value, field, self.terms)
        unit = field.name_and_unit[1].removeprefix("%")
        return f"{text} {unit}" if unit else text

    def row(self, values: Mapping[str, Any] | None, fields: Sequence[Field]) -> str:
        """Say all that is filled in of several fields: `amount $5.00, due on 1 Sep 2026`."""
        said = ""
        for field in fields:
            value = None if values is None else values.get(field.name)
            if value in (None, "", [], False):
                continue
            # Labels without a capital letter go on in the sentence of the field before.
            joined = " " if field.label.islower() else ", "
            label = "" if field.label == "of" else field.name_and_unit[0]
            parts = [label] if field.kind is Kind.FLAG else [label, self.text(value, field)]
            said += (joined if said else "") + " ".join(filter(None, parts))
        return said or _NOTHING

    def clause(self, values: Mapping[str, Any] | None, clause: Clause) -> str:
        if values is None:
            return _NOTHING
        parts = [self.row(values, clause.fields)] if clause.fields else []
        parts += [self.row(row, rows.fields) for rows in clause.rows for row in values[rows.name]]
        return "; ".join(part for part in parts if part != _NOTHING) or _NOTHING


def in_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Say what changed from one document, of any version, to another."""
    one, other = as_current(before), as_current(after)
    sides = _Side(one), _Side(other)
    return [_change(change, *sides) for change in difference(one, other) if not _follows(change.pointer)]


def _follows(pointer: str) -> bool:
    return pointer in _SAID_ELSEWHERE or pointer.endswith("/id") or any(part in pointer for part in _FOLLOWS)


def _change(change: FieldChange, before: _Side, after: _Side) -> Change:
    steps = change.pointer.split("/")[1:]
    if steps[0] == "grants":
        return _grant_change(change, steps, after.terms)
    if change.pointer in _LABELS:
        name = steps[-1] if steps[-1] != "amount_minor" else "fee"
        texts = (_text(name, change.before, before.terms), _text(name, change.after, after.terms))
        return Change(_LABELS[change.pointer], *texts)
    for clause in CLAUSES:
        told = _clause_change(change, steps, clause, (before, after))
        if told is not None:
            return told
    label = formats.capitalize_first(formats.words(" ".join(steps)))
    return Change(label, _text("", change.before, before.terms), _text("", change.after, after.terms))


def _clause_change(
    change: FieldChange, steps: Sequence[str], clause: Clause, sides: tuple[_Side, _Side]
) -> Change | None:
    """Tell a change within a clause, or of the whole of it; nothing where it is of something else."""
    path = clause.path.split(".") if clause.path else []
    if list(steps[: len(path)]) != path:
        return None
    values = (change.before, change.after)
    rest = steps[len(path) :]
    if not rest:
        whole = [side.clause(value, clause) for side, value in zip(sides, values, strict=True)]
        return Change(clause.title, *whole)
    for field in clause.fields:
        if field.name == rest[0]:
            label = f"{clause.title}, {field.name_and_unit[0]}" if path else clause.title
            return Change(label, *_field_texts(change, field, sides))
    for rows in clause.rows:
        if rows.name == rest[0]:
            return _row_change(change, rest[1:], f"{clause.title}, {rows.label.lower()}", rows, sides)
    return None


def _row_change(
    change: FieldChange, rest: Sequence[str], label: str, rows: Rows, sides: tuple[_Side, _Side]
) -> Change:
    values = (change.before, change.after)
    if not rest:
        texts = [
            "; ".join(side.row(row, rows.fields) for row in value)
            for side, value in zip(sides, values, strict=True)
        ]
        return Change(label, *texts)
    label = f"{label} {int(rest[0]) + 1}"
    if len(rest) == 1:
        return Change(label, *(side.row(value, rows.fields) for side, value in zip(sides, values, strict=True)))
    field = next(field for field in rows.fields if field.name == rest[1])
    return Change(f"{label}, {field.name_and_unit[0]}", *_field_texts(change, field, sides))


def _field_texts(change: FieldChange, field: Field, sides: tuple[_Side, _Side]) -> tuple[str, str]:
    is_list = bool(change.entered or change.left)
    before, after = (list(change.left), list(change.entered)) if is_list else (change.before, change.after)
    return sides[0].text(before, field), sides[1].text(after, field)


def _grant_change(change: FieldChange, steps: list[str], after: Mapping[str, Any]) -> Change:
    if len(steps) == 2:
        is_new = change.kind is ChangeKind.ADDED
        grant = change.after if is_new else change.before
        told = _granted(grant)
        return Change(Component(grant["component"]).label, "" if is_new else told, told if is_new else "")
    component = Component(after["grants"][int(steps[1])]["component"]).label
    name = steps[-1]
    label = f"{component}, {_OF_GRANT.get(name, formats.words(name))}"
    if change.entered or change.left:
        return Change(label, _text(name, list(change.left), after), _text(name, list(change.entered), after))
    return Change(label, _text(name, change.before, after), _text(name, change.after, after))


def _granted(grant: Mapping[str, Any]) -> str:
    """Say a whole grant in a line."""
    axes = formats.listed(Axis(axis).label.lower() for axis in grant["axes"])
    media = formats.listed(formats.medium(code).lower() for code in grant["media"])
    return f"{axes}, for {media}, {formats.territory(grant['territory']['expression'])}"


def _text(name: str, value: Any, terms: Mapping[str, Any]) -> str:
    if value is None or value in ("", []):
        return _NOTHING
    if name == "fee":
        return formats.money(value, terms["fee"]["currency"])
    write = _WRITERS.get(name)
    if write is not None:
        return write(value)
    if isinstance(value, Mapping):
        return ", ".join(
            f"{formats.words(key)} {part}" for key, part in value.items() if not isinstance(part, dict | list)
        )
    return formats.listed(map(str, value)) if isinstance(value, list) else str(value)


_KINDS: Mapping[Kind, Callable[[Any, Field, Mapping[str, Any]], str]] = {
    Kind.FLAG: lambda value, *_: "yes" if value else "no",
    Kind.CHOICE: lambda code, field, _: field.choices.get(code, formats.words(code)),
    Kind.CODES: lambda codes, field, _: formats.listed(field.choices.get(code, code).lower() for code in codes),
    Kind.MEDIA: lambda codes, *_: formats.listed(formats.medium(code).lower() for code in codes),
    Kind.WORDS: lambda words, *_: formats.listed(words),
    Kind.TERRITORY: lambda value, *_: formats.territory(value if isinstance(value, str) else value["expression"]),
    Kind.PERCENT: lambda bps, *_: formats.percent(bps),
    Kind.FEE: lambda minor, _, terms: formats.money(minor, terms["fee"]["currency"]),
    Kind.SHARE: lambda minor, _, terms: formats.money(minor, terms["royalty"]["currency"]),
    Kind.DAY: lambda day, *_: formats.day(day),
    Kind.WHOLE: lambda number, *_: formats.whole(number),
}

_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "rate_bps": formats.percent,
    "platform_fee_bps": formats.percent,
    "first_day": formats.day,
    "last_day": formats.day,
    "exclusive_until": formats.day,
    "effective_on": formats.day,
    "kind": formats.words,
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
