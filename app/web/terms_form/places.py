"""Where a refusal belongs in the form: beside which field, and how that place is called."""

from collections.abc import Mapping

from app.values.components import Component
from app.values.errors import DomainError
from app.web.terms_form.clauses import CLAUSES
from app.web.terms_form.parts import Clause
from app.web.terms_form.read import grants_of, read_terms
from app.web.terms_form.values import Values, one

Complaints = Mapping[str, list[str]]
"""From the name of a field, row or clause to what is wrong with it."""

_LABELS = {
    "first_day": "First day",
    "last_day": "Last day",
    "zone": "Time zone",
    "grants": "Grants",
    "fee": "License fee",
    "currency": "Currency",
    "royalty": "Royalty",
    "royalty_currency": "Currency of the royalty",
    "basis": "Basis of the royalty",
    "trigger": "Date that decides the rate",
    "schedule": "Reports",
    "due_days": "Days to report",
    "survival": "What outlives the license",
    "delivery": "Delivery",
    "disclosure_label": "Disclosure label",
    "credit_line": "Credit line",
}


def complaints_of(refusal: DomainError | None, values: Values) -> Complaints:
    """Return what is wrong by the name of the field it belongs to; what belongs to none is told above the form."""
    found: dict[str, list[str]] = {}
    for pointer, name in _placed(refusal, values).items():
        sentences = (
            [problem.detail for problem in refusal.problems if problem.pointer == pointer] if refusal else []
        )
        found.setdefault(name, []).extend(sentences)
    return found


def places_in_words(refusal: DomainError | None, values: Values) -> dict[str, str]:
    """Return how the place of each pointer of a refusal is called in the form."""
    names = _labels(values)
    return {pointer: names[name] for pointer, name in _placed(refusal, values).items() if name in names}


def is_open(clause: Clause, values: Values, complaints: Complaints) -> bool:
    """Say whether a clause stands open: because it says something, or because something is wrong with it."""
    return clause.is_filled(values) or any(name in complaints for name in _names(clause, values))


def _placed(refusal: DomainError | None, values: Values) -> dict[str, str]:
    """Return the name of the field for each pointer of a refusal that belongs to one."""
    if refusal is None or not refusal.problems:
        return {}
    places = read_terms(values).places
    found = {}
    for problem in refusal.problems:
        name = _nearest(problem.pointer.removeprefix("/terms"), places) or problem.pointer.strip("/")
        found[problem.pointer] = name
    return found


def _nearest(pointer: str, places: Mapping[str, str]) -> str | None:
    """Return the field at a pointer, or else what it is part of."""
    while pointer:
        if pointer in places:
            return places[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def _names(clause: Clause, values: Values) -> list[str]:
    rows = [
        f"{clause.prefix}{rows.name}.{number}"
        for rows in clause.rows
        for number in rows.shown(values, clause.prefix)
    ]
    return [clause.key, *clause.names(values), *rows]


def _labels(values: Values) -> dict[str, str]:
    labels = dict(_LABELS)
    for index in grants_of(values):
        component = Component(one(values, f"g{index}_component")).label
        for name in ("axes", "media", "territory", "languages", "categories", "exclusivity", "exclusive_until"):
            labels[f"g{index}_{name}"] = f"{component}, {name.replace('_', ' ')}"
        labels[f"g{index}_include"] = component
    for clause in CLAUSES:
        labels[clause.key] = clause.title
        labels |= {f"{clause.prefix}{field.name}": f"{clause.title}, {field.label}" for field in clause.fields}
        for rows in clause.rows:
            for number in rows.shown(values, clause.prefix):
                row = f"{clause.prefix}{rows.name}.{number}"
                labels[row] = f"{clause.title}, {rows.label} {number + 1}"
                labels |= {f"{row}.{field.name}": f"{labels[row]}, {field.label}" for field in rows.fields}
    return labels
