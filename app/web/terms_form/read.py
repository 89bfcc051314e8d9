"""Read a form of terms: as the services take it, with what cannot be read, and where each part was typed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import request

from app.negotiation.schemas import OfferIn
from app.values.components import Component
from app.values.currencies import EXPONENTS
from app.values.errors import FieldProblem, InvalidInput, InvalidValue
from app.web import forms
from app.web.terms_form.clauses import CLAUSES
from app.web.terms_form.parts import Clause, Field, Kind, chosen
from app.web.terms_form.values import DECLARATIONS, MOST_GRANTS, SAID, Values, one

_MEANT = {text: answer for answer, text in SAID.items()}
_MOST_MINOR = 10**12
_GRANT_FIELDS = (
    "component", "axes", "media", "territory", "languages", "categories", "exclusivity", "exclusive_until",
)  # fmt: skip
_PLAIN = {
    "/term/first_day": "first_day",
    "/term/last_day": "last_day",
    "/term/zone": "zone",
    "/fee/amount_minor": "fee",
    "/fee/currency": "currency",
    "/royalty/rate_bps": "royalty",
    "/royalty/currency": "royalty_currency",
    "/royalty/basis": "basis",
    "/royalty/trigger": "trigger",
    "/reporting/schedule": "schedule",
    "/reporting/due_days": "due_days",
    "/survival/preset": "survival",
    "/delivery": "delivery",
    "/disclosure_label": "disclosure_label",
    "/credit_line": "credit_line",
    "/grants": "grants",
}


@dataclass(slots=True)
class Reading:
    """What a form says. `places` leads from a pointer into the terms to the field in which it was typed."""

    terms: dict[str, Any] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    """What cannot even be read; the pointer is the field's name."""
    places: dict[str, str] = field(default_factory=lambda: dict(_PLAIN))


def typed() -> Values:
    """Return what was typed into the form of this request."""
    return {name: [text.strip() for text in texts] for name, texts in request.form.lists()}


def read_offer() -> dict[str, Any]:
    """Return the offer of this request as the services take it: `terms`, `message`, `declarations`, `lasts`.

    Raises: InvalidInput, or marshmallow's ValidationError with a pointer to each field.
    """
    values = typed()
    reading = read_terms(values)
    if reading.problems:
        first, *more = reading.problems
        detail = first.detail if not more else "Some of the form cannot be read."
        raise InvalidInput(detail, problems=tuple(reading.problems))
    declared = {name: _MEANT.get(one(values, name)) for name in DECLARATIONS}
    given = {"terms": reading.terms, "message": forms.text("message"), "declarations": declared}
    offer: dict[str, Any] = OfferIn().load(given)
    return offer


def read_terms(values: Values) -> Reading:
    """Return what a form says as the API takes it; nothing is checked but that numbers are numbers."""
    reading = Reading()
    for number, index in enumerate(included_grants(values)):
        reading.terms.setdefault("grants", []).append(grant_typed(values, index))
        reading.places |= {f"/grants/{number}/{name}": f"g{index}_{name}" for name in _GRANT_FIELDS}
        reading.places[f"/grants/{number}"] = f"g{index}_include"
    if "grants" not in reading.terms:
        reading.problems.append(FieldProblem("/grants", "missing", "Choose at least one component."))
    currency = one(values, "currency")
    of_royalty = one(values, "royalty_currency") or currency
    text = _Reader(values, reading, {Kind.FEE: currency, Kind.SHARE: of_royalty})
    reading.terms = {
        "term": {name: one(values, name) for name in ("first_day", "last_day", "zone")},
        "grants": reading.terms.get("grants", []),
        "fee": {"amount_minor": text.money("fee", "The fee", currency, "currency"), "currency": currency},
        "royalty": {
            "rate_bps": text.percentage("royalty", "The royalty"),
            "currency": of_royalty,
            "basis": one(values, "basis", "net_receipts"),
            "trigger": one(values, "trigger", "sale_date"),
        },
        "reporting": {
            "schedule": one(values, "schedule", "quarterly"),
            "due_days": text.whole("due_days", "The days to report", low=1, high=180),
        },
        "survival": {"preset": one(values, "survival")},
        "delivery": one(values, "delivery"),
        "disclosure_label": one(values, "disclosure_label"),
        "credit_line": one(values, "credit_line"),
    }
    for clause in CLAUSES:
        text.clause(clause)
    return reading


def included_grants(values: Values) -> list[str]:
    """Return the numbers that the grants marked as included have in the form."""
    return [index for index in grants_of(values) if values.get(f"g{index}_include")]


def grants_of(values: Values) -> list[str]:
    """Return the numbers of the grants in the form, those of no component left out."""
    known = set(Component)
    return [
        index for index in values.get("grants", [])[:MOST_GRANTS] if one(values, f"g{index}_component") in known
    ]


def grant_typed(values: Values, index: str) -> dict[str, Any]:
    """Return a grant of the form as the API takes it."""
    until = one(values, f"g{index}_exclusive_until")
    return {
        "component": one(values, f"g{index}_component"),
        "axes": values.get(f"g{index}_axes", []),
        "media": values.get(f"g{index}_media", []),
        "territory": one(values, f"g{index}_territory"),
        "languages": forms.words_of(one(values, f"g{index}_languages", "*")),
        "categories": values.get(f"g{index}_categories") or ["*"],
        "exclusivity": one(values, f"g{index}_exclusivity", "non_exclusive"),
        "exclusive_until": until or None,
    }


class _Reader:
    """Reads fields by name and notes what it cannot read; what is empty is left to the schema."""

    def __init__(self, values: Values, reading: Reading, currencies: dict[Kind, str]) -> None:
        self._values = values
        self._reading = reading
        self._currencies = currencies

    def clause(self, clause: Clause) -> None:
        """Put a clause, where it is there, into the terms."""
        if not clause.is_there(self._values):
            return
        pointer = "/" + clause.path.replace(".", "/") if clause.path else ""
        part = self._reading.terms
        for name in clause.path.split(".") if clause.path else ():
            part = part.setdefault(name, {})
        part |= self._fields(clause.fields, clause.prefix, pointer)
        if clause.may_be_missing:
            self._reading.places[pointer] = clause.key
        for rows in clause.rows:
            found: list[dict[str, Any]] = []
            for number in rows.filled(self._values, clause.prefix):
                place = f"{pointer}/{rows.name}/{len(found)}"
                self._reading.places[place] = f"{clause.prefix}{rows.name}.{number}"
                found.append(self._fields(rows.fields, f"{clause.prefix}{rows.name}.{number}.", place))
            part[rows.name] = found
            self._reading.places[f"{pointer}/{rows.name}"] = f"{clause.prefix}{rows.name}"

    def _fields(self, fields: tuple[Field, ...], path: str, pointer: str) -> dict[str, Any]:
        read = {}
        for each in fields:
            self._reading.places[f"{pointer}/{each.name}"] = f"{path}{each.name}"
            if each.kind is Kind.FLAG or each.kind is Kind.CODES or not each.is_empty(self._values, path):
                read[each.name] = self._value(each, path)
            elif each.kind is Kind.CHOICE and "" not in each.choices:
                read[each.name] = chosen(self._values, path, each)
        return read

    def _value(self, each: Field, path: str) -> Any:
        name, what = f"{path}{each.name}", "This"
        match each.kind:
            case Kind.FLAG:
                return bool(one(self._values, name))
            case Kind.CODES | Kind.MEDIA:
                return [code for code in self._values.get(name, []) if code]
            case Kind.WORDS:
                return forms.words_of(one(self._values, name))
            case Kind.PLACE:
                return one(self._values, name).upper()
            case Kind.WHOLE:
                return self.whole(name, what, low=0, high=_MOST_MINOR - 1)
            case Kind.PERCENT:
                return self.percentage(name, what)
            case Kind.FEE | Kind.SHARE:
                return self.money(name, what, self._currencies[each.kind], None)
        return one(self._values, name)

    def whole(self, name: str, what: str, *, low: int, high: int) -> int:
        return self._noted(name, lambda text: forms.read_whole(text, what, low=low, high=high), what)

    def percentage(self, name: str, what: str) -> int:
        return self._noted(name, lambda text: forms.read_percentage(text, what), what)

    def money(self, name: str, what: str, currency: str, chosen_in: str | None) -> int:
        """Read an amount; an unknown currency is noted once, where it is chosen."""
        if currency not in EXPONENTS:
            if chosen_in is not None:
                self._note(chosen_in, "Choose a currency such as USD.")
            return 0
        return self._noted(name, lambda text: forms.read_amount(text, what, currency).amount_minor, what)

    def _noted(self, name: str, read: Callable[[str], int], what: str) -> int:
        text = one(self._values, name)
        if not text:
            self._note(name, f"{what} is missing.")
            return 0
        try:
            return read(text)
        except InvalidValue as error:
            self._note(name, str(error))
            return 0

    def _note(self, name: str, sentence: str) -> None:
        self._reading.problems.append(FieldProblem(f"/{name}", "invalid", sentence))
