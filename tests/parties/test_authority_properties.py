"""The division of the space against the cell-by-cell answer, over random books of authority."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from app.parties.rules.authority import Consent, Resolution, resolve
from app.parties.rules.mandates import GapCode, Mandate
from app.parties.states import Capacity, QuorumKind, RepresentationStatus
from app.values.components import Component
from app.values.media import ROOTS, expand
from app.values.territory import world
from tests.parties.brute_force import Book, Cell, answer, day, licenses_until, signs_until

EXAMPLES = int(os.environ.get("LIKENESS_PROPERTY_EXAMPLES", "100"))
COMPONENTS = (Component.FACE, Component.VOICE)
LEAVES = ("game.trailer", "film.trailer")
COUNTRIES = ("DE", "JP")
ELSEWHERE = ("vr.social_world", "BR")
"""A medium and a country that no mandate names by itself, only together with everything."""
PARTIES = ("pty_a", "pty_b", "pty_c")
OWNERS = (Capacity.PERFORMER, Capacity.EXECUTOR, Capacity.HEIR, Capacity.HEIR)
AT = day(5)
_UNPROVEN = (RepresentationStatus.PENDING, RepresentationStatus.FAILED)

SPLITS = ((10_000,), (5_000, 5_000), (5_000, 4_999), (5_000, 3_000, 2_000), (4_000, 3_000), (6_000, 0, 4_000))
"""How the right is split among its owners; where parts are missing, nobody is proven to hold them."""

instants = st.sampled_from((None, None, None, day(4), day(6), day(7), day(8)))


def sets(some: tuple[str, ...], everything: frozenset[str]) -> st.SearchStrategy[frozenset[str]]:
    every = st.just(everything)
    return every | every | every | st.frozensets(st.sampled_from(some), min_size=1)


@st.composite
def mandates_of(draw: st.DrawFn, number: int, **fixed: Any) -> Mandate:
    return Mandate(
        id=f"rep_{number}",
        holder_party_id=draw(st.sampled_from(PARTIES)),
        components=draw(st.sampled_from((frozenset(COMPONENTS),) * 3 + (frozenset({Component.VOICE}),))),
        media=draw(sets(LEAVES, expand(ROOTS))),
        territory=draw(sets(COUNTRIES, world())),
        status=draw(st.sampled_from((RepresentationStatus.VERIFIED,) * 12 + _UNPROVEN)),
        may_delegate=draw(st.sampled_from((True,) * 7 + (False,))),
        begins_at=draw(st.sampled_from((None,) * 6 + (day(5), day(6)))),
        signs_until_at=draw(instants),
        licenses_until_at=draw(instants),
        **fixed,
    )


@st.composite
def books(draw: st.DrawFn) -> Book:
    mandates: list[Mandate] = []
    for share in draw(st.sampled_from(SPLITS)):
        capacity = draw(st.sampled_from(OWNERS)) if share else Capacity.EXECUTOR
        mandates.append(draw(mandates_of(len(mandates), capacity=capacity, share_bps=share)))
    for _ in range(draw(st.integers(0, 4))):
        capacity = draw(st.sampled_from((Capacity.AGENT, Capacity.AGENT, Capacity.ATTORNEY)))
        above, is_exclusive = draw(st.sampled_from(mandates[:2] * 3 + mandates)), draw(st.booleans())
        mandates.append(
            draw(mandates_of(len(mandates), capacity=capacity, principal_id=above.id, is_exclusive=is_exclusive))
        )
    consents = draw(st.lists(st.tuples(st.sampled_from(mandates), st.sampled_from(PARTIES)), max_size=4))
    general = draw(st.sampled_from((None, *QuorumKind)))
    own: dict[Component | None, QuorumKind] = draw(
        st.dictionaries(st.sampled_from(COMPONENTS), st.sampled_from(QuorumKind), max_size=1)
    )
    return Book(
        licensor=draw(st.sampled_from(PARTIES[:2])),
        mandates=mandates,
        quorum=own if general is None else {**own, None: general},
        consents=[Consent(m.id, to) for m, to in consents if not m.capacity.is_delegated],
        died_at=draw(st.sampled_from((None, None, None, day(3)))),
        at=AT,
    )


MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def resolution_of(book: Book) -> Resolution:
    return resolve(
        licensor_party_id=book.licensor,
        mandates=book.mandates,
        quorum=book.quorum,
        consents=book.consents,
        died_at=book.died_at,
        at=book.at,
    )


def cells() -> Iterator[Cell]:
    yield from product(COMPONENTS, (*LEAVES, ELSEWHERE[0]), (*COUNTRIES, ELSEWHERE[1]))


def at_cell(resolution: Resolution, cell: Cell) -> Resolution:
    component, leaf, country = cell
    return resolution.within(components={component}, media={leaf}, territory={country})


@MANY
@given(book=books())
def test_every_cell_is_licensed_or_lacking_as_the_definitions_say(book: Book) -> None:
    resolution = resolution_of(book)
    for cell in cells():
        here = at_cell(resolution, cell)
        expected = answer(book, cell, book.in_force(cell))
        assert bool(here.authorities) == expected.may_license, cell
        assert bool(here.gaps) != expected.may_license, cell
        assert len(here.authorities) <= 2
        if expected.may_license:
            continue
        shared = [gap for gap in here.gaps if gap.code in {GapCode.QUORUM_NOT_MET, GapCode.EXECUTOR_MISSING}]
        assert bool(shared) == expected.has_chain, cell
        if shared and shared[0].code is GapCode.QUORUM_NOT_MET:
            assert shared[0].missing_share_bps == expected.missing_share_bps


@MANY
@given(book=books())
def test_dates_are_what_the_quorum_can_still_reach(book: Book) -> None:
    resolution = resolution_of(book)
    for cell in cells():
        here = at_cell(resolution, cell).authorities
        if here:
            longest = (_latest(a.signs_until_at for a in here), _latest(a.licenses_until_at for a in here))
            assert longest == (signs_until(book, cell, alone=False), licenses_until(book, cell, alone=False)), cell


@MANY
@given(book=books())
def test_what_is_held_exclusively_nobody_else_can_license(book: Book) -> None:
    resolution = resolution_of(book)
    for cell in cells():
        exclusive = [a for a in at_cell(resolution, cell).authorities if a.holds_exclusively]
        assert bool(exclusive) == answer(book, cell, book.in_force(cell), alone=True).may_license, cell
        for part in exclusive:
            until = (part.signs_until_at, part.licenses_until_at)
            assert until == (signs_until(book, cell, alone=True), licenses_until(book, cell, alone=True)), cell


@MANY
@given(book=books())
def test_taking_away_what_an_authority_rests_on_takes_it_away(book: Book) -> None:
    """Without the representations that it names, the licensor can license nothing of it."""
    for part in resolution_of(book).authorities:
        assert part.may_sign(book.at)
        assert set(part.representation_ids) <= {m.id for m in book.mandates if m.status.is_authority}
        if part.holds_exclusively:
            continue
        without = replace(book, mandates=[m for m in book.mandates if m.id not in part.representation_ids])
        left = resolution_of(without).within(components=part.components, media=part.media, territory=part.territory)
        assert left.authorities == ()


def _latest(ends: Iterator[datetime | None]) -> datetime | None:
    known = list(ends)
    return None if None in known else max(end for end in known if end is not None)
