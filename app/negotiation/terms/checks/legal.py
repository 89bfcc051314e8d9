"""Whether windows have a length and rights a ground."""

from collections.abc import Mapping
from typing import Any

from app.negotiation.terms.checks.money import Problems
from app.values.errors import InvalidValue
from app.values.law.places import is_place


def window_problems(window: Mapping[str, Any], opens: str, closes: str) -> Problems:
    """A window before the end opens earlier, so more days before it, than it closes."""
    if window[opens] > window[closes]:
        return {}
    return {closes: [f"The window opens {window[opens]} days before the end and must close later, so name fewer."]}


def tolling_problems(is_allowed: bool, most_days: int | None) -> Problems:
    if most_days is not None and not is_allowed:
        return {"most_days": ["No days are added to the term; leave this out, or allow it."]}
    return {}


def strike_problems(suspends: bool, tolls: bool) -> Problems:
    if tolls and not suspends:
        return {"tolls": ["A strike that suspends nothing adds no days; let it suspend, or leave this out."]}
    return {}


def place_of_law(text: str) -> str:
    """Raises: InvalidValue for what is neither a country nor has the form of a part of one."""
    if not is_place(text):
        raise InvalidValue(f"{text[:20]!r} is not a place such as US-NY (ISO 3166-2) or FR (ISO 3166-1).")
    return text
