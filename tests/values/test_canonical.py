import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.canonical import LARGEST_INTEGER, canonical_bytes, sha256_hex
from app.values.components import Component
from app.values.errors import InvalidValue

bounded = settings(max_examples=200, deadline=None)

scalars = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_keys_follow_their_utf_16_code_units() -> None:
    # The example of RFC 8785, section 3.2.3: by code point the emoji would come last.
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    written = canonical_bytes(dict.fromkeys(sorted(expected, reverse=True)))
    assert list(json.loads(written)) == expected


def test_text_is_escaped_only_where_json_must() -> None:
    assert canonical_bytes("€$\u000f\nA'B\"\\/\u007f\u2028") == '"€$\\u000f\\nA\'B\\"\\\\/\u007f\u2028"'.encode()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, b"{}"),
        ([], b"[]"),
        (None, b"null"),
        (True, b"true"),
        (-0, b"0"),
        (LARGEST_INTEGER, b"9007199254740991"),
        ((1, "a"), b'[1,"a"]'),
        ({"b": [1, {"d": None, "c": False}], "a": ""}, b'{"a":"","b":[1,{"c":false,"d":null}]}'),
        ({Component.VOICE: Component.FACE}, b'{"voice":"face"}'),
    ],
)
def test_values_have_one_spelling(value: object, written: bytes) -> None:
    assert canonical_bytes(value) == written


@bounded
@given(value=values)
def test_what_is_written_is_read_back(value: object) -> None:
    assert json.loads(canonical_bytes(value)) == value


@bounded
@given(members=st.dictionaries(st.text(), scalars), data=st.data())
def test_the_order_of_making_does_not_show(members: dict[str, object], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(members.items()))))
    assert canonical_bytes(shuffled) == canonical_bytes(members)
    assert sha256_hex(shuffled) == sha256_hex(members)


def test_the_hash_is_that_of_the_bytes() -> None:
    assert sha256_hex({"fee_minor": 100}) == hashlib.sha256(b'{"fee_minor":100}').hexdigest()


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.0, "float at the top"),
        ({"terms": [{"fee": 1.5}]}, "float at /terms/0/fee"),
        ({"fee": float("nan")}, "float at /fee"),
        ({"fee": Decimal(1)}, "Decimal at /fee"),
        ({"at": datetime(2026, 1, 1, tzinfo=UTC)}, "datetime at /at"),
        ([{1}], "set at /0"),
        ([b""], "bytes at /0"),
        ({"a": {1: 2}}, "key 1 at /a"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_its_place(value: object, place: str) -> None:
    with pytest.raises(TypeError, match=place):
        canonical_bytes(value)


def test_a_place_is_put_into_words_only_when_it_is_refused() -> None:
    class Key(str):
        def __format__(self, how: str) -> str:
            raise AssertionError("Nobody asked for the place.")

    assert canonical_bytes({Key("a"): [{Key("b"): 1}]}) == b'{"a":[{"b":1}]}'


@pytest.mark.parametrize("integer", [LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, 2**64])
def test_integers_that_a_double_would_change_are_refused(integer: int) -> None:
    with pytest.raises(InvalidValue, match="/fee/0"):
        canonical_bytes({"fee": [integer]})


@pytest.mark.parametrize("value", ["\ud800", {"a": "\udfff"}, {"\ud83d": 1}])
def test_half_a_surrogate_pair_is_refused(value: object) -> None:
    with pytest.raises(InvalidValue, match="surrogate"):
        canonical_bytes(value)
