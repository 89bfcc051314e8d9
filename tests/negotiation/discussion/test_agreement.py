"""What is agreed: a table of cases, and any sequence of moves against a model that looks at all of it anew."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.negotiation.discussion.rules.agreement import (
    FACTS,
    Agreed,
    NotAgreeable,
    Reopened,
    agreeable,
    changed,
    fields,
    standing_marks,
    touched,
    value_hash,
)
from app.negotiation.discussion.rules.pointers import Steps, is_within, read_pointer, write_pointer
from app.values.errors import InvalidValue
from tests.negotiation.examples import document

ONE, OTHER = "pty_one", "pty_other"
FIRST: dict[str, Any] = {"royalty": {"rate_bps": 250, "basis": "net", "rules": [1, 2]}, "fee": 10, "gone": {"a": 1}}
SECOND: dict[str, Any] = {"royalty": {"rate_bps": 300, "basis": "net", "rules": [1, 2]}, "fee": 10, "gone": None}


def agreed(pointer: str, by: str = ONE, number: int = 1, terms: Mapping[str, Any] = FIRST) -> Agreed:
    found = value_hash(terms, read_pointer(pointer))
    assert found is not None
    return Agreed(number, read_pointer(pointer), by, found)


def reopened(pointer: str, by: str = ONE, number: int = 1) -> Reopened:
    return Reopened(number, read_pointer(pointer), by)


def locked(moves: Sequence[Agreed | Reopened], offers: Mapping[int, Mapping[str, Any]]) -> list[str]:
    return [write_pointer(field.steps) for field in fields(standing_marks(moves, offers)) if field.is_locked]


def refused(moves: Sequence[Agreed | Reopened], after: Mapping[str, Any]) -> list[str]:
    marks = standing_marks(moves, {1: FIRST})
    return [write_pointer(field.steps) for field in changed(marks, FIRST, after)]


BOTH_ON_THE_RATE = [agreed("/royalty/rate_bps"), agreed("/royalty/rate_bps", OTHER)]


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([agreed("/fee")], []),
        ([agreed("/fee"), agreed("/fee", OTHER)], ["/fee"]),
        ([agreed("/fee"), agreed("/royalty", OTHER)], []),
        ([agreed("/royalty"), agreed("/royalty/basis", OTHER)], ["/royalty/basis"]),
        ([agreed("/royalty/basis"), agreed("/royalty", OTHER)], ["/royalty/basis"]),
        ([agreed("/fee"), agreed("/fee", OTHER), reopened("/fee")], []),
        ([agreed("/fee"), agreed("/fee", OTHER), reopened("/fee", OTHER), agreed("/fee", OTHER)], ["/fee"]),
        ([*BOTH_ON_THE_RATE, reopened("/royalty")], []),
        ([agreed("/royalty"), agreed("/royalty", OTHER), reopened("/royalty/basis")], []),
        ([*BOTH_ON_THE_RATE, reopened("/royalty/basis")], ["/royalty/rate_bps"]),
        ([*BOTH_ON_THE_RATE, reopened("/fee", OTHER)], ["/royalty/rate_bps"]),
    ],
)
def test_what_is_agreed_after_moves(moves: list[Agreed | Reopened], expected: list[str]) -> None:
    assert locked(moves, {1: FIRST}) == expected


def test_reopening_takes_back_ones_own_side_and_leaves_the_proposal_of_the_other() -> None:
    moves = [agreed("/fee"), agreed("/fee", OTHER), reopened("/fee")]
    (field,) = fields(standing_marks(moves, {1: FIRST}))
    assert (field.agreed_by, field.is_locked) == (frozenset({OTHER}), False)
    assert touched(standing_marks(moves, {1: FIRST}), ("fee",), ONE) == []


def test_an_offer_that_changes_a_field_takes_the_marks_on_it_away_for_good() -> None:
    moves = [agreed("/royalty/rate_bps"), agreed("/fee")]
    back = {1: FIRST, 2: SECOND, 3: FIRST}
    assert [mark.steps for mark in standing_marks(moves, back)] == [("fee",)]
    renewed = [*moves, agreed("/royalty/rate_bps", OTHER, 3)]
    assert locked(renewed, back) == []
    assert locked([*renewed, agreed("/royalty/rate_bps", ONE, 3)], back) == ["/royalty/rate_bps"]


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        (BOTH_ON_THE_RATE, ["/royalty/rate_bps"]),
        ([agreed("/royalty/rate_bps")], []),
        ([agreed("/royalty"), agreed("/royalty", OTHER), *BOTH_ON_THE_RATE], ["/royalty"]),
        ([agreed("/royalty/basis"), agreed("/royalty/basis", OTHER)], []),
        ([agreed("/gone/a"), agreed("/gone", OTHER)], ["/gone/a"]),
        ([agreed("/royalty/rules"), agreed("/royalty/rules", OTHER)], []),
    ],
)
def test_which_agreed_fields_an_offer_would_change(moves: list[Agreed | Reopened], expected: list[str]) -> None:
    assert refused(moves, SECOND) == expected


@pytest.mark.parametrize(
    ("pointer", "code"),
    [
        ("", "whole_offer"),
        *((f"/{fact}", "not_negotiable") for fact in sorted(FACTS)),
        ("/licensor/name", "not_negotiable"),
        ("/grants/0", "part_of_list"),
        ("/grants/0/territory/codes", "part_of_list"),
        ("/grants/7", "part_of_list"),
    ],
)
def test_what_cannot_be_agreed_on(pointer: str, code: str) -> None:
    with pytest.raises(NotAgreeable) as refusal:
        agreeable(document(), read_pointer(pointer))
    assert refusal.value.code == code
    if code == "part_of_list":
        assert "the whole list /grants." in str(refusal.value)


@pytest.mark.parametrize("pointer", ["/fees", "/fee/amount", "/__proto__", "/fee/amount_minor/0"])
def test_nothing_is_agreed_on_where_nothing_is(pointer: str) -> None:
    with pytest.raises(InvalidValue, match="nothing at"):
        agreeable(document(), read_pointer(pointer))


def test_every_other_member_of_the_terms_can_be_agreed_on() -> None:
    terms = document()
    for name in terms.keys() - FACTS:
        assert agreeable(terms, (name,)) == terms[name]
    assert agreeable(terms, ("fee", "amount_minor")) == terms["fee"]["amount_minor"]


PLACES: list[Steps] = [("a",), ("a", "x"), ("a", "y"), ("a", "x", "deep"), ("b",)]
terms = st.fixed_dictionaries(
    {
        "a": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {"x": st.fixed_dictionaries({"deep": st.integers(0, 1)}), "y": st.integers(0, 1)}
            ),
        ),
        "b": st.integers(0, 1),
    }
)
sides, places = st.sampled_from([ONE, OTHER]), st.sampled_from(PLACES)
steps_of_talks = st.lists(
    st.one_of(
        st.tuples(st.just("offer"), terms),
        st.tuples(st.just("agree"), sides, places),
        st.tuples(st.just("reopen"), sides, places),
    ),
    max_size=25,
)


def play(
    first: Mapping[str, Any], steps: Sequence[tuple[Any, ...]]
) -> tuple[list[Agreed | Reopened], dict[int, Any]]:
    """Let two sides talk: an offer that would change what is agreed is not sent."""
    moves: list[Agreed | Reopened] = []
    offers: dict[int, Any] = {1: first}
    for verb, *rest in steps:
        number = len(offers)
        if verb == "offer":
            if not changed(standing_marks(moves, offers), offers[number], rest[0]):
                offers[number + 1] = rest[0]
        elif verb == "reopen":
            moves.append(Reopened(number, rest[1], rest[0]))
        elif (value := value_hash(offers[number], rest[1])) is not None:
            moves.append(Agreed(number, rest[1], rest[0], value))
    return moves, offers


def stands_by(side: str, place: Steps, moves: Sequence[Agreed | Reopened], offers: Mapping[int, Any]) -> bool:
    """Look for a move of the side, at the place itself, that nothing after it undid."""
    for index, move in enumerate(moves):
        if not isinstance(move, Agreed) or (move.by_party_id, move.steps) != (side, place):
            continue
        later = [other for other in moves[index + 1 :] if isinstance(other, Reopened) and other.by_party_id == side]
        is_undone = any(is_within(o.steps, place) or is_within(place, o.steps) for o in later)
        since = [offers[number] for number in offers if number >= move.offer_number]
        if not is_undone and all(value_hash(terms, place) == move.value_sha256 for terms in since):
            return True
    return False


@given(terms, steps_of_talks)
def test_any_talks_end_as_the_model_says(first: Mapping[str, Any], steps: Sequence[tuple[Any, ...]]) -> None:
    moves, offers = play(first, steps)
    expected = {}
    for place in PLACES:
        around = [whole for whole in PLACES if is_within(place, whole)]
        covering = {s for s in (ONE, OTHER) if any(stands_by(s, whole, moves, offers) for whole in around)}
        if any(stands_by(side, place, moves, offers) for side in (ONE, OTHER)):
            expected[place] = covering
    assert {field.steps: set(field.agreed_by) for field in fields(standing_marks(moves, offers))} == expected


@given(terms, steps_of_talks)
def test_what_both_agreed_stays_until_one_of_them_reopens_it(
    first: Mapping[str, Any], steps: Sequence[tuple[Any, ...]]
) -> None:
    for end in range(len(steps)):
        moves, offers = play(first, steps[:end])
        before = [field for field in fields(standing_marks(moves, offers)) if field.is_locked]
        after_moves, after_offers = play(first, steps[: end + 1])
        if steps[end][0] == "reopen":
            continue
        still = [f.steps for f in fields(standing_marks(after_moves, after_offers)) if f.is_locked]
        for field in before:
            assert field.steps in still
            assert value_hash(after_offers[len(after_offers)], field.steps) == value_hash(
                offers[len(offers)], field.steps
            )
