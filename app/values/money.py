"""An amount in minor units together with its currency; neither goes anywhere without the other."""

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Self

from app.values.currencies import exponent
from app.values.errors import InvalidValue

LARGEST_AMOUNT_MINOR = 2**53 - 1
"""The largest amount read from text: every JSON reader keeps it exact, and it fits a 64-bit column."""

_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,16})(?:\.(?P<decimals>[0-9]+))?")


class CurrencyMismatch(ValueError):
    """Amounts of two currencies were added or compared; convert one of them first."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`Money(3999, "USD")` is 39.99 US dollars; `Money(3999, "JPY")` is 3,999 yen. May be negative."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError(f"Money counts whole minor units, not {self.amount_minor!r}.")
        exponent(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def from_decimal_text(cls, text: str, currency: str) -> Self:
        """Read `39.99` exactly: no grouping, no exponent, no more decimals than the currency has."""
        places = exponent(currency)
        match = _DECIMAL.fullmatch(text)
        if match is None:
            raise InvalidValue(
                f"{text[:40]!r} is not an amount; write it like 1234.5, without grouping or exponent."
            )
        decimals = match["decimals"] or ""
        if len(decimals) > places:
            raise InvalidValue(f"{text[:40]!r} has {len(decimals)} decimals; {currency} has {places}.")
        amount_minor = int(match["sign"] + match["whole"] + decimals.ljust(places, "0"))
        if abs(amount_minor) > LARGEST_AMOUNT_MINOR:
            raise InvalidValue(f"{text[:40]!r} is larger than any amount this system keeps.")
        return cls(amount_minor, currency)

    def to_decimal_text(self) -> str:
        """Write the amount with exactly the decimals of its currency: `-0.05`, `1234.50`, `1234`."""
        places = exponent(self.currency)
        sign = "-" if self.amount_minor < 0 else ""
        digits = str(abs(self.amount_minor)).rjust(places + 1, "0")
        if places == 0:
            return sign + digits
        return f"{sign}{digits[:-places]}.{digits[-places:]}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same_currency(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same_currency(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount_minor < self._same_currency(other)

    def _same_currency(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix; convert one of them first.")
        return other.amount_minor
