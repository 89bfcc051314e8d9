"""Language tags after BCP 47, in their usual spelling."""

import re

from app.values.errors import InvalidValue
from app.values.rights_block import ALL

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")


def language_tag(text: str) -> str:
    """Return a tag as it is usually spelled (`en-US`, `zh-Hant`), or `*` for every language."""
    if text == ALL:
        return text
    if _TAG.fullmatch(text) is None:
        raise InvalidValue(f"{text[:40]!r} is not a BCP 47 language tag such as en or es-MX, or *.")
    language, *subtags = text.split("-")
    return "-".join([language.lower(), *map(_subtag, subtags)])


def _subtag(subtag: str) -> str:
    if subtag.isalpha() and len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if subtag.isalpha() and len(subtag) == 4 else subtag.lower()
