"""A license with everybody who might call about it; in the end the ledger balances."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.ledger import queries as ledger
from tests.factories.licensing import Callers, Licensed, make_callers, make_license


@pytest.fixture
def agreed() -> dict[str, Any]:
    """What the deal says beside the usual; a module whose licensor ends it at once agrees on no time to cure."""
    return {}


@pytest.fixture
def licensed(database: Database, services: Services, agreed: dict[str, Any]) -> Iterator[Licensed]:
    """Paid for at `tests.support.clock.START`, two weeks before it begins."""
    with database.write() as session:
        made = make_license(session, services.store, **agreed)
    yield made
    with database.read() as session:
        assert not any(ledger.trial_balance(session).values())
        assert ledger.incomplete_entries(session) == []


@pytest.fixture
def callers(database: Database, client: FlaskClient, licensed: Licensed) -> Callers:
    with database.write() as session:
        return make_callers(session, client, licensed)
