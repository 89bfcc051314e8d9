from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.currencies import EXPONENTS, exponent
from app.values.errors import InvalidValue
from app.values.money import LARGEST_AMOUNT_MINOR, CurrencyMismatch, Money

bounded = settings(max_examples=200, deadline=None)
amounts = st.integers(-LARGEST_AMOUNT_MINOR, LARGEST_AMOUNT_MINOR)
currencies = st.sampled_from(sorted(EXPONENTS))


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("USD", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("IQD", 3), ("MGA", 2), ("HUF", 2), ("CLF", 4)],
)
def test_decimals_are_those_of_the_standard(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


def test_the_currency_table_is_the_active_list() -> None:
    assert len(EXPONENTS) == 165
    assert all(code.isascii() and code.isupper() and len(code) == 3 for code in EXPONENTS)
    assert {"XCG", "ZWG", "SLE", "VED", "UYW"} <= EXPONENTS.keys()
    assert EXPONENTS.keys().isdisjoint({"BGN", "HRK", "ANG", "ZWL", "SLL", "XAU", "XXX", "XTS"})


@pytest.mark.parametrize("currency", ["usd", "US", "BTC", "HRK", "XAU", "", " USD"])
def test_unknown_currencies_are_refused(currency: str) -> None:
    with pytest.raises(InvalidValue, match="ISO 4217"):
        Money(1, currency)


@pytest.mark.parametrize(
    ("text", "currency", "amount_minor"),
    [
        ("39.99", "USD", 3999),
        ("39.9", "USD", 3990),
        ("39", "USD", 3900),
        ("-0.05", "USD", -5),
        ("-0.00", "USD", 0),
        ("0012.30", "USD", 1230),
        ("1234", "JPY", 1234),
        ("1.234", "KWD", 1234),
        ("90071992547409.91", "USD", LARGEST_AMOUNT_MINOR),
    ],
)
def test_amounts_are_read_exactly(text: str, currency: str, amount_minor: int) -> None:
    assert Money.from_decimal_text(text, currency) == Money(amount_minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("39.999", "USD"),
        ("39.990", "USD"),
        ("1.0", "JPY"),
        ("1e3", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("12,345.60", "USD"),
        ("12 345", "USD"),
        ("1_000", "USD"),
        ("+5", "USD"),
        (".50", "USD"),
        ("5.", "USD"),
        ("--5", "USD"),
        ("$5", "USD"),
        ("", "USD"),
        ("5\n", "USD"),
        (" 5", "USD"),
        ("\u0665", "USD"),
        ("\u22125", "USD"),
        ("90071992547409.92", "USD"),
        ("9" * 5000, "USD"),
        ("0." + "0" * 5000, "USD"),
    ],
)
def test_what_is_not_exactly_an_amount_is_refused_with_a_short_sentence(text: str, currency: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Money.from_decimal_text(text, currency)
    assert len(str(refusal.value)) < 200


@bounded
@given(amount_minor=amounts, currency=currencies)
def test_text_and_money_say_the_same(amount_minor: int, currency: str) -> None:
    money = Money(amount_minor, currency)
    text = money.to_decimal_text()
    assert Decimal(text) == Decimal(amount_minor).scaleb(-exponent(currency))
    assert Money.from_decimal_text(text, currency) == money


@bounded
@given(text=st.text(max_size=20) | st.from_regex(r"[-+]?[0-9.,eE]{0,20}"), currency=currencies)
def test_any_text_is_read_as_a_decimal_reads_it_or_refused(text: str, currency: str) -> None:
    try:
        money = Money.from_decimal_text(text, currency)
    except InvalidValue:
        return
    assert Decimal(money.amount_minor).scaleb(-exponent(currency)) == Decimal(text)


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [
        (-5, "USD", "-0.05"),
        (0, "USD", "0.00"),
        (123450, "USD", "1234.50"),
        (1234, "JPY", "1234"),
        (7, "KWD", "0.007"),
    ],
)
def test_amounts_are_written_with_the_decimals_of_their_currency(
    amount_minor: int, currency: str, text: str
) -> None:
    assert Money(amount_minor, currency).to_decimal_text() == text


@bounded
@given(one=amounts, other=amounts, currency=currencies)
def test_sums_and_order_are_those_of_the_minor_units(one: int, other: int, currency: str) -> None:
    left, right = Money(one, currency), Money(other, currency)
    assert left + right == Money(one + other, currency)
    assert left - right == Money(one - other, currency)
    assert -left == Money.zero(currency) - left
    assert (left < right, left <= right, left > right, left >= right) == (
        one < other,
        one <= other,
        one > other,
        one >= other,
    )


def test_two_currencies_never_mix() -> None:
    dollars, euros = Money(100, "USD"), Money(100, "EUR")
    for attempt in (
        lambda: dollars + euros,
        lambda: dollars - euros,
        lambda: dollars < euros,
        lambda: dollars <= euros,
        lambda: dollars > euros,
        lambda: dollars >= euros,
    ):
        with pytest.raises(CurrencyMismatch, match="USD and EUR"):
            attempt()
    assert dollars != euros


@pytest.mark.parametrize("amount", [1.0, True, "1", Decimal(1), None])
def test_only_whole_minor_units_make_money(amount: object) -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        Money(amount, "USD")
