"""JSON pointers (RFC 6901) into a document of deal terms."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.values.errors import InvalidValue

LONGEST_POINTER = 300

Steps = tuple[str, ...]
"""A pointer, read: the names and positions from the top of the document down. None is the whole document."""

_BARE_TILDE = re.compile(r"~(?![01])")
_POSITION = re.compile(r"0|[1-9][0-9]{0,8}")


def read_pointer(text: str) -> Steps:
    """Return the steps of `/fee/amount_minor`; the empty text points at the whole. Raises: InvalidValue."""
    if len(text) > LONGEST_POINTER:
        raise InvalidValue(f"A pointer has at most {LONGEST_POINTER} characters.")
    if not text:
        return ()
    if not text.startswith("/"):
        raise InvalidValue("A pointer begins with /, as in /fee/amount_minor; leave it empty for the whole offer.")
    if _BARE_TILDE.search(text):
        raise InvalidValue("In a pointer, write ~0 for the character ~ and ~1 for /.")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text[1:].split("/"))


def write_pointer(steps: Steps) -> str:
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def resolve(document: Mapping[str, Any], steps: Steps) -> Any:
    """Return the value that a pointer points at. Raises: InvalidValue where there is none."""
    value: Any = document
    for index, step in enumerate(steps):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif is_list(value) and _POSITION.fullmatch(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            raise InvalidValue(
                f"There is nothing at {write_pointer(steps[: index + 1])} in the terms of this offer."
            )
    return value


def is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def is_within(steps: Steps, whole: Steps) -> bool:
    """Say whether a pointer points at `whole` or at something inside of it."""
    return steps[: len(whole)] == whole
