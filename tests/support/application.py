"""The app itself, on a test's own database, with a clock the test holds."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_app
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.storage import LocalAssetStore
from tests.support.clock import FrozenClock
from tests.support.settings import make_settings


@pytest.fixture
def clock() -> FrozenClock:
    """Business time: stands at `tests.support.clock.START` until moved."""
    return FrozenClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return make_settings(database_url=database_url, data_dir=tmp_path)


@pytest.fixture
def services(settings: Settings, database: Database, clock: FrozenClock) -> Services:
    store = LocalAssetStore(settings.asset_dir)
    return Services(settings=settings, database=database, clock=clock, store=store)


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services=services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
