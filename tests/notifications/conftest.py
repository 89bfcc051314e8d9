"""A license, and somebody who receives what is sent about it."""

from collections.abc import Iterator

import pytest

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.licensing import (
    Licensed,
    make_license,
)
from tests.notifications.hook_receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def licensed(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_license(session, services.store)
