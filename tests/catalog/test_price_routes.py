"""The indicative price over HTTP: it only asks, says what it reckons with, and names the field that is wrong."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalog.models import Package
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.catalog import make_listed_package
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import make_actor, make_estate
from tests.support.databases import on_sqlite

WANTED: dict[str, Any] = {
    "components": ["voice"],
    "axes": ["scripted"],
    "media": ["game.scripted_performance"],
    "first_day": "2027-01-01",
    "last_day": "2027-12-31",
}


@pytest.fixture
def package(database: Database, services: Services) -> Package:
    with database.write() as session:
        return make_listed_package(session, services.store, make_estate(session, services.store))


@pytest.fixture
def studio(database: Database, client: FlaskClient) -> Caller:
    with database.write() as session:
        return caller_for(session, client, make_actor(session))


def test_a_studio_asks_what_a_use_may_cost(studio: Caller, package: Package) -> None:
    path = f"/v1/packages/{package.id}/indicative-price"
    body = WANTED | {"exclusivity": "exclusive", "territory": "+WORLD -CN", "media": ["game.scripted_performance"]}
    answer = studio.call("POST", path, json=body, headers={"Idempotency-Key": ""}).get_json()
    [line] = answer["lines"]
    assert (line["preset"], line["card_fee_minor"], line["months"]) == ("game_scripted_character", 1_250_000, 36)
    assert answer["fees"] == [{"amount_minor": 416_667, "currency": "USD"}]
    assert (answer["royalty_bps"], answer["is_complete"], answer["unpriced"]) == (250, True, [])
    assert [note["code"] for note in answer["notes"]] == ["EXCLUSIVITY_NOT_PRICED", "TERRITORY_NOT_PRICED"]
    assert "$12,500.00 for 36 months; for 12 months $4,166.67" in line["sentence"]


def test_what_has_no_price_is_listed(studio: Caller, package: Package) -> None:
    answer = studio.post(
        f"/v1/packages/{package.id}/indicative-price", json=WANTED | {"axes": ["training"]}
    ).get_json()
    assert (answer["lines"], answer["fees"], answer["royalty_bps"]) == ([], [], None)
    assert answer["unpriced"] == [{"component": "voice", "axis": "training", "medium": "game.scripted_performance"}]


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"media": ["radio"]}, "/media"),
        ({"components": []}, "/components"),
        ({"last_day": "2026-12-31"}, "/last_day"),
        ({"last_day": "9999-12-31"}, "/last_day"),
        ({"preset": "opera"}, "/preset"),
        ({"months": 3}, "/months"),
    ],
)
def test_a_refusal_names_the_field(studio: Caller, package: Package, change: dict[str, Any], pointer: str) -> None:
    answer = studio.post(f"/v1/packages/{package.id}/indicative-price", json=WANTED | change)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
