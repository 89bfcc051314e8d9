"""Pointers into a document: read as the RFC says, and nothing is found where nothing is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.negotiation.discussion.rules.pointers import (
    LONGEST_POINTER,
    is_within,
    read_pointer,
    resolve,
    write_pointer,
)
from app.values.errors import InvalidValue

DOCUMENT = {
    "fee": {"amount_minor": 100, "currency": "USD"},
    "grants": [{"media": ["film"], "territory": {"codes": ["DE", "FR"]}}],
    "a/b": {"m~n": 1, "~1": 2, "": 3},
    "end_user": None,
    "__proto__": {"constructor": "a name like any other"},
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/fee", {"amount_minor": 100, "currency": "USD"}),
        ("/fee/amount_minor", 100),
        ("/grants/0/territory/codes/1", "FR"),
        ("/a~1b/m~0n", 1),
        ("/a~1b/~01", 2),
        ("/a~1b/", 3),
        ("/end_user", None),
        ("/__proto__/constructor", "a name like any other"),
    ],
)
def test_what_a_pointer_points_at(pointer: str, value: object) -> None:
    assert resolve(DOCUMENT, read_pointer(pointer)) == value
    assert write_pointer(read_pointer(pointer)) == pointer


@pytest.mark.parametrize(
    ("pointer", "complaint"),
    [
        ("fee", "begins with /"),
        ("#/fee", "begins with /"),
        ("/fee~", "write ~0"),
        ("/fee~2", "write ~0"),
        ("/" + "x" * LONGEST_POINTER, "at most 300"),
        ("/Fee", "nothing at /Fee"),
        ("/fee/", "nothing at /fee/"),
        ("/fee/amount_minor/0", "nothing at /fee/amount_minor/0"),
        ("/fee/currency/0", "nothing at /fee/currency/0"),
        ("/end_user/name", "nothing at /end_user/name"),
        ("/grants/1", "nothing at /grants/1"),
        ("/grants/-1", "nothing at /grants/-1"),
        ("/grants/-", "nothing at /grants/-"),
        ("/grants/00", "nothing at /grants/00"),
        ("/grants/\N{ARABIC-INDIC DIGIT ZERO}", "nothing at /grants/"),
        ("/grants/length", "nothing at /grants/length"),
        ("/grants/0 ", "nothing at /grants/0"),
        ("/constructor", "nothing at /constructor"),
        ("/fee/__class__", "nothing at /fee/__class__"),
        ("/fee/keys", "nothing at /fee/keys"),
        ("/0" * 100, "nothing at /0"),
    ],
)
def test_a_pointer_at_nothing_says_where_it_ends(pointer: str, complaint: str) -> None:
    with pytest.raises(InvalidValue, match=complaint):
        resolve(DOCUMENT, read_pointer(pointer))


@given(st.lists(st.text(max_size=8), max_size=12))
def test_steps_are_read_as_they_were_written(steps: list[str]) -> None:
    assert read_pointer(write_pointer(tuple(steps))) == tuple(steps)


def test_within_is_by_steps_and_not_by_letters() -> None:
    assert is_within(("fee", "currency"), ("fee",))
    assert is_within(("fee",), ("fee",))
    assert not is_within(("fees",), ("fee",))
    assert not is_within(("fee",), ("fee", "currency"))
