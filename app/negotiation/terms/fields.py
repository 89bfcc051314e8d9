"""Marshmallow fields and validators that only deal terms need."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Line
from app.values.errors import InvalidValue
from app.values.term import FIRST_DAY, LAST_DAY

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HIDDEN = frozenset({"Cf", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Needed inside words of several scripts; any other hidden character can make a text show what it does not say."""


class Day(ma.fields.Date):
    """A calendar day, `2026-06-15` and no other spelling."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or _DAY.fullmatch(value) is None:
            raise ma.ValidationError("A day is text such as 2026-06-15.")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ma.ValidationError(f"{value} is not a day of the calendar.") from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ma.ValidationError(f"A day lies between {FIRST_DAY} and {LAST_DAY}.")
        return day


class VisibleLine(Line):
    """A line that is signed or relied on, so it says what it shows: composed (NFC), without hidden characters."""

    def read(self, text: str) -> str:
        text = unicodedata.normalize("NFC", super().read(text))
        for character in text:
            if unicodedata.category(character) in _HIDDEN and character not in _JOINERS:
                raise ma.ValidationError(f"U+{ord(character):04X} cannot be seen; write the text without it.")
        return text


class VisibleParagraphs(VisibleLine):
    """The same, of several lines."""

    allowed_controls = "\n\r\t"


def known(read: Callable[[str], object]) -> Callable[[str], None]:
    """Validate text by a function that raises InvalidValue for what it does not know."""

    def validate(text: str) -> None:
        try:
            read(text)
        except InvalidValue as error:
            raise ma.ValidationError(str(error)) from error

    return validate
