"""One block, one question: what the index drops, dimension by dimension."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from app.catalog.models import Package
from app.infrastructure.storage import LocalAssetStore
from app.rights.rules.ask import Ask
from app.rights.search.prefilter import EVERY_PACKAGE, promising
from app.rights.states import MatchMode
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.media import ROOTS, expand
from app.values.term import Term
from tests.factories.catalog import make_listed_package
from tests.factories.parties import make_actor, make_estate
from tests.factories.rights import YEAR, grant, make_block

WANTED: dict[str, Any] = {
    "axes": frozenset({Axis.SCRIPTED}),
    "media": frozenset({"brand_ambassador.digital_ad"}),
    "territory": frozenset({"DE"}),
    "languages": frozenset({"en"}),
    "categories": frozenset({"toys"}),
    "term": YEAR,
}
TAKEN = WANTED | {"languages": frozenset({"*"}), "exclusivity": Exclusivity.EXCLUSIVE}
NEXT_YEAR = Term.of_days(date(2028, 1, 1), date(2028, 12, 31), "UTC")
BOTH_YEARS = Term.of_days(date(2027, 1, 1), date(2028, 12, 31), "UTC")
BEFORE_AND_HALF = Term.of_days(date(2026, 7, 1), date(2027, 6, 30), "UTC")


@pytest.fixture
def package(session: Session, tmp_path: Path) -> Package:
    store = LocalAssetStore(tmp_path / "assets")
    estate = make_estate(session, store)
    return make_listed_package(session, store, estate, media=expand(ROOTS), components=tuple(Component))


def is_promising(session: Session, package: Package, **changes: Any) -> bool:
    usual = {"components": [Component.VOICE], "exclusivity": Exclusivity.NON_EXCLUSIVE}
    asked = Ask.bundle(**(usual | WANTED | changes))
    return package.id in session.execute(promising(asked, EVERY_PACKAGE)).scalars().all()


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"component": Component.FACE},
        {"axes": frozenset({Axis.REALTIME})},
        {"media": frozenset({"brand_ambassador.social_post"})},
        {"territory": frozenset({"FR"})},
        {"languages": frozenset({"ja"})},
        {"categories": frozenset({"food"})},
        {"term": NEXT_YEAR},
        {"exclusivity": Exclusivity.NON_EXCLUSIVE},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_block_that_is_apart_in_one_dimension_leaves_the_package(
    session: Session, package: Package, elsewhere: dict[str, Any]
) -> None:
    grant(session, make_actor(session), package.id, make_block(**(TAKEN | elsewhere)))
    assert is_promising(session, package)


def test_a_block_that_meets_in_every_dimension_drops_it(session: Session, package: Package) -> None:
    assert is_promising(session, package)
    grant(session, make_actor(session), package.id, make_block(**TAKEN))
    assert not is_promising(session, package)


@pytest.mark.parametrize("manner", list(Exclusivity))
def test_who_wants_a_right_alone_is_kept_out_by_whoever_shares_it(
    session: Session, package: Package, manner: Exclusivity
) -> None:
    grant(
        session, make_actor(session), package.id, make_block(**(TAKEN | {"exclusivity": Exclusivity.NON_EXCLUSIVE}))
    )
    assert is_promising(session, package, exclusivity=manner) != manner.is_exclusive


@pytest.mark.parametrize("mode", list(MatchMode))
def test_a_term_that_is_to_be_met_is_lost_when_all_of_it_is_taken(
    session: Session, package: Package, mode: MatchMode
) -> None:
    grant(session, make_actor(session), package.id, make_block(**TAKEN))
    assert not is_promising(session, package, match=mode)
    for partly in (BOTH_YEARS, BEFORE_AND_HALF, Term(datetime(2027, 3, 1, tzinfo=UTC), None)):
        assert is_promising(session, package, match=mode, term=partly) == (mode is not MatchMode.COVER)
    assert is_promising(session, package, match=mode, term=NEXT_YEAR)


@pytest.mark.parametrize(
    "too_much",
    [
        {"axes": frozenset({Axis.SCRIPTED, Axis.TRAINING})},
        {"territory": frozenset({"DE", "CN"})},
        {"languages": frozenset({"*"})},
        {"categories": frozenset({"*"})},
        {"categories": frozenset({"toys", "food"})},
    ],
    ids=["axes", "territory", "every language", "every category", "categories"],
)
def test_what_is_not_offered_is_dropped(session: Session, tmp_path: Path, too_much: dict[str, Any]) -> None:
    store = LocalAssetStore(tmp_path / "assets")
    offer = {"media": expand(ROOTS), "languages": ["en"], "categories": ["toys"]}
    package = make_listed_package(session, store, make_estate(session, store), **offer)
    assert is_promising(session, package)
    assert not is_promising(session, package, **too_much)
    assert not is_promising(session, package, components=[Component.VOICE, Component.FACE])
