from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term

bounded = settings(max_examples=200, deadline=None)

DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)

MEANT_BY_LANGUAGE = {
    "*": {"en", "en-GB", "en-AU", "es", "anything else"},
    "en": {"en", "en-GB", "en-AU"},
    "en-GB": {"en-GB"},
    "es": {"es"},
}
MEANT_BY_CATEGORY = {"*": {"toys", "food", "anything else"}, "toys": {"toys"}, "food": {"food"}}


def some(*entries: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(entries), min_size=1)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    start = draw(st.integers(0, 3))
    end = draw(st.none() | st.integers(start + 1, 4))
    return Term(DAY_ZERO + timedelta(days=start), None if end is None else DAY_ZERO + timedelta(days=end))


DIMENSIONS: dict[str, st.SearchStrategy[object]] = {
    "component": st.sampled_from([Component.FACE, Component.VOICE]),
    "axes": st.frozensets(st.sampled_from([Axis.SCRIPTED, Axis.REALTIME]), min_size=1),
    "media": some("game.trailer", "film.trailer"),
    "territory": some("DE", "FR"),
    "languages": some(*MEANT_BY_LANGUAGE),
    "categories": some(*MEANT_BY_CATEGORY),
    "term": terms(),
    "exclusivity": st.sampled_from(Exclusivity),
}
blocks = st.builds(RightsBlock, **DIMENSIONS)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[RightsBlock, RightsBlock]:
    """Two blocks that differ in a few dimensions only, so that overlapping and covering are not rare."""
    block = draw(blocks)
    changed = draw(st.sets(st.sampled_from(sorted(DIMENSIONS)), max_size=3))
    return block, replace(block, **{name: draw(DIMENSIONS[name]) for name in sorted(changed)})


def uses_in(block: RightsBlock) -> set[tuple[object, ...]]:
    """Every single use in the block: one axis in one medium in one country on one day, and so on."""
    days = [day for day in range(6) if block.term.contains(DAY_ZERO + timedelta(days=day))]
    languages = set().union(*(MEANT_BY_LANGUAGE[tag] for tag in block.languages))
    categories = set().union(*(MEANT_BY_CATEGORY[code] for code in block.categories))
    return set(product([block.component], block.axes, block.media, block.territory, languages, categories, days))


@bounded
@given(pairs())
def test_blocks_agree_with_the_uses_they_consist_of(pair: tuple[RightsBlock, RightsBlock]) -> None:
    one, other = pair
    ours, theirs = uses_in(one), uses_in(other)
    assert one.overlaps(other) == other.overlaps(one) == (not ours.isdisjoint(theirs))
    assert one.covers(other) == (ours >= theirs)
    assert other.covers(one) == (theirs >= ours)


BLOCK = RightsBlock(
    component=Component.VOICE,
    axes=frozenset({Axis.SCRIPTED}),
    media=frozenset({"game.scripted_performance"}),
    territory=frozenset({"DE", "FR"}),
    languages=frozenset({"en"}),
    categories=frozenset({"*"}),
    term=Term(DAY_ZERO, DAY_ZERO + timedelta(days=10)),
    exclusivity=Exclusivity.EXCLUSIVE,
)


@pytest.mark.parametrize(
    "apart",
    [
        {"component": Component.FACE},
        {"axes": frozenset({Axis.REALTIME})},
        {"media": frozenset({"game.trailer"})},
        {"territory": frozenset({"US"})},
        {"languages": frozenset({"es", "eng"})},
        {"term": Term(DAY_ZERO + timedelta(days=10), None)},
    ],
)
def test_one_dimension_apart_is_apart(apart: dict[str, object]) -> None:
    other = replace(BLOCK, **apart)
    assert BLOCK.overlaps(BLOCK)
    assert not BLOCK.overlaps(other)
    assert not other.overlaps(BLOCK)


def test_exclusivity_plays_no_part_in_overlap() -> None:
    other = replace(BLOCK, exclusivity=Exclusivity.NON_EXCLUSIVE)
    assert BLOCK.overlaps(other)
    assert other.covers(BLOCK)
    assert BLOCK.is_exclusive
    assert not other.is_exclusive


def test_a_language_stands_for_its_regions() -> None:
    british = replace(BLOCK, languages=frozenset({"en-gb"}))
    american = replace(BLOCK, languages=frozenset({"en-US"}))
    assert BLOCK.covers(british)
    assert BLOCK.overlaps(american)
    assert american.overlaps(BLOCK)
    assert not british.covers(BLOCK)
    assert not british.overlaps(american)
    assert british.overlaps(replace(BLOCK, languages=frozenset({"en-GB"})))


def test_a_block_read_from_plain_text_is_the_same_block() -> None:
    stored = replace(BLOCK, component=BLOCK.component.value, axes=frozenset({"scripted"}))
    assert stored.overlaps(BLOCK)
    assert stored.covers(BLOCK)


def test_other_categories_are_apart() -> None:
    toys, food = (replace(BLOCK, categories=frozenset({category})) for category in ("toys", "food"))
    assert not toys.overlaps(food)
    assert BLOCK.overlaps(toys)
    assert BLOCK.covers(toys)
    assert not toys.covers(BLOCK)


@pytest.mark.parametrize("dimension", ["axes", "media", "territory", "languages", "categories"])
def test_an_empty_dimension_would_protect_nobody(dimension: str) -> None:
    with pytest.raises(InvalidValue, match=dimension):
        replace(BLOCK, **{dimension: frozenset()})


@pytest.mark.parametrize(
    ("dimension", "entry"),
    [
        ("media", "game"),
        ("media", "*"),
        ("territory", "+WORLD"),
        ("territory", "EUROPE"),
        ("territory", "de"),
        ("categories", "Toys"),
        ("languages", "English"),
        ("languages", ""),
        ("languages", "en_US"),
    ],
)
def test_a_misspelled_entry_would_overlap_nothing(dimension: str, entry: str) -> None:
    with pytest.raises(InvalidValue, match="is not"):
        replace(BLOCK, **{dimension: frozenset({entry})})
