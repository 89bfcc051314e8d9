"""Reviews over HTTP."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from app.catalog import service as catalog
from app.catalog.models import Package
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.catalog import make_package
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import make_actor, make_administrator, make_estate
from tests.support.clock import START


@dataclass(frozen=True)
class World:
    package: Package
    owner: Caller
    stranger: Caller
    administrator: Caller


@pytest.fixture
def world(database: Database, services: Services, client: FlaskClient) -> World:
    with database.write() as session:
        estate = make_estate(session, services.store)
        package = make_package(session, services.store, estate)
        catalog.submit_package(session=session, actor=estate.actor, at=START, package_id=package.id)
        return World(
            package=package,
            owner=caller_for(session, client, estate.actor),
            stranger=caller_for(session, client, make_actor(session)),
            administrator=caller_for(session, client, make_administrator(session)),
        )


def test_a_rejection_reaches_the_licensor_with_its_reason(world: World) -> None:
    path = f"/v1/packages/{world.package.id}"
    body = {"decision": "rejected", "reason": "The previews show somebody else."}
    assert world.administrator.post(f"{path}/review-decision", json=body).get_json()["decision"] == "rejected"
    assert world.owner.get(path).get_json()["status"] == "rejected"
    [review] = world.owner.get("/v1/listing-reviews?state=decided").get_json()["items"]
    assert (review["reason"], review["package_title"]) == (body["reason"], world.package.title)
    assert world.stranger.get("/v1/listing-reviews").get_json()["items"] == []
    assert world.administrator.get("/v1/listing-reviews?state=open").get_json()["items"] == []
    again = world.administrator.post(f"{path}/review-decision", json=body)
    assert (again.status_code, again.get_json()["code"]) == (409, "no_open_review")


def test_only_an_administrator_decides(world: World) -> None:
    body = {"decision": "approved", "reason": "Ours."}
    for caller in (world.owner, world.stranger):
        answer = caller.post(f"/v1/packages/{world.package.id}/review-decision", json=body)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert world.stranger.get(f"/v1/packages/{world.package.id}").status_code == 404


def test_a_decision_repeated_with_its_key_is_answered_again(world: World) -> None:
    path = f"/v1/packages/{world.package.id}/review-decision"
    body = {"decision": "approved", "reason": "In order."}
    answers = [world.administrator.post(path, json=body, headers={"Idempotency-Key": "decide"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].get_json() == answers[1].get_json()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"decision": "obsolete", "reason": "x"}, "/decision"),
        ({"decision": "maybe", "reason": "x"}, "/decision"),
        ({"decision": "approved", "reason": " "}, "/reason"),
        ({"decision": "approved"}, "/reason"),
    ],
)
def test_a_refusal_names_the_field(world: World, body: dict[str, str], pointer: str) -> None:
    answer = world.administrator.post(f"/v1/packages/{world.package.id}/review-decision", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
