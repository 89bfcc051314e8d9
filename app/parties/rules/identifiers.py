"""Checks of identifiers that need no database."""

import re

from app.values.territory import world

_ISNI = re.compile(r"[0-9]{15}[0-9X]")
_PLACE = re.compile(r"(?P<country>[A-Z]{2})(-[A-Z0-9]{1,3})?")


def is_isni(text: str) -> bool:
    """Say whether these 16 characters are an ISNI: the last is a check character after ISO 7064 mod 11-2."""
    if _ISNI.fullmatch(text) is None:
        return False
    total = 0
    for digit in text[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return text[15] == ("X" if check == 10 else str(check))


def is_place(text: str) -> bool:
    """Say whether this is an ISO 3166-1 country or has the form of an ISO 3166-2 part of one, such as US-CA."""
    match = _PLACE.fullmatch(text)
    return match is not None and match["country"] in world()
