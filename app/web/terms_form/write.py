"""Write the clauses of a document of terms into the fields of the form, each value exactly as it can be typed."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.values.money import Money
from app.web.terms_form.clauses import CLAUSES
from app.web.terms_form.parts import YES, Clause, Field, Kind
from app.web.terms_form.values import Values, percent


def clauses_written(terms: Mapping[str, Any]) -> Values:
    """Return the fields of all clauses; `terms` is a document, or has those of its members that say something."""
    values: Values = {}
    for clause in CLAUSES:
        values |= dict(_clause(clause, terms))
    return values


def _clause(clause: Clause, terms: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    part = _member(terms, clause.path)
    for field in clause.fields:
        texts = field.default.split() if field.kind.is_several else [field.default]
        if part is not None and field.name in part:
            texts = _texts(field, part[field.name], terms)
        yield f"{clause.prefix}{field.name}", texts
    for rows in clause.rows:
        for number, row in enumerate((part or {}).get(rows.name) or []):
            for field in rows.fields:
                name = f"{clause.prefix}{rows.name}.{number}.{field.name}"
                yield name, _texts(field, row.get(field.name), terms)


def _member(terms: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """Return the part of the terms at a path; nothing where nothing is agreed."""
    part: Any = terms
    for name in path.split(".") if path else ():
        part = part.get(name) if part is not None else None
    return None if part is None else dict(part)


def _texts(field: Field, value: Any, terms: Mapping[str, Any]) -> list[str]:
    if value is None:
        return [] if field.kind.is_several else [""]
    match field.kind:
        case Kind.FLAG:
            return [YES if value else ""]
        case Kind.CODES | Kind.MEDIA:
            return list(value)
        case Kind.WORDS:
            return [", ".join(value)]
        case Kind.TERRITORY:
            return [value["expression"]]
        case Kind.PERCENT:
            return [percent(value)]
        case Kind.FEE:
            return [Money(value, terms["fee"]["currency"]).to_decimal_text()]
        case Kind.SHARE:
            return [Money(value, terms["royalty"]["currency"]).to_decimal_text()]
    return [str(value)]
