"""What a clause of the form consists of: fields, and rows of fields that repeat.

A field of the form is named by its path in the terms, with dots: `royalty.escalator.bands.0.above`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.values import formats
from app.web.terms_form.values import Values, one

YES = "yes"
SPARE_ROWS = 2
MOST_ROWS = 100


def named(codes: type[StrEnum]) -> Mapping[str, str]:
    """Return the codes of a vocabulary with the words that they are made of."""
    return {code.value: formats.capitalize_first(formats.words(code.value)) for code in codes}


class Kind(StrEnum):
    """How a value is typed and what becomes of it."""

    LINE = "line"
    PLACE = "place"
    """A code such as US-NY; capital letters are not insisted on."""
    WHOLE = "whole"
    PERCENT = "percent"
    """`2.5`, kept as basis points."""
    FEE = "fee"
    """An amount in the currency of the fee, kept in minor units."""
    SHARE = "share"
    """An amount in the currency of the royalty, kept in minor units."""
    DAY = "day"
    FLAG = "flag"
    CHOICE = "choice"
    CODES = "codes"
    MEDIA = "media"
    TERRITORY = "territory"
    WORDS = "words"
    """Several words with commas between them."""

    @property
    def is_several(self) -> bool:
        """Whether it is chosen by check boxes that share a name."""
        return self in (Kind.CODES, Kind.MEDIA)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `default` is the text (or codes, with blanks between) that says what the schema
    would say by itself."""

    name: str
    label: str
    kind: Kind
    default: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Codes with their labels. The code "" stands for nothing chosen."""
    hint: str = ""

    @property
    def counts(self) -> bool:
        """Whether filling it in says that there is something at all: a row, or a clause that may be missing."""
        return self.kind is not Kind.FLAG and (self.kind is not Kind.CHOICE or "" in self.choices)

    @property
    def name_and_unit(self) -> tuple[str, str]:
        """Return the label for a sentence, and what the number counts: `Notice, days` is "notice" and "days"."""
        name, _, unit = self.label.rpartition(", ")
        counts = unit == "%" or unit.split(" ")[0] in {"days", "hours", "months", "periods"}
        return (name.lower(), unit) if name and counts else (self.label.lower(), "")

    def is_empty(self, values: Values, path: str) -> bool:
        return not any(values.get(f"{path}{self.name}", []))

    def is_usual(self, values: Values, path: str) -> bool:
        """Whether it says nothing but its default."""
        said = " ".join(sorted(filter(None, values.get(f"{path}{self.name}", []))))
        return said in ("", self.default) if self.kind is not Kind.FLAG else said == self.default


@dataclass(frozen=True, slots=True)
class Rows:
    """Fields that repeat; a row in which nothing is filled in is none."""

    name: str
    label: str
    """Of one row: `Band`."""
    fields: tuple[Field, ...]
    most: int

    def filled(self, values: Values, path: str) -> list[int]:
        """Return the numbers of the rows in which something is filled in."""
        return [
            number
            for number in range(min(self.most + SPARE_ROWS, MOST_ROWS))
            if not all(f.is_empty(values, f"{path}{self.name}.{number}.") for f in self.fields if f.counts)
        ]

    def shown(self, values: Values, path: str) -> range:
        """Return the numbers of the rows to show: up to the last that is filled in, and two more."""
        return range(min(max(self.filled(values, path), default=-1) + 1 + SPARE_ROWS, self.most + SPARE_ROWS))


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the terms that can be opened and filled in. `path` is where its fields stand in the terms."""

    path: str
    title: str
    hint: str
    fields: tuple[Field, ...] = ()
    rows: tuple[Rows, ...] = ()
    may_be_missing: bool = False
    """Whether the terms have nothing in its place when nothing is filled in."""

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with; the terms themselves have no name."""
        return f"{self.path}." if self.path else ""

    @property
    def key(self) -> str:
        """A name of its own in the page."""
        return self.prefix + (self.rows[0].name if self.rows else self.fields[0].name)

    def is_there(self, values: Values) -> bool:
        """Whether it is part of the terms."""
        if not self.may_be_missing:
            return True
        if self.path in values.get("leave_out", []):
            return False
        typed = any(not f.is_empty(values, self.prefix) for f in self.fields if f.counts)
        return typed or any(rows.filled(values, self.prefix) for rows in self.rows)

    def is_filled(self, values: Values) -> bool:
        """Whether it says something of its own, so that it stands open."""
        if self.may_be_missing:
            return self.is_there(values)
        unusual = any(not f.is_usual(values, self.prefix) for f in self.fields)
        return unusual or any(rows.filled(values, self.prefix) for rows in self.rows)

    def names(self, values: Values) -> Iterator[str]:
        """Yield the names of all its fields that are shown."""
        yield from (f"{self.prefix}{f.name}" for f in self.fields)
        for rows in self.rows:
            for number in rows.shown(values, self.prefix):
                yield from (f"{self.prefix}{rows.name}.{number}.{f.name}" for f in rows.fields)


def chosen(values: Values, path: str, field: Field) -> str:
    """Return the code of a select box; its default, or the first, where nothing is chosen."""
    return one(values, f"{path}{field.name}", field.default or next(iter(field.choices), ""))
