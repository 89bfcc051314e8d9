"""What a single cell says. Each refuses with a code and a sentence; the reader adds the place."""

import re
from datetime import date

from app.values.currencies import exponent
from app.values.errors import InvalidValue
from app.values.money import Money

LARGEST_AMOUNT_MINOR = 10**12 - 1
LARGEST_UNITS = 10**9 - 1

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"-?[0-9]{1,10}")
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")


class Unreadable(Exception):
    """The cell does not say what its column needs."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def day(text: str) -> date:
    """Read `2026-07-01`."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Unreadable("not_a_date", f"{shown(text)} is not a date such as 2026-07-01.")


def whole_number(text: str) -> int:
    """Read `-3`."""
    if _WHOLE.fullmatch(text) is None:
        raise Unreadable("not_a_number", f"{shown(text)} is not a whole number.")
    number = int(text)
    if abs(number) > LARGEST_UNITS:
        raise Unreadable("too_large", f"{shown(text)} is more units than this system counts.")
    return number


def amount_minor(text: str, currency: str) -> int:
    """Read `-27.96` as minor units; `-0.00` is nothing."""
    try:
        found = Money.from_decimal_text(text, currency).amount_minor
    except InvalidValue as error:
        if _DECIMAL.fullmatch(text) and len(text.partition(".")[2]) > exponent(currency):
            raise Unreadable("too_many_decimals", f"{error}") from error
        raise Unreadable("not_a_number", f"{error}") from error
    if abs(found) > LARGEST_AMOUNT_MINOR:
        raise Unreadable("too_large", f"{shown(text)} is larger than any amount a report may hold.")
    return found


def shown(text: str) -> str:
    """Quote a cell for a sentence, shortened."""
    return repr(text if len(text) <= 40 else text[:39] + "…")
