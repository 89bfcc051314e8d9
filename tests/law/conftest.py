"""A performer with an estate, as services and routes see them."""

from pathlib import Path

import pytest
from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.storage import LocalAssetStore
from tests.factories.parties import Estate, make_administrator, make_estate


@pytest.fixture
def store(tmp_path: Path) -> LocalAssetStore:
    return LocalAssetStore(tmp_path / "assets")


@pytest.fixture
def estate(session: Session, store: LocalAssetStore) -> Estate:
    return make_estate(session, store)


@pytest.fixture
def administrator(session: Session) -> Actor:
    return make_administrator(session)
