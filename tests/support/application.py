"""The app itself, on a test's own database, with a clock the test holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.factory import create_app
from app.identity import service as identity
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.storage import LocalAssetStore
from tests.support.clock import FrozenClock
from tests.support.settings import make_settings


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Hash passwords as cheaply as argon2 can: nearly every test makes a user, and none of them is attacked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


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


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Building routes and their documentation takes as long as many a test, and is the same for all."""
    folder = tmp_path_factory.mktemp("app")
    settings = make_settings(database_url=f"sqlite:///{folder / 'unused.db'}", data_dir=folder)
    return create_app(settings)


@pytest.fixture
def app(_built_once: Flask, services: Services) -> Iterator[Flask]:
    """The app on this test's services: all that requests take from them, they take from `extensions`."""
    configured = dict(_built_once.config)
    _built_once.extensions["likeness"] = services
    yield _built_once
    _built_once.config.clear()
    _built_once.config.update(configured)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
