"""A license about whose end much is agreed, with one delivered copy, and callers of both sides."""

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.closing import make_closing_license, make_deliveries
from tests.factories.licensing import Callers, Licensed, make_callers


@pytest.fixture
def closing(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        made = make_closing_license(session, services.store)
        make_deliveries(session, made)
        return made


@pytest.fixture
def callers(database: Database, client: FlaskClient, closing: Licensed) -> Callers:
    with database.write() as session:
        return make_callers(session, client, closing)
