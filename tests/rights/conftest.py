"""A listed package, a studio and a second one."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session

from app.catalog.models import Package
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.storage import LocalAssetStore
from app.values.components import Component
from tests.factories.catalog import make_listed_package
from tests.factories.parties import Estate, make_actor, make_estate


@dataclass(frozen=True)
class Listing:
    """Voice and face of one performer, offered everywhere but in China for games and film trailers."""

    package: Package
    estate: Estate
    studio: Actor


@pytest.fixture
def listing(database: Database, tmp_path: Path) -> Listing:
    store = LocalAssetStore(tmp_path / "assets")
    with database.write() as session:
        return make_listing(session, store)


def make_listing(session: Session, store: LocalAssetStore) -> Listing:
    estate = make_estate(session, store)
    package = make_listed_package(session, store, estate, components=(Component.VOICE, Component.FACE))
    return Listing(package, estate, make_actor(session))


@pytest.fixture
def rival(session: Session) -> Actor:
    return make_actor(session, name="Second Studio")


@pytest.fixture
def third(session: Session) -> Actor:
    return make_actor(session, name="Third Studio")
