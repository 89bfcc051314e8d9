"""The versions of deal terms. What was once signed stays readable here for ever."""

from collections.abc import Mapping
from typing import Any

from app.values.errors import InvalidValue

TERMS_VERSION = 3

_ROYALTY_OF_2: Mapping[str, Any] = {
    "deductions_cap_bps": None,
    "rules": [],
    "escalator": None,
    "reserve": None,
    "recoupment_group": None,
}
_ADDED_BY_2: Mapping[str, Any] = {
    "amends": None,
    "renews": None,
    "end_user": None,
    "agency": None,
    "caps": [],
    "approvals": [],
    "wind_down": {"days": 0, "steps": []},
    "sell_off": None,
    "deletion": {"within_days": 0, "covers": [], "needs_certificate": False},
    "guard_list": [],
    "advance": None,
    "guarantee": None,
    "audit": None,
    "late_interest": None,
    "tolling": {"is_allowed": False, "most_days": None},
    "strike": {"suspends": False, "tolls": False},
    "extension": None,
    "first_refusal": None,
    "assignment": "none",
    "governing_law": None,
    "warranties": [],
}
"""What version 1 did not know, as it stands where nothing was agreed about it."""
_ADDED_BY_3: Mapping[str, Any] = {
    "check_in": None,
    "public_record": [],
    "breach": {"cure_days": 0},
}
"""What version 2 did not know."""


def as_current(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document of any version in the shape of the latest, for reading. What is hashed stays as it is.

    Raises: InvalidValue for a version that nobody wrote.
    """
    match document.get("terms_version"):
        case 1:
            royalty = {**_ROYALTY_OF_2, **document["royalty"]}
            fee = {"instalments": []} | document["fee"]
            return as_current({**_ADDED_BY_2, **document, "royalty": royalty, "fee": fee, "terms_version": 2})
        case 2:
            return {**_ADDED_BY_3, **document, "terms_version": TERMS_VERSION}
        case 3:
            return dict(document)
        case other:
            raise InvalidValue(f"Deal terms of version {other!r} are not known here.")
