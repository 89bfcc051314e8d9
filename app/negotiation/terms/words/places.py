"""Territories in words that mean exactly the countries a document names."""

from collections.abc import Mapping
from typing import Any

from app.values import formats
from app.values.errors import InvalidValue
from app.values.territory import Territory, world

FEW = 12
"""Up to so many countries are named; more are counted, with what is left out named instead where that is short."""

_LONG_EXPRESSION = 80


def territory(document: Mapping[str, Any]) -> str:
    """Say where: the frozen codes decide, the expression that made them is shown beside a count."""
    codes, expression = document["codes"], document["expression"]
    if len(codes) <= FEW:
        return names(codes)
    text, missing = _in_short(codes, expression), sorted(world() - set(codes))
    if not missing:
        text = "the whole world"
    elif len(missing) <= FEW:
        text = f"the whole world except {names(missing)}"
    if text is None:
        return names(codes)
    shown = f", {expression}" if len(expression) <= _LONG_EXPRESSION else ""
    return f"{text} ({len(codes)}{formats.NO_BREAK}countries and areas{shown})"


def names(codes: list[str]) -> str:
    return formats.listed(sorted(_name(code) for code in codes))


def _in_short(codes: list[str], expression: str) -> str | None:
    """Return the groups that an expression names, if it says everything included before everything excluded."""
    signs = [token[0] for token in expression.split()]
    included = signs.count("+")
    if included > 8 or len(signs) - included > 8 or signs != sorted(signs):
        return None
    try:
        means_the_same = Territory.parse(expression).codes == frozenset(codes)
    except InvalidValue:
        return None
    return formats.territory(expression) if means_the_same else None


def _name(code: str) -> str:
    return formats.territory(f"+{code}") if code in world() else code
