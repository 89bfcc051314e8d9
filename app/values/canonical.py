"""One byte string for one value, after RFC 8785 (JSON Canonicalization Scheme), so that a hash names it.

Narrower than the RFC on purpose: numbers are whole and small enough for every JSON reader. Money is counted
in minor units and rates in basis points, so nothing agreed between two parties ever needs a float.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.values.errors import InvalidValue

LARGEST_INTEGER = 2**53 - 1
"""The largest integer that survives a reader who keeps all numbers as IEEE 754 doubles."""


def canonical_bytes(value: Any) -> bytes:
    """Return the canonical UTF-8 form of None, booleans, integers, text, lists and objects of these.

    Anything else is a TypeError that names the place; an integer out of range, or text that is not Unicode,
    is an `InvalidValue`.
    """
    return json.dumps(_ordered(value, ""), ensure_ascii=False, separators=(",", ":")).encode()


def sha256_hex(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in lower-case hexadecimal."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def _ordered(value: Any, path: str) -> Any:
    match value:
        case None | bool():
            return value
        case str():
            return _text(value, path)
        case int():
            if abs(value) > LARGEST_INTEGER:
                raise InvalidValue(f"The integer at {path or 'the top'} is not exact in every JSON reader.")
            return value
        case list() | tuple():
            return [_ordered(item, f"{path}/{index}") for index, item in enumerate(value)]
        case Mapping():
            return {key: _ordered(value[key], f"{path}/{key}") for key in _sorted_keys(value, path)}
    raise TypeError(f"A {type(value).__name__} at {path or 'the top'} has no canonical JSON form.")


def _sorted_keys(members: Mapping[Any, Any], path: str) -> list[str]:
    for key in members:
        if not isinstance(key, str):
            raise TypeError(f"The key {key!r} at {path or 'the top'} is not text.")
        _text(key, path)
    return sorted(members, key=lambda key: key.encode("utf-16-be"))


def _text(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValue(f"The text at {path or 'the top'} holds half a surrogate pair.") from None
    return value
