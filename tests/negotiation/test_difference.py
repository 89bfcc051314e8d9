"""What changed between two offers."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.negotiation.terms.difference import ChangeKind, FieldChange, difference
from app.values.canonical import sha256_hex
from tests.factories.negotiation import grant
from tests.negotiation.examples import document

CHANGED, ADDED, REMOVED = ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED


def test_equal_terms_do_not_differ() -> None:
    assert difference(document(), document()) == []


def test_each_changed_field_is_told_with_both_values() -> None:
    before = document()
    after = document(fee={"amount_minor": 1_500_000, "currency": "EUR"}, delivery="hosted_only")
    assert difference(before, after) == [
        FieldChange("/delivery", CHANGED, "export", "hosted_only"),
        FieldChange("/fee/amount_minor", CHANGED, 1_250_000, 1_500_000),
        FieldChange("/fee/currency", CHANGED, "USD", "EUR"),
    ]


def test_a_moved_last_day_shows_the_instant_it_moves() -> None:
    term = {"first_day": "2026-06-15", "last_day": "2027-06-14", "zone": "America/New_York"}
    assert [change.pointer for change in difference(document(), document(term=term))] == [
        "/term/last_day",
        "/term/ends_at",
    ]


def test_a_territory_names_the_countries_that_came_and_went() -> None:
    before, after = document(), document(grants=[grant(territory="+WORLD -CA")])
    expression, codes = difference(before, after)
    assert (expression.pointer, expression.after) == ("/grants/0/territory/expression", "+WORLD -CA")
    assert (codes.pointer, codes.entered, codes.left) == ("/grants/0/territory/codes", ("CN",), ("CA",))


def test_a_dropped_grant_is_one_removal_and_leaves_the_others_alone() -> None:
    three = [grant(component=c) for c in ("behavior", "face", "voice")]
    before, after = document(grants=three), document(grants=three[1:])
    assert difference(before, after) == [FieldChange("/grants/0", REMOVED, before["grants"][0], None)]
    assert difference(after, before) == [FieldChange("/grants/0", ADDED, None, before["grants"][0])]


def test_a_changed_grant_is_compared_with_the_one_of_its_component() -> None:
    before = document(grants=[grant(component="face"), grant()])
    after = document(grants=[grant(component="face", axes=["realtime"]), grant()])
    (change,) = difference(before, after)
    assert change.pointer == f"/grants/{index_of(after, 'face')}/axes"
    assert (change.entered, change.left) == (("realtime",), ("scripted",))


def test_a_grant_of_another_component_is_another_grant() -> None:
    removed, added = difference(document(), document(grants=[grant(component="face")]))
    assert (removed.kind, added.kind) == (REMOVED, ADDED)


def test_fields_of_a_later_version_show_as_added_and_keep_their_names_apart() -> None:
    before = document()
    after = before | {"late/interest~bps": 800}
    assert difference(before, after) == [FieldChange("/late~1interest~0bps", ADDED, None, 800)]
    assert difference(after, before) == [FieldChange("/late~1interest~0bps", REMOVED, 800, None)]


def test_true_is_not_one() -> None:
    assert len(difference({"a": 1}, {"a": True})) == 1


components = st.lists(st.sampled_from(["face", "voice", "behavior"]), min_size=1, max_size=3, unique=True)
media = st.lists(st.sampled_from(["game.trailer", "game.cosmetic_item", "vr", "film"]), min_size=1, unique=True)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    return document(
        grants=[grant(component=component, media=draw(media)) for component in draw(components)],
        fee={"amount_minor": draw(st.integers(0, 3)), "currency": draw(st.sampled_from(["USD", "EUR"]))},
        survival={"preset": draw(st.sampled_from(["film", "game", "vr"]))},
    )


@settings(max_examples=60, deadline=None)
@given(documents(), documents())
def test_offers_do_not_differ_exactly_when_their_hashes_are_equal(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert (difference(one, other) == []) == (sha256_hex(one) == sha256_hex(other))


@settings(max_examples=60, deadline=None)
@given(documents(), documents())
def test_a_difference_read_backwards_is_the_difference_of_the_reverse(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    there, back = difference(one, other), difference(other, one)
    swapped = {ADDED: REMOVED, REMOVED: ADDED, CHANGED: CHANGED}
    assert sorted((swapped[c.kind], repr(c.after), repr(c.before)) for c in there) == sorted(
        (c.kind, repr(c.before), repr(c.after)) for c in back
    )


@settings(max_examples=60, deadline=None)
@given(documents(), documents())
def test_every_difference_points_at_what_it_tells(one: dict[str, Any], other: dict[str, Any]) -> None:
    for change in difference(one, other):
        where = one if change.kind is REMOVED else other
        assert at(where, change.pointer) == (change.before if change.kind is REMOVED else change.after)


def test_documents_are_not_changed_by_comparing_them() -> None:
    before, after = document(), document(grants=[grant(component="face")])
    kept = deepcopy((before, after))
    difference(before, after)
    assert (before, after) == kept


def index_of(terms: dict[str, Any], component: str) -> int:
    return [entry["component"] for entry in terms["grants"]].index(component)


def at(terms: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        terms = terms[int(step)] if isinstance(terms, list) else terms[step]
    return terms
