"""Amounts as Stripe counts them. It differs from ISO 4217 in a few currencies, and takes at most 8 digits."""

from app.payments.errors import AmountNotPayable
from app.values.money import Money

LARGEST = 99_999_999

_STRIPE_UNITS_IN_ONE = {"ISK": 100, "UGX": 100}
"""Without decimals, but Stripe writes two zeros after them."""
_IN_ONE_STRIPE_UNIT = {"MGA": 100}
"""Has decimals by the standard, but Stripe counts whole ones."""
_STEP = dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 10) | _IN_ONE_STRIPE_UNIT
"""Amounts must be whole multiples of this."""


def to_stripe(money: Money) -> int:
    """Return the number that stands for this amount in a call. Raises: AmountNotPayable."""
    step = _STEP.get(money.currency, 1)
    if money.amount_minor <= 0 or money.amount_minor % step:
        smallest = Money(step, money.currency).to_decimal_text()
        raise AmountNotPayable(
            f"{money.to_decimal_text()} {money.currency} cannot be paid: it must be a multiple of {smallest}."
        )
    counted = money.amount_minor * _STRIPE_UNITS_IN_ONE.get(money.currency, 1)
    counted //= _IN_ONE_STRIPE_UNIT.get(money.currency, 1)
    if counted > LARGEST:
        largest = from_stripe(LARGEST, money.currency).to_decimal_text()
        raise AmountNotPayable(
            f"{money.to_decimal_text()} {money.currency} is more than one payment can carry ({largest}). Split it."
        )
    return counted


def from_stripe(counted: int, currency: str) -> Money:
    """Return the amount that stands in an answer; `currency` in either case."""
    code = currency.upper()
    amount_minor = counted * _IN_ONE_STRIPE_UNIT.get(code, 1) // _STRIPE_UNITS_IN_ONE.get(code, 1)
    return Money(amount_minor, code)
