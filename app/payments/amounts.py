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
_LEAST = 50
_OTHER_LEAST = {
    "AED": 200,
    "CZK": 15_00,
    "DKK": 250,
    "GBP": 30,
    "HKD": 400,
    "HUF": 175_00,
    "MXN": 10_00,
    "MYR": 200,
    "NOK": 300,
    "PLN": 200,
    "RON": 200,
    "SEK": 300,
    "THB": 10_00,
}
"""What Stripe documents as the least charge, in its own units, where that is not 50 as for USD, EUR, CHF or JPY.

From docs.stripe.com/currencies#minimum-and-maximum-charge-amounts. In currencies not listed there Stripe asks for
what comes to the least charge in the currency of the account, which no table tells; 50 is taken for these as well.
"""


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


def require_chargeable(money: Money) -> None:
    """Refuse what no single charge can carry. Transfers may be smaller than charges. Raises: AmountNotPayable."""
    counted = to_stripe(money)
    least = _OTHER_LEAST.get(money.currency, _LEAST)
    if counted < least:
        smallest = from_stripe(least, money.currency).to_decimal_text()
        raise AmountNotPayable(
            f"{money.to_decimal_text()} {money.currency} is less than one payment can carry ({smallest})."
        )


def from_stripe(counted: int, currency: str) -> Money:
    """Return the amount that stands in an answer; `currency` in either case."""
    code = currency.upper()
    amount_minor = counted * _IN_ONE_STRIPE_UNIT.get(code, 1) // _STRIPE_UNITS_IN_ONE.get(code, 1)
    return Money(amount_minor, code)
