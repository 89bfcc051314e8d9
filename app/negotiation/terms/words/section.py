"""What words are put into, and the few phrases that every part of the terms needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from babel.dates import format_date

from app.values import formats
from app.values.money import Money


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is agreed, or said not to be. `pointer` leads to it in the document."""

    label: str
    text: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together. The key is stable, the title is for people."""

    key: str
    title: str
    rows: tuple[Row, ...]


def amount(amount_minor: int, currency: str) -> str:
    """Write `12,500.00 USD`: in a contract the code says more than a sign that several currencies share."""
    whole, point, decimals = Money(abs(amount_minor), currency).to_decimal_text().partition(".")
    sign = formats.MINUS if amount_minor < 0 else ""
    return f"{sign}{formats.whole(int(whole))}{point}{decimals}{formats.NO_BREAK}{currency}"


def day(value: str) -> str:
    """Write `1 March 2027`, whose parts cannot be taken for each other and stay on one line."""
    text = format_date(date.fromisoformat(value), "d MMMM y", locale=formats.LOCALE)
    return text.replace(" ", formats.NO_BREAK)


def instant(at: str) -> str:
    """Write `15 June 2026, 04:00 UTC`, with seconds where they are not nought."""
    moment = datetime.fromisoformat(at).astimezone(UTC)
    clock = moment.strftime("%H:%M" if not (moment.second or moment.microsecond) else "%H:%M:%S")
    return f"{day(moment.date().isoformat())}, {clock}{formats.NO_BREAK}UTC"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write `1 day`, `30 days`."""
    return f"{formats.whole(number)}{formats.NO_BREAK}{one if number == 1 else many or one + 's'}"


def either(words: Iterable[str]) -> str:
    """Join words: `script, sample or final version`."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def sentence(text: str) -> str:
    return formats.capitalize_first(text)
