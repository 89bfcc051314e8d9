"""The wire format: what the real library sends is what the sandbox reads."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from app.sandbox.errors import StripeError
from app.sandbox.money import processing_fee, written
from app.sandbox.wire import Params, decode_form, decode_json

names = st.text("abcdefghij_", min_size=1, max_size=8)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
leaves = texts | st.integers(-(10**9), 10**9)
trees = st.dictionaries(
    names,
    st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=4) | st.dictionaries(names, inner, min_size=1, max_size=4)
        ),
        max_leaves=12,
    ),
    max_size=5,
)


def as_text(value: object) -> object:
    if isinstance(value, dict):
        return {name: as_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return str(value)


@given(trees)
def test_every_form_of_the_library_is_read_back(params: dict[str, object]) -> None:
    assert decode_form(urlencode(list(_api_encode(params)))) == as_text(params)


def test_lists_without_numbers() -> None:
    assert decode_form("expand[]=a&expand[]=b") == {"expand": ["a", "b"]}
    assert decode_form("x[10]=k&x[9]=j") == {"x": ["j", "k"]}


@pytest.mark.parametrize(
    "form", ["a=1&a[b]=2", "a[b]=2&a=1", "a[b=1", "a" + "[b]" * 20 + "=1", "&".join(["a=1"] * 3_000), "[x]=1"]
)
def test_forms_that_make_no_sense_are_refused(form: str) -> None:
    with pytest.raises(StripeError):
        decode_form(form)


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"\xff", b"[" * 100_000])
def test_bodies_that_are_no_object_are_refused(body: bytes) -> None:
    with pytest.raises(StripeError):
        decode_json(body)


@given(st.text(max_size=30))
def test_no_text_is_ever_a_wrong_number(text: str) -> None:
    try:
        value = Params({"amount": text}, accepts="amount").amount("usd")
    except StripeError:
        return
    assert 1 <= value <= 99_999_999
    assert str(value) == text.lstrip("0") or int(text) == value


@pytest.mark.parametrize(
    ("amount", "fee"), [(250_000, 7_280), (50, 31), (20, 20), (1_000, 59), (99_999_999, 2_900_030)]
)
def test_the_fee(amount: int, fee: int) -> None:
    assert processing_fee(amount) == fee


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1_234_567, "usd", "12,345.67 USD"),
        (5, "eur", "0.05 EUR"),
        (-1_234, "jpy", "-1,234 JPY"),
        (12_340, "kwd", "12.340 KWD"),
        (0, "usd", "0.00 USD"),
    ],
)
def test_amounts_as_people_read_them(amount: int, currency: str, text: str) -> None:
    assert written(amount, currency) == text
