"""Reads the cells of a table, and names file, line and column of whatever cannot be read."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO
from typing import TypeVar

from app.values.errors import InvalidValue

Word = TypeVar("Word", bound=StrEnum)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERCENT = re.compile(r"(?P<whole>[0-9]{1,3})(?:\.(?P<hundredths>[0-9]{1,2}))?")
_YES_NO = {"y": True, "n": False}


class InvalidTable(InvalidValue):
    """A table of law cannot be used; the message names file, line and column."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, still text."""

    file: str
    number: int
    cells: Mapping[str, str]

    def wrong(self, column: str, sentence: str) -> InvalidTable:
        return InvalidTable(f"{self.file}, line {self.number}, column {column}: {sentence}")

    def text(self, column: str) -> str:
        return self.cells[column]

    def required(self, column: str) -> str:
        text = self.cells[column]
        if not text:
            raise self.wrong(column, "it is blank.")
        return text

    def word(self, column: str, words: type[Word]) -> Word:
        text = self.required(column)
        try:
            return words(text)
        except ValueError:
            raise self.wrong(column, f"{text!r} is none of {', '.join(words)}.") from None

    def flag(self, column: str) -> bool:
        text = self.required(column)
        if text not in _YES_NO:
            raise self.wrong(column, f"{text!r} is neither y nor n.")
        return _YES_NO[text]

    def flag_or_unknown(self, column: str) -> bool | None:
        return None if self.cells[column] == "unknown" else self.flag(column)

    def whole(self, column: str) -> int | None:
        text = self.cells[column]
        if text and not (text.isascii() and text.isdigit() and len(text) <= 3):
            raise self.wrong(column, f"{text!r} is not a whole number from 0 to 999.")
        return int(text) if text else None

    def day(self, column: str) -> date | None:
        return self.as_day(column, text) if (text := self.cells[column]) else None

    def as_day(self, column: str, text: str) -> date:
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            raise self.wrong(column, f"there is no day {text}.") from None
        raise self.wrong(column, f"{text!r} is not a day such as 2026-06-15.")

    def bps(self, column: str) -> int | None:
        """Read a percentage as basis points."""
        text = self.cells[column]
        if not text:
            return None
        match = _PERCENT.fullmatch(text)
        bps = int(match["whole"]) * 100 + int((match["hundredths"] or "0").ljust(2, "0")) if match else -1
        if not 0 <= bps <= 10_000:
            raise self.wrong(column, f"{text!r} is not a percentage from 0 to 100.")
        return bps

    def required_bps(self, column: str) -> int:
        self.required(column)
        return self.bps(column) or 0

    def addresses(self, column: str) -> str:
        """Read web addresses with ` ; ` between them; may be blank."""
        text = self.cells[column]
        for address in text.split(" ; ") if text else ():
            if not address.startswith(("https://", "http://")) or " " in address:
                raise self.wrong(column, f"{address!r} is not a web address.")
        return text


def lines_of(file: str, text: str, columns: Sequence[str]) -> Iterator[Line]:
    """Yield the rows of a table that has exactly these columns, in this order."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if header != list(columns):
            raise InvalidTable(f"{file}, line 1: the columns must be {', '.join(columns)}.")
        for cells in reader:
            if len(cells) != len(columns):
                raise InvalidTable(
                    f"{file}, line {reader.line_num}: it has {len(cells)} cells instead of {len(columns)}."
                )
            for column, cell in zip(columns, cells, strict=True):
                if cell != cell.strip():
                    raise InvalidTable(
                        f"{file}, line {reader.line_num}, column {column}: there are blanks around it."
                    )
            yield Line(file, reader.line_num, dict(zip(columns, cells, strict=True)))
    except csv.Error as error:
        raise InvalidTable(f"{file}, line {reader.line_num}: {error}.") from None
