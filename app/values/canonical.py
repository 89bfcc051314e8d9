"""One byte string for one value, after RFC 8785 (JSON Canonicalization Scheme), so that a hash names it.

Narrower than the RFC on purpose: numbers are whole and small enough for every JSON reader. Money is counted
in minor units and rates in basis points, so nothing agreed between two parties ever needs a float.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from app.values.errors import InvalidValue

_Place: TypeAlias = "tuple[_Place, str | int] | None"
"""Where a value stands, from the inside out: put into words only for an error."""

LARGEST_INTEGER = 2**53 - 1
"""The largest integer that survives a reader who keeps all numbers as IEEE 754 doubles."""


def canonical_bytes(value: Any) -> bytes:
    """Return the canonical UTF-8 form of None, booleans, integers, text, lists and objects of these.

    Anything else is a TypeError that names the place; an integer out of range, or text that is not Unicode,
    is an `InvalidValue`.
    """
    return json.dumps(_ordered(value, None), ensure_ascii=False, separators=(",", ":")).encode()


def sha256_hex(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def _ordered(value: Any, place: _Place) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return _text(value, place)
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise InvalidValue(f"The integer at {_named(place)} is not exact in every JSON reader.")
            return value
        case list() | tuple():
            return [_ordered(item, (place, index)) for index, item in enumerate(value)]
        case dict() | Mapping():
            return {key: _ordered(value[key], (place, key)) for key in _sorted_keys(value, place)}
    raise TypeError(f"A {type(value).__name__} at {_named(place)} has no canonical JSON form.")


def _sorted_keys(members: Mapping[Any, Any], place: _Place) -> list[str]:
    for key in members:
        if not isinstance(key, str):
            raise TypeError(f"The key {key!r} at {_named(place)} is not text.")
        _text(key, place)
    return sorted(members, key=lambda key: key.encode("utf-16-be"))


def _text(value: str, place: _Place) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValue(f"The text at {_named(place)} holds half a surrogate pair.") from None
    return value


def _named(place: _Place) -> str:
    steps: list[str | int] = []
    while place is not None:
        place, step = place
        steps.append(step)
    return "".join(f"/{step}" for step in reversed(steps)) or "the top"
