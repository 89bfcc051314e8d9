"""The index pictures what is listed and what is taken, at every moment, and its bits never move."""

import hashlib
import importlib.util
import json
from datetime import timedelta
from importlib.resources import files
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlmodel import Session, col, select

from app.catalog import service as catalog
from app.catalog.queries import component_of
from app.infrastructure.db import migrations
from app.infrastructure.db.database import Database
from app.rights import service
from app.rights.index.masks import TERRITORY_COLUMNS, WORD, masks_of
from app.rights.index.models import BlockIndex, OfferIndex
from app.rights.index.service import block_rows, exclusivity_bit
from app.rights.models import RightsBlockRow
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.media import MEDIA
from app.values.product_categories import PRODUCT_CATEGORIES
from app.values.territory import world
from tests.factories.parties import make_actor
from tests.factories.rights import exclusive_block, grant, hold, make_block
from tests.rights.catalogs import Chance, fill
from tests.rights.conftest import Listing
from tests.support.clock import START

BITS: dict[str, list[str]] = json.loads(files("app.rights.index").joinpath("data/bits.json").read_text())
KNOWN: dict[str, set[str]] = {
    "axes": set(Axis),
    "media": {medium.code for medium in MEDIA.values() if medium.is_leaf},
    "categories": set(PRODUCT_CATEGORIES),
    "territory": set(world()),
}
FROZEN = {
    "axes": (5, "322969245017"),
    "media": (17, "21d7e7f68f50"),
    "categories": (25, "92867bad64bb"),
    "territory": (249, "e1c950d24ceb"),
}
"""How many codes have had bits, and a hash of them in their order."""


def digest(codes: list[str]) -> str:
    return hashlib.sha256(" ".join(codes).encode()).hexdigest()[:12]


def indexed(session: Session) -> list[dict[str, Any]]:
    rows = session.execute(sa.select(BlockIndex.__table__).order_by(col(BlockIndex.block_id)))  # type: ignore[attr-defined]
    return [dict(row) for row in rows.mappings()]


def expected(session: Session) -> list[dict[str, Any]]:
    return block_rows(session.exec(select(RightsBlockRow).order_by(col(RightsBlockRow.id))).all())


def offers(session: Session) -> dict[Component, dict[str, Any]]:
    rows = session.execute(sa.select(OfferIndex.__table__)).mappings()  # type: ignore[attr-defined]
    return {row["component"]: dict(row) for row in rows}


def test_every_code_has_a_bit_of_its_own() -> None:
    """A code without one is no error, only slow: the rules must look at every package that has it."""
    for dimension, codes in KNOWN.items():
        assert set(BITS[dimension]) >= codes
        assert len(set(BITS[dimension])) == len(BITS[dimension])
        assert len(BITS[dimension]) <= WORD * (len(TERRITORY_COLUMNS) if dimension == "territory" else 1)


def test_bits_never_move() -> None:
    """Rows are stored by them. Add new codes at the end of `bits.json`."""
    assert {name: (count, digest(BITS[name][:count])) for name, (count, _) in FROZEN.items()} == FROZEN


def test_sets_as_masks() -> None:
    none = masks_of(axes=[], media=["film.hologram"], territory=["XK"], languages=["en"], categories=["mining"])
    assert set(none.columns.values()) == {0}
    every = masks_of(axes=BITS["axes"], media=BITS["media"], territory=world(), languages=["*"], categories=["*"])
    assert (every.axes.bit_count(), every.media.bit_count()) == (5, 17)
    assert sum(word.bit_count() for word in every.territory) == len(world())
    assert every.categories.bit_count() == WORD
    assert every.all_languages
    for code in world():
        one = masks_of(axes=[], media=[], territory=[code], languages=["en"], categories=[])
        assert sum(word.bit_count() for word in one.territory) == 1
        assert all(word < 1 << WORD for word in one.territory)


def test_a_component_is_pictured_while_its_package_is_listed(session: Session, listing: Listing) -> None:
    found = offers(session)
    assert found.keys() == {Component.VOICE, Component.FACE}
    voice = found[Component.VOICE]
    row = component_of(session, listing.package.id, Component.VOICE)
    assert row is not None
    masks = masks_of(
        axes=row.axes,
        media=row.media,
        territory=row.territory_codes,
        languages=row.languages,
        categories=row.categories,
    )
    assert masks.columns.items() <= voice.items()
    assert (voice["package_id"], voice["performer_id"]) == (listing.package.id, listing.package.performer_id)
    catalog.withdraw_package(
        session=session, actor=listing.estate.actor, at=START, package_id=listing.package.id, reason="Over."
    )
    assert offers(session) == {}


def test_what_is_taken_is_pictured_until_it_is_given_back(session: Session, listing: Listing) -> None:
    package_id, studio = listing.package.id, listing.studio
    first = grant(session, studio, package_id, make_block(), make_block(component=Component.FACE))
    assert len(indexed(session)) == 2
    assert indexed(session) == expected(session)
    hold(session, studio, package_id, exclusive_block(territory=frozenset({"BR"})))
    assert len(indexed(session)) == 2
    service.release(session=session, at=START + timedelta(days=1), reference=first)
    assert indexed(session) == expected(session) == []


def test_manners_that_a_grant_keeps_out(session: Session, listing: Listing) -> None:
    shared, exclusive = make_block(territory=frozenset({"DE"})), exclusive_block(territory=frozenset({"JP"}))
    grant(session, listing.studio, listing.package.id, shared)
    grant(session, listing.studio, listing.package.id, exclusive)
    manners = {Exclusivity.NON_EXCLUSIVE, Exclusivity.SOLE, Exclusivity.EXCLUSIVE}
    found = [{each for each in manners if row["keeps_out"] & exclusivity_bit(each)} for row in indexed(session)]
    assert found == [{Exclusivity.SOLE, Exclusivity.EXCLUSIVE}, manners]


def test_migrating_pictures_what_is_there(database: Database) -> None:
    with database.write() as session:
        fill(session, Chance(3), make_actor(session), packages=25, since=START)
        session.execute(sa.delete(BlockIndex).where(col(BlockIndex.block_id).in_(other_kinds())))
    with database.write() as session:
        before = (indexed(session), offers_by_id(session))
        assert all(before)
        session.execute(sa.delete(RightsBlockRow).where(col(RightsBlockRow.id).in_(other_kinds())))
        session.execute(sa.delete(BlockIndex))
        session.execute(sa.delete(OfferIndex))
        migration = fill_of_the_index()
        with Operations.context(MigrationContext.configure(session.connection())):
            migration.upgrade()
        assert (indexed(session), offers_by_id(session)) == before


def other_kinds() -> Any:
    """Blocks of kinds that did not exist before there was an index."""
    return sa.select(col(RightsBlockRow.id)).where(col(RightsBlockRow.kind).in_(("opt_out", "own_use")))


def offers_by_id(session: Session) -> list[dict[str, Any]]:
    rows = session.execute(sa.select(OfferIndex.__table__).order_by(col(OfferIndex.component_id)))  # type: ignore[attr-defined]
    return [dict(row) for row in rows.mappings()]


def fill_of_the_index() -> ModuleType:
    path = migrations.folder() / "versions" / "0019_fill_search_index.py"
    spec = importlib.util.spec_from_file_location("fill_search_index", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.BATCH = 7  # type: ignore[attr-defined]
    return module
