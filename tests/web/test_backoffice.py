"""Reviews and the demo clock."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.catalog import service as catalog
from app.catalog.models import Package
from app.config import Settings
from app.factory import build_services, create_app
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.catalog import make_package
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import make_actor, make_administrator, make_estate
from tests.support.clock import START
from tests.support.settings import make_settings
from tests.web.conftest import Visiting
from tests.web.person import Person, visit

THEN = "2040-01-01T00:00:00Z"


@pytest.fixture
def submitted(database: Database, services: Services) -> Package:
    with database.write() as session:
        estate = make_estate(session, services.store)
        package = make_package(session, services.store, estate)
        return catalog.submit_package(session=session, actor=estate.actor, at=START, package_id=package.id)


@pytest.mark.parametrize(("decision", "is_listed"), [("approved", True), ("rejected", False)])
def test_a_review_is_decided_with_a_reason(
    visiting: Visiting, administrator: Actor, submitted: Package, guest: Person, decision: str, is_listed: bool
) -> None:
    office = visiting(administrator)
    assert submitted.title in office.read("/")
    address = f"/reviews/{submitted.id}"
    page = office.get(address)
    for text in ("letters.pdf", "takes.wav", "Worldwide, except China", "Letters seen and checked"):
        assert text in page.text
    token = {name: office_form[0] for name, office_form in _hidden(page.text).items()}
    data = token | {"decision": decision, "reason": ""}
    assert office.client.post(address, data=data, headers={"Accept": "text/html"}).status_code == 422
    answer = office.client.post(
        address, data=token | {"decision": decision, "reason": "Seen."}, headers={"Accept": "text/html"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reviews")
    assert "Nothing waits for you" in office.read("/reviews")
    assert "Seen." in office.read("/reviews?state=decided")
    assert (submitted.title in guest.read("/catalog")) is is_listed


def _hidden(text: str) -> dict[str, list[str]]:
    found = {}
    for name in ("csrf_token", "_idempotency_key"):
        found[name] = [text.split(f'name="{name}" value="')[-1].split('"', 1)[0]]
    return found


def test_the_clock_stands_still_outside_a_demonstration(
    visiting: Visiting, administrator: Actor, database: Database, app: Flask
) -> None:
    office = visiting(administrator)
    assert office.get("/clock").status_code == 404
    assert "Demo clock" not in office.read("/catalog")
    with database.write() as session:
        caller = caller_for(session, app.test_client(), administrator)
    assert caller.get("/v1/demo/clock").status_code == 404
    assert caller.post("/v1/demo/clock", json={"move_to": THEN}).status_code == 404


@pytest.fixture
def demo_settings(database_url: str, settings: Settings) -> Settings:
    return make_settings(database_url=database_url, data_dir=settings.data_dir, DEMO="1")


@pytest.fixture
def demo(demo_settings: Settings) -> Iterator[Flask]:
    services = build_services(demo_settings)
    yield create_app(services=services)
    services.database.close()


@pytest.fixture
def operator(demo: Flask, database: Database, administrator: Actor) -> Caller:
    with database.write() as session:
        return caller_for(session, demo.test_client(), administrator)


def test_the_demo_clock_moves_forward_only(operator: Caller) -> None:
    before = operator.get("/v1/demo/clock").json["now"]
    moved = operator.post("/v1/demo/clock", json={"move_to": THEN})
    assert moved.json == {"now": THEN}
    assert operator.get("/v1/demo/clock").json["now"].startswith("2040-01-01T00:00:0")
    back = operator.post("/v1/demo/clock", json={"move_to": before})
    assert (back.status_code, back.json["code"]) == (409, "clock_cannot_move")


def test_only_administrators_move_it(demo: Flask, database: Database) -> None:
    with database.write() as session:
        studio = make_actor(session)
        caller = caller_for(session, demo.test_client(), studio)
    assert caller.post("/v1/demo/clock", json={"move_to": THEN}).status_code == 403
    assert caller.get("/v1/demo/clock").status_code == 403
    with database.read() as session:
        assert visit(demo, session, studio).get("/clock").status_code == 404


def test_the_clock_page_moves_it_and_every_page_shows_it(demo: Flask, database: Database) -> None:
    with database.write() as session:
        administrator = make_administrator(session)
    with database.read() as session:
        office = visit(demo, session, administrator)
    assert office.done(office.get("/clock"), "/clock", move_to="2040-01-01T00:00") == "/clock"
    assert "<strong>Demo clock</strong>" in office.read("/catalog")
    assert "1 Jan 2040, 00:0" in office.read("/catalog")
    refused = office.send(office.get("/clock"), "/clock", move_to="2020-01-01T00:00")
    assert refused.status_code == 409
    assert "only moves forward" in refused.text
    assert office.send(office.get("/clock"), "/clock", move_to="soon").status_code == 422


def test_moving_the_clock_signs_nobody_out(demo: Flask, database: Database, operator: Caller) -> None:
    with database.write() as session:
        studio = make_actor(session)
    with database.read() as session:
        person = visit(demo, session, studio)
    operator.post("/v1/demo/clock", json={"move_to": THEN})
    assert "Sign out" in person.read("/")
    assert datetime.now(UTC).year < 2040
