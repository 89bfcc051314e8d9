"""Stripe counts most currencies as the standard does, and a few in its own way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.payments.amounts import LARGEST, from_stripe, require_chargeable, to_stripe
from app.payments.errors import AmountNotPayable
from app.values.currencies import EXPONENTS
from app.values.money import Money


@pytest.mark.parametrize(
    ("money", "counted"),
    [
        (Money(1250, "USD"), 1250),
        (Money(1250, "JPY"), 1250),
        (Money(1250, "KWD"), 1250),
        (Money(5, "ISK"), 500),
        (Money(5, "UGX"), 500),
        (Money(500, "MGA"), 5),
        (Money(99_999_999, "EUR"), 99_999_999),
    ],
)
def test_amounts_cross_the_border_and_come_back(money: Money, counted: int) -> None:
    assert to_stripe(money) == counted
    assert from_stripe(counted, money.currency.lower()) == money


@pytest.mark.parametrize(
    ("money", "says"),
    [
        (Money(0, "USD"), "multiple of 0.01"),
        (Money(-1, "USD"), "multiple of 0.01"),
        (Money(1_005, "KWD"), "multiple of 0.010"),
        (Money(550, "MGA"), "multiple of 1.00"),
        (Money(100_000_000, "USD"), "999999.99"),
        (Money(1_000_000, "ISK"), "999999"),
    ],
)
def test_what_cannot_be_carried_says_what_can(money: Money, says: str) -> None:
    with pytest.raises(AmountNotPayable, match=says):
        to_stripe(money)


@pytest.mark.parametrize(
    ("least", "below", "written"),
    [
        (Money(50, "USD"), Money(49, "USD"), "0.50"),
        (Money(30, "GBP"), Money(29, "GBP"), "0.30"),
        (Money(50, "JPY"), Money(49, "JPY"), "50"),
        (Money(175_00, "HUF"), Money(174_99, "HUF"), "175.00"),
        (Money(50, "KWD"), Money(40, "KWD"), "0.050"),
        (Money(50_00, "MGA"), Money(49_00, "MGA"), "50.00"),
    ],
)
def test_a_charge_has_a_least_amount_that_a_transfer_has_not(least: Money, below: Money, written: str) -> None:
    require_chargeable(least)
    with pytest.raises(AmountNotPayable, match=rf"less than one payment can carry \({written}\)"):
        require_chargeable(below)
    assert to_stripe(below) < to_stripe(least)


@pytest.mark.parametrize("money", [Money(0, "USD"), Money(100_000_000, "USD"), Money(1_005, "KWD")])
def test_what_no_call_can_carry_no_charge_can(money: Money) -> None:
    with pytest.raises(AmountNotPayable):
        require_chargeable(money)


@given(st.sampled_from(sorted(EXPONENTS)), st.integers(1, LARGEST))
def test_nothing_is_lost_on_the_way(currency: str, amount_minor: int) -> None:
    money = Money(amount_minor, currency)
    try:
        counted = to_stripe(money)
    except AmountNotPayable:
        return
    assert 0 < counted <= LARGEST
    assert from_stripe(counted, currency) == money
