"""Marshmallow fields for the values of the trade: they take text at the edge and give value objects."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from app.values import media, product_categories
from app.values.errors import InvalidValue
from app.values.languages import language_tag
from app.values.rights_block import ALL
from app.values.term import format_instant, parse_instant
from app.values.territory import Territory

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Fillers of Hangul and the empty cell of Braille: letters and symbols by their category, yet nothing is seen."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class WholeNumber(ma.fields.Integer):
    """An integer as JSON Schema means it: 1 and 1.0, but not "1", true or 1.5."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return super()._deserialize(value, attr, data, **kwargs)


class AmountMinor(WholeNumber):
    """Minor units of a currency that stands beside it; at most 12 digits."""

    def __init__(self, *, minimum: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Range(minimum, 10**12 - 1), **kwargs)


class Bps(WholeNumber):
    """A rate in basis points: 250 is 2.5 %."""

    def __init__(self, *, maximum: int = 10_000, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Range(0, maximum), **kwargs)


class Instant(ma.fields.Field[datetime]):
    """An RFC 3339 instant with an offset; given back in UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format_instant(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise ma.ValidationError("An instant is text such as 2026-06-15T04:00:00Z.")
        try:
            return parse_instant(value)
        except InvalidValue as error:
            raise ma.ValidationError(str(error)) from error


class CalendarDay(ma.fields.Date):
    """A calendar day such as 2027-12-31: without a time, and in no other of the spellings of ISO 8601."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or _DAY.match(value) is None:
            raise ma.ValidationError("A day is text such as 2027-12-31.")
        if _DAY.fullmatch(value) is None:
            raise ma.ValidationError("A day has no time; write 2027-12-31, to which a leap second belongs too.")
        return super()._deserialize(value, attr, data, **kwargs)


class TerritoryExpression(ma.fields.Field[Territory]):
    """A territory expression such as `+WORLD -US`; becomes a frozen set of ISO codes with the expression kept."""

    def _serialize(self, value: Territory | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.expression

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Territory:
        if not isinstance(value, str):
            raise ma.ValidationError("A territory is text such as +WORLD -US.")
        try:
            return Territory.parse(value)
        except InvalidValue as error:
            raise ma.ValidationError(str(error)) from error


class Line(ma.fields.Str):
    """One line of text without blanks around it; something must be seen of it unless `shortest` is 0."""

    allowed_controls = ""

    def __init__(self, longest: int, *, shortest: int = 1, **kwargs: Any) -> None:
        super().__init__(validate=plain_text(longest, shortest=shortest), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = self.read(super()._deserialize(value, attr, data, **kwargs).strip())
        return text if any(map(_shows, text)) else ""

    def read(self, text: str) -> str:
        """Return text as it is kept. Raises: ValidationError, for characters that are not allowed."""
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in self.allowed_controls for c in text):
            raise ma.ValidationError("Control characters are not allowed here.")
        return text


class Paragraphs(Line):
    """Text of several lines without blanks around it."""

    allowed_controls = "\n\r\t"


MOST_CODES = 500
"""More than there are media, categories or languages that anybody names one by one."""


class CodeSet(ma.fields.List[str]):
    """A set of codes, sent as a list; `check` refuses what is unknown and returns what the codes stand for."""

    def __init__(self, check: Callable[[Iterable[str]], frozenset[str]], **kwargs: Any) -> None:
        lengths = [ma.validate.Length(min=1), ma.validate.Length(max=MOST_CODES)]
        super().__init__(ma.fields.Str(), validate=lengths, **kwargs)
        self._check = check

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        codes: Any = super()._deserialize(value, attr, data, **kwargs)
        try:
            return self._check(codes) if codes else frozenset()
        except InvalidValue as error:
            raise ma.ValidationError(str(error)) from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[str] | None:
        return None if value is None else sorted(value)


class MediaLeaves(CodeSet):
    """Media as roots or leaves; becomes the leaves they stand for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(media.expand, **kwargs)


class Languages(CodeSet):
    """BCP 47 language tags, or `*` for every language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_known_languages, **kwargs)


class ProductCategories(CodeSet):
    """Product categories of brand use, or `*` for every one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_known_categories, **kwargs)


def _known_languages(tags: Iterable[str]) -> frozenset[str]:
    return frozenset(map(language_tag, tags))


def _known_categories(codes: Iterable[str]) -> frozenset[str]:
    chosen = frozenset(codes)
    return product_categories.known(chosen - {ALL}) | (chosen & {ALL})


class UploadedFile(Upload):
    """A file of a multipart form; gives werkzeug's `FileStorage`, which has a stream and a file name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage) or not value.filename:
            raise ma.ValidationError("Send a file with its name.")
        return value


def file_name(upload: FileStorage) -> str:
    """Return the name a file was sent under, without folders and control characters, at most 255 characters."""
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cs", "Cf"}).strip()
    return name[-255:] or "unnamed"


def _shows(character: str) -> bool:
    """Say whether a character can be seen by itself: blanks, joiners and marks cannot."""
    category = unicodedata.category(character)
    return category[0] not in "ZM" and category not in {"Cc", "Cf"} and character not in _BLANK


def plain_text(longest: int, *, shortest: int = 1) -> ma.validate.Validator:
    """Validate the length of a line or paragraph."""
    return ma.validate.Length(shortest, longest)
