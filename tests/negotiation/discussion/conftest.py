"""Talks that are open, with people on both sides."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation.models import Negotiation
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import Sides, make_request, make_sides
from tests.factories.parties import make_actor, make_administrator


@dataclass(frozen=True)
class Talks:
    """A request that the studio sent to the estate."""

    sides: Sides
    row: Negotiation

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def studio(self) -> Actor:
        return self.sides.studio

    @property
    def estate(self) -> Actor:
        return self.sides.licensor

    @property
    def path(self) -> str:
        return f"/v1/negotiations/{self.id}"


@dataclass(frozen=True)
class Callers:
    estate: Caller
    studio: Caller
    rival: Caller
    administrator: Caller
    other_administrator: Caller


@pytest.fixture
def talks(database: Database, services: Services) -> Talks:
    with database.write() as session:
        sides = make_sides(session, services.store)
        return Talks(sides, make_request(session, sides))


@pytest.fixture
def callers(database: Database, client: FlaskClient, talks: Talks) -> Callers:
    with database.write() as session:
        return Callers(
            estate=caller_for(session, client, talks.estate),
            studio=caller_for(session, client, talks.studio),
            rival=caller_for(session, client, make_actor(session, name="Rival Games")),
            administrator=caller_for(session, client, make_administrator(session)),
            other_administrator=caller_for(session, client, make_administrator(session)),
        )
