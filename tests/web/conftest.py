"""The people who look at the pages."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.negotiation import Sides, make_sides
from tests.factories.parties import make_actor, make_administrator
from tests.web.person import Person, visit

Visiting = Callable[[Actor], Person]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages ask nothing of a database that services and queries do not; those are tested on both engines."""
    return sqlite_url


@pytest.fixture
def guest(app: Flask) -> Person:
    return Person(app)


@pytest.fixture
def visiting(app: Flask, database: Database) -> Visiting:
    """Sign somebody in."""

    def sign_in(actor: Actor) -> Person:
        with database.read() as session:
            return visit(app, session, actor)

    return sign_in


@pytest.fixture
def sides(database: Database, services: Services) -> Sides:
    """An estate with a listed package, and a studio with a production."""
    with database.write() as session:
        return make_sides(session, services.store)


@pytest.fixture
def administrator(database: Database) -> Actor:
    with database.write() as session:
        return make_administrator(session)


@pytest.fixture
def stranger(database: Database) -> Actor:
    with database.write() as session:
        return make_actor(session, name="Passing Clouds")
