"""Made-up books: what a licensor has, what is taken, the asker's place in the queue, and what is asked for."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from app.parties.directives.rules import DirectiveBox
from app.parties.rules.authority import Authority, AuthorityGap
from app.parties.rules.mandates import GapCode
from app.rights.rules.ask import Ask, spell
from app.rights.rules.conflicts import OwnHold, Taken
from app.rights.rules.rights_in import Offered, RightsIn
from app.rights.states import BlockKind, MatchMode
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term
from tests.rights.brute_force import COUNTRIES, LEAVES, MEANT_BY_CATEGORY, MEANT_BY_LANGUAGE, day

BOOKS = int(os.environ.get("LIKENESS_PROPERTY_EXAMPLES", "120"))
"""How many books each property looks at."""

AXES = (Axis.SCRIPTED, Axis.REALTIME)
COMPONENTS = (Component.FACE, Component.VOICE)


@dataclass(frozen=True)
class Book:
    rights_in: RightsIn
    taken: list[Taken]
    own: tuple[OwnHold, ...]

    def facts(self) -> dict[str, Any]:
        return {"rights_in": self.rights_in, "taken": self.taken, "own": self.own}


def some(*entries: object) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(entries), min_size=1)


def mostly(usual: frozenset[Any], *entries: object) -> st.SearchStrategy[frozenset[Any]]:
    """Usually all, so that not every book refuses in every dimension at once."""
    return st.just(usual) | st.just(usual) | some(*entries)


def all_or_some(*entries: object) -> st.SearchStrategy[frozenset[Any]]:
    """Empty, which a directive reads as all, or some."""
    return st.just(frozenset()) | some(*entries)


@st.composite
def terms(draw: st.DrawFn, last: int = 6) -> Term:
    start = draw(st.integers(0, last - 1))
    end = draw(st.none() | st.integers(start + 1, last) | st.integers(start + 1, last))
    return Term(day(start), None if end is None else day(end))


DIMENSIONS: dict[str, st.SearchStrategy[Any]] = {
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
searches = st.builds(
    Ask.bundle,
    components=some(*COMPONENTS),
    match=st.sampled_from(MatchMode),
    minimum_days=st.none() | st.integers(1, 5),
    **DIMENSIONS,
)
dates = st.none() | st.none() | st.integers(0, 6).map(day)
authorities = st.builds(
    Authority,
    components=mostly(frozenset(COMPONENTS), *COMPONENTS),
    media=mostly(frozenset(LEAVES), *LEAVES),
    territory=mostly(frozenset(COUNTRIES), *COUNTRIES),
    signs_until_at=dates,
    licenses_until_at=dates,
    holds_exclusively=st.sampled_from([True, True, False]),
)
gaps = st.builds(
    AuthorityGap,
    code=st.sampled_from([GapCode.QUORUM_NOT_MET, GapCode.EXECUTOR_MISSING, GapCode.NO_HOLDER_PROVEN]),
    component=st.sampled_from(COMPONENTS),
    media=some(*LEAVES),
    territory=some(*COUNTRIES),
    sentence=st.just(""),
)
directives = st.builds(
    DirectiveBox,
    id=st.sampled_from(["dir_1", "dir_2"]),
    components=all_or_some(*COMPONENTS),
    axes=all_or_some(*AXES),
    media=all_or_some(*LEAVES),
    categories=st.just(frozenset()) | all_or_some("toys", "food"),
    until_at=dates,
    wording=st.just("Not so."),
)
offers = st.builds(
    Offered,
    component=st.sampled_from(COMPONENTS),
    axes=mostly(frozenset(AXES), *AXES),
    media=mostly(frozenset(LEAVES), *LEAVES),
    territory=mostly(frozenset(COUNTRIES), *COUNTRIES),
    languages=mostly(frozenset({"*"}), *MEANT_BY_LANGUAGE),
    categories=mostly(frozenset({"*"}), *MEANT_BY_CATEGORY),
)
every_offer = st.tuples(*(offers.map(lambda offer, c=c: replace(offer, component=c)) for c in COMPONENTS))
all_rights = RightsIn(
    is_listed=True,
    offered=[
        Offered(c, frozenset(AXES), frozenset(LEAVES), frozenset(COUNTRIES), frozenset("*"), frozenset("*"))
        for c in COMPONENTS
    ],
    authorities=[Authority(frozenset(COMPONENTS), frozenset(LEAVES), frozenset(COUNTRIES))],
)
rights = st.just(all_rights) | st.builds(
    RightsIn,
    is_listed=st.sampled_from([True] * 9 + [False]),
    offered=every_offer | every_offer | every_offer.map(lambda both: both[:1]),
    authorities=st.lists(authorities, min_size=1, max_size=3) | st.just([]),
    gaps=st.lists(gaps, max_size=2),
    directives=st.just([]) | st.just([]) | st.lists(directives, max_size=2),
)
_KINDS = st.sampled_from([BlockKind.GRANT, BlockKind.HOLD, *BlockKind])
ranks = st.tuples(st.integers(-2, 0).map(day), st.sampled_from(["hld_1", "hld_2", "hld_3"]))


@st.composite
def takings(draw: st.DrawFn) -> list[Taken]:
    taken: list[Taken] = []
    for block in draw(st.lists(blocks, max_size=4)):
        kind = draw(_KINDS)
        is_hold = kind is BlockKind.HOLD
        lapses_at = day(draw(st.integers(0, 4))) if is_hold else None
        rank = draw(ranks) if is_hold else None
        taken += [Taken(kind, part, lapses_at, rank) for part in spell(block)]
    return taken


own_holds = st.builds(
    OwnHold, rank=ranks, blocks=deals.map(lambda asked: asked.blocks), lapses_at=st.integers(0, 6).map(day)
)
no_own = st.just(())
books = st.builds(Book, rights_in=rights, taken=takings(), own=no_own | st.tuples(own_holds))
books_without_queue = st.builds(Book, rights_in=rights, taken=takings(), own=no_own)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Some instant of the first days, not only midnight."""
    return day(draw(st.integers(0, 3))) + timedelta(hours=draw(st.sampled_from([0, 0, 5, 23])))


def holds(*, share: int = 1, **arguments: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """A property that holds for every book; of the costly ones a part is looked at."""

    def decorate(check: Callable[..., None]) -> Any:
        return settings(max_examples=max(1, BOOKS // share), deadline=None)(given(**arguments)(check))

    return decorate
