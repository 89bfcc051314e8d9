"""What a deal rests on: authorities that add up to the rights, and how far they reach. Held against every cell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.negotiation.rules.authority import Basis, basis_of
from app.negotiation.rules.signing import judge_reach
from app.negotiation.rules.verdict import MoveCode
from app.parties.rules.authority import Authority
from app.values.components import Component
from app.values.rights_block import RightsBlock
from app.values.term import Term
from tests.factories.rights import make_block

AT = datetime(2026, 6, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LEAVES = ("film.trailer", "game.trailer", "vr.social_world")
COUNTRIES = ("DE", "JP", "US")
INSTANTS = [AT + timedelta(days=days) for days in (-1, 0, 1, 2)]


def subsets(words: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(words), min_size=1)


AUTHORITIES = st.lists(
    st.builds(
        Authority,
        components=st.frozensets(st.sampled_from([Component.FACE, Component.VOICE]), min_size=1),
        media=subsets(LEAVES),
        territory=subsets(COUNTRIES),
        signs_until_at=st.none() | st.sampled_from(INSTANTS),
        licenses_until_at=st.none() | st.sampled_from(INSTANTS),
        representation_ids=st.sampled_from([("rep_1",), ("rep_2",), ("rep_2", "rep_3")]),
    ),
    max_size=5,
)
BLOCKS = st.lists(
    st.builds(
        make_block,
        component=st.sampled_from([Component.FACE, Component.VOICE]),
        media=subsets(LEAVES),
        territory=subsets(COUNTRIES),
    ),
    min_size=1,
    max_size=3,
)


def reach_of(cell: tuple[Component, str, str], authorities: list[Authority]) -> datetime | None:
    """Return until when one cell can be licensed if signed now; the beginning of time if it cannot."""
    component, leaf, country = cell
    ends = [
        found.licenses_until_at or datetime.max.replace(tzinfo=UTC)
        for found in authorities
        if component in found.components and leaf in found.media and country in found.territory
        if found.signs_until_at is None or found.signs_until_at > AT
    ]
    return max(ends, default=None)


@given(AUTHORITIES, BLOCKS)
def test_every_cell_is_covered_until_the_end_of_the_basis(
    authorities: list[Authority], blocks: list[RightsBlock]
) -> None:
    cells = {(b.component, leaf, code) for b in blocks for leaf in b.media for code in b.territory}
    reaches = [reach_of(cell, authorities) for cell in cells]
    basis = basis_of(blocks, authorities, at=AT)
    if None in reaches:
        assert basis is None
        return
    assert basis is not None
    shortest = min(reach for reach in reaches if reach is not None)
    assert (basis.ends_at or datetime.max.replace(tzinfo=UTC)) == shortest
    known = {id_ for authority in authorities for id_ in authority.representation_ids}
    assert basis.representation_ids
    assert set(basis.representation_ids) <= known
    resting = [a for a in authorities if set(a.representation_ids) <= set(basis.representation_ids)]
    assert basis_of(blocks, resting, at=AT) is not None


def test_authority_to_sign_ends_at_its_instant() -> None:
    block = make_block()
    authority = Authority(
        frozenset({block.component}), block.media, block.territory, signs_until_at=AT, representation_ids=("rep_1",)
    )
    assert basis_of([block], [authority], at=AT - TICK) == Basis(None, ("rep_1",))
    assert basis_of([block], [authority], at=AT) is None


def test_what_is_no_part_of_the_deal_is_no_part_of_its_basis() -> None:
    block = make_block(territory=frozenset({"DE"}))
    here = Authority(frozenset({block.component}), block.media, frozenset({"DE"}), representation_ids=("rep_1",))
    there = replace(here, territory=frozenset({"JP"}), representation_ids=("rep_2",))
    assert basis_of([block], [here, there], at=AT) == Basis(None, ("rep_1",))


def test_a_license_may_end_with_the_authority_but_not_after_it() -> None:
    term = Term(AT, AT + timedelta(days=30))
    assert term.ends_at is not None
    assert judge_reach(Basis(None, ("rep_1",)), term=term).is_allowed
    assert judge_reach(Basis(term.ends_at, ("rep_1",)), term=term).is_allowed
    assert judge_reach(Basis(term.ends_at - TICK, ("rep_1",)), term=term).code is MoveCode.AUTHORITY_ENDS_EARLIER
    endless = judge_reach(Basis(term.ends_at, ("rep_1",)), term=Term(AT, None))
    assert endless.code is MoveCode.AUTHORITY_ENDS_EARLIER
