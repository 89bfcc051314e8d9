"""The rules against the enumeration of every single use."""

from datetime import datetime
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import given, settings

from app.parties.rules.authority import Authority
from app.rights.rules.ask import Ask, spell
from app.rights.rules.avails import avails
from app.rights.rules.conflicts import Taken
from app.rights.rules.rights_in import Offered, RightsIn
from app.rights.states import BlockKind, FixKind
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term
from tests.rights.brute_force import (
    COUNTRIES,
    LEAVES,
    MEANT_BY_CATEGORY,
    MEANT_BY_LANGUAGE,
    day,
    reasons_against,
    single_changes,
)

AXES = (Axis.SCRIPTED, Axis.REALTIME)
COMPONENTS = (Component.FACE, Component.VOICE)
AT = day(0)


def some(*entries: object) -> st.SearchStrategy[frozenset[object]]:
    return st.frozensets(st.sampled_from(entries), min_size=1)


def mostly(usual: frozenset[object], *entries: object) -> st.SearchStrategy[frozenset[object]]:
    """Usually all, so that not every book refuses in every dimension at once."""
    return st.just(usual) | st.just(usual) | some(*entries)


@st.composite
def terms(draw: st.DrawFn, last: int = 6) -> Term:
    start = draw(st.integers(0, last - 1))
    end = draw(st.none() | st.integers(start + 1, last) | st.integers(start + 1, last))
    return Term(day(start), None if end is None else day(end))


DIMENSIONS: dict[str, st.SearchStrategy[object]] = {
    "axes": some(*AXES),
    "media": some(*LEAVES),
    "territory": some(*COUNTRIES),
    "languages": some(*MEANT_BY_LANGUAGE),
    "categories": some(*MEANT_BY_CATEGORY),
    "term": terms(),
    "exclusivity": st.sampled_from(Exclusivity),
}
blocks = st.builds(RightsBlock, component=st.sampled_from(COMPONENTS), **DIMENSIONS)
bundles = st.builds(Ask.bundle, components=some(*COMPONENTS), **DIMENSIONS)
deals = st.lists(blocks, min_size=1, max_size=3).map(Ask.of)
offers = st.builds(
    Offered,
    component=st.sampled_from(COMPONENTS),
    axes=mostly(frozenset(AXES), *AXES),
    media=mostly(frozenset(LEAVES), *LEAVES),
    territory=mostly(frozenset(COUNTRIES), *COUNTRIES),
    languages=mostly(frozenset({"*"}), *MEANT_BY_LANGUAGE),
    categories=mostly(frozenset({"*"}), *MEANT_BY_CATEGORY),
)
dates = st.none() | st.none() | st.integers(0, 6).map(day)
authorities = st.builds(
    Authority,
    components=mostly(frozenset(COMPONENTS), *COMPONENTS),
    media=mostly(frozenset(LEAVES), *LEAVES),
    territory=mostly(frozenset(COUNTRIES), *COUNTRIES),
    signs_until_at=dates,
    licenses_until_at=dates,
)
every_offer = st.tuples(
    *(
        offers.map(
            lambda offer, c=c: Offered(
                c, offer.axes, offer.media, offer.territory, offer.languages, offer.categories
            )
        )
        for c in COMPONENTS
    )
)
rights = st.builds(
    RightsIn,
    is_listed=st.sampled_from([True] * 9 + [False]),
    offered=every_offer | every_offer | every_offer.map(lambda both: both[:1]),
    authorities=st.lists(authorities, min_size=1, max_size=3) | st.just([]),
)


@st.composite
def takings(draw: st.DrawFn) -> list[Taken]:
    kinds = st.sampled_from([BlockKind.GRANT, BlockKind.GRANT, BlockKind.HOLD, BlockKind.HOLDBACK])
    taken: list[Taken] = []
    for block in draw(st.lists(blocks, max_size=4)):
        kind = draw(kinds)
        lapses_at = day(draw(st.integers(0, 4))) if kind is BlockKind.HOLD else None
        taken += [Taken(kind, part, lapses_at) for part in spell(block)]
    return taken


def is_free(asked: Ask, rights_in: RightsIn, taken: list[Taken], at: datetime) -> bool:
    return not reasons_against(asked, rights_in, taken, at)


@settings(max_examples=200, deadline=None)
@given(asked=bundles | deals, rights_in=rights, taken=takings())
def test_the_reasons_are_those_of_every_single_use(asked: Ask, rights_in: RightsIn, taken: list[Taken]) -> None:
    answer = avails(asked=asked, rights_in=rights_in, taken=taken, at=AT)
    expected = reasons_against(asked, rights_in, taken, AT)
    assert {(reason.code, reason.component) for reason in answer.reasons if reason.is_obstacle} == expected
    assert answer.is_available == (not expected)
    assert {reason.component for reason in answer.reasons} == set(asked.components)
    orders = [(reason.code.order, list(Component).index(reason.component)) for reason in answer.reasons]
    assert orders == sorted(orders)


@settings(max_examples=200, deadline=None)
@given(asked=bundles | deals, rights_in=rights, taken=takings())
def test_every_fix_does_what_it_says(asked: Ask, rights_in: RightsIn, taken: list[Taken]) -> None:
    answer = avails(asked=asked, rights_in=rights_in, taken=taken, at=AT)
    for fix in answer.fixes:
        assert is_free(fix.ask, rights_in, taken, fix.ask_at or AT)
    for reason in answer.reasons:
        if reason.fix is not None:
            left = reasons_against(reason.fix.ask, rights_in, taken, reason.fix.ask_at or AT)
            assert (reason.code, reason.component) not in left


@settings(max_examples=80, deadline=None)
@given(asked=bundles, rights_in=rights, taken=takings())
def test_no_cheaper_single_change_exists(asked: Ask, rights_in: RightsIn, taken: list[Taken]) -> None:
    answer = avails(asked=asked, rights_in=rights_in, taken=taken, at=AT)
    if answer.is_available:
        return
    cheapest: dict[FixKind, Fraction] = {}
    for kind, cost, changed in single_changes(asked, rights_in):
        if cost < cheapest.get(kind, Fraction(99)) and is_free(changed, rights_in, taken, AT):
            cheapest[kind] = cost
    named = {fix.kind: fix.cost for fix in answer.fixes if fix.kind is not FixKind.WAIT}
    assert named == cheapest
    assert [fix.cost for fix in answer.fixes] == sorted(fix.cost for fix in answer.fixes)


@settings(max_examples=80, deadline=None)
@given(asked=bundles, rights_in=rights, taken=takings())
def test_taking_the_advice_again_and_again_ends_well(asked: Ask, rights_in: RightsIn, taken: list[Taken]) -> None:
    """Each reason's own fix may leave other reasons; following one after the other ends in a yes or a dead end."""
    at = AT
    for _ in range(40):
        answer = avails(asked=asked, rights_in=rights_in, taken=taken, at=at)
        advice = [reason.fix for reason in answer.reasons if reason.is_obstacle]
        if answer.is_available or None in advice:
            return
        fix = advice[0]
        assert fix is not None
        asked, at = fix.ask, max(at, fix.ask_at or at)
    raise AssertionError("the advice leads round in circles")
