"""Read questions as their schemas do, once for each that is asked again and again."""

import json
import re
from functools import lru_cache
from typing import Any

import marshmallow as ma

from app.licensing.rules.facts import IntendedUse
from app.licensing.schemas import MOST_DECIDED_AT_ONCE, IntendedUseIn
from app.licensing.service.decisions import UseOfLicense

KEPT = 4096
"""How many questions are kept as they were read."""

LICENSE_ID = re.compile(r"lic_[0-9A-Z]{26}")
_USE = IntendedUseIn()


@lru_cache(maxsize=KEPT)
def use_of(body: bytes) -> IntendedUse | None:
    """Read a use, or nothing where the ordinary route has something to say about it."""
    document = _document(body)
    return _use(document) if isinstance(document, dict) else None


def uses_of(body: bytes) -> list[UseOfLicense] | None:
    """Read the uses of a batch, or nothing where the ordinary route has something to say about one of them."""
    document = _document(body)
    if not isinstance(document, dict) or document.keys() != {"uses"} or not isinstance(document["uses"], list):
        return None
    found = [_use_of_license(asked) for asked in document["uses"][: MOST_DECIDED_AT_ONCE + 1]]
    return None if None in found or not 1 <= len(found) <= MOST_DECIDED_AT_ONCE else found  # type: ignore[return-value]


def _use_of_license(asked: Any) -> UseOfLicense | None:
    license_id = asked.pop("license_id", None) if isinstance(asked, dict) else None
    if not isinstance(license_id, str) or LICENSE_ID.fullmatch(license_id) is None:
        return None
    try:
        use = _kept_use(tuple(asked.items()))
    except TypeError:  # a list or an object within it, which cannot be a key
        use = _use(asked)
    return None if use is None else (license_id, use)


@lru_cache(maxsize=KEPT)
def _kept_use(members: tuple[tuple[str, Any], ...]) -> IntendedUse | None:
    return _use(dict(members))


def _use(document: dict[str, Any]) -> IntendedUse | None:
    """What is counted or approved is not in the rows that the door reads."""
    try:
        use: IntendedUse = _USE.load(document)
    except ma.ValidationError:
        return None
    return None if use.amounts or use.approval_id else use


def _document(body: bytes) -> Any:
    if b"\\u" in body:
        return None
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
