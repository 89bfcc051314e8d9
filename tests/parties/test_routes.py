"""Parties over HTTP: who sees what, proof by documents, shares that add up."""

import io
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.parties.states import PartyKind
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import LETTERS, Estate, make_actor, make_administrator, make_estate, make_party
from tests.support.databases import on_sqlite

PERFORMER: dict[str, Any] = {"name": "Ines Duarte", "is_living": False, "domicile": "PT"}
CLAIM: dict[str, Any] = {
    "capacity": "executor",
    "components": ["voice"],
    "media": ["game", "film.trailer"],
    "territory": "+WORLD -US",
}


@dataclass(frozen=True)
class World:
    estate: Estate
    owner: Caller
    stranger: Caller
    administrator: Caller
    heirs: list[str]


@pytest.fixture
def world(database: Database, services: Services, client: FlaskClient) -> World:
    with database.write() as session:
        estate = make_estate(session, services.store)
        return World(
            estate=estate,
            owner=caller_for(session, client, estate.actor),
            stranger=caller_for(session, client, make_actor(session)),
            administrator=caller_for(session, client, make_administrator(session)),
            heirs=[make_party(session, kind=PartyKind.HEIR, name=name).id for name in ("Ana", "Ben")],
        )


def pointers(response: TestResponse) -> list[str]:
    return [error["pointer"] for error in response.get_json().get("errors", [])]


def claim(caller: Caller) -> str:
    performer = caller.post("/v1/performers", json=PERFORMER).get_json()
    answer = caller.post("/v1/representations", json=CLAIM | {"performer_id": performer["id"]})
    assert answer.status_code == 201
    return f"/v1/representations/{answer.get_json()['id']}"


def letters() -> dict[str, Any]:
    data = {"file": (io.BytesIO(LETTERS), "letters.pdf"), "kind": "letters_testamentary"}
    return {"data": data, "content_type": "multipart/form-data"}


def test_authority_is_claimed_proven_and_verified(world: World) -> None:
    path = claim(world.stranger)
    assert world.stranger.get(path).get_json()["status"] == "pending"
    verdict = {"decision": "verified", "reason": "The court confirmed the letters."}
    early = world.administrator.post(f"{path}/verification", json=verdict)
    assert (early.status_code, early.get_json()["code"]) == (409, "documents_missing")
    document = world.stranger.post(f"{path}/documents", **letters()).get_json()
    assert (document["media_type"], document["size_bytes"]) == ("application/pdf", len(LETTERS))
    verified = world.administrator.post(f"{path}/verification", json=verdict).get_json()
    assert (verified["status"], verified["note"]) == ("verified", verdict["reason"])
    assert verified["documents"] == [document]
    assert "US" not in verified["territory_codes"]
    assert verified["media"][0] == "film.trailer"
    again = world.administrator.post(f"{path}/verification", json=verdict)
    assert (again.status_code, again.get_json()["code"]) == (409, "representation_already_decided")


def test_authority_can_be_found_wanting(world: World) -> None:
    path = claim(world.stranger)
    verdict = {"decision": "failed", "reason": "The letters name somebody else."}
    assert world.administrator.post(f"{path}/verification", json=verdict).get_json()["status"] == "failed"


def test_nobody_but_an_administrator_verifies(world: World) -> None:
    path = claim(world.owner)
    world.owner.post(f"{path}/documents", **letters())
    verdict = {"decision": "verified", "reason": "We are sure."}
    assert world.owner.post(f"{path}/verification", json=verdict).status_code == 403


def test_a_representation_and_its_documents_are_nobody_elses(world: World) -> None:
    path = claim(world.owner)
    document = world.owner.post(f"{path}/documents", **letters()).get_json()
    content = f"{path}/documents/{document['id']}/content"
    for caller, status in ((world.owner, 200), (world.administrator, 200), (world.stranger, 404)):
        with caller.get(content) as answer:
            assert answer.status_code == status
    with world.owner.get(content) as answer:
        assert answer.data == LETTERS
        assert answer.headers["Content-Disposition"] == "attachment; filename=letters.pdf"
        assert "public" not in answer.headers["Cache-Control"]
    assert world.stranger.get(path).status_code == 404
    assert world.stranger.post(f"{path}/documents", **letters()).status_code == 404
    assert world.stranger.get("/v1/representations").get_json()["items"] == []


def test_a_list_of_representations_is_narrowed_by_status_and_performer(world: World) -> None:
    claim(world.owner)

    def listed(query: str) -> list[str]:
        items = world.owner.get(f"/v1/representations?{query}").get_json()["items"]
        return [item["status"] for item in items]

    assert listed("") == ["pending", "verified"]
    assert listed("status=pending") == ["pending"]
    assert listed(f"performer_id={world.estate.performer.id}") == ["verified"]


def test_a_party_is_recorded_by_an_administrator_and_seen_by_itself(world: World) -> None:
    party = {"kind": "brand", "name": " Aurum ", "country": "FR", "email": "Office@Aurum.example"}
    assert world.owner.post("/v1/parties", json=party).status_code == 403
    created = world.administrator.post("/v1/parties", json=party)
    assert created.status_code == 201
    assert (created.get_json()["name"], created.get_json()["email"]) == ("Aurum", "office@aurum.example")
    path = f"/v1/parties/{created.get_json()['id']}"
    assert world.administrator.get(path).status_code == 200
    assert world.stranger.get(path).status_code == 404
    mine = world.owner.get("/v1/parties").get_json()["items"]
    assert [item["id"] for item in mine] == [world.estate.party.id]
    assert len(world.administrator.get("/v1/parties").get_json()["items"]) == 6


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "circus"}, "/kind"),
        ({"name": "\n"}, "/name"),
        ({"country": "XX"}, "/country"),
        ({"country": "fr"}, "/country"),
        ({"email": "nobody"}, "/email"),
        ({"id": "pty_mine"}, "/id"),
    ],
)
def test_a_party_refusal_names_the_field(world: World, change: dict[str, Any], pointer: str) -> None:
    party = {"kind": "brand", "name": "Aurum", "country": "FR", "email": "a@aurum.example"} | change
    answer = world.administrator.post("/v1/parties", json=party)
    assert (answer.status_code, pointers(answer)) == (422, [pointer])


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"is_living": "yes"}, "/is_living"),
        ({"domicile": "Portugal"}, "/domicile"),
        ({"isni": "0000000121032684"}, "/isni"),
        ({"is_living": True, "died_on": "2020-01-01"}, "/died_on"),
        ({"is_living": False, "born_on": "1990-01-01", "died_on": "1980-01-01"}, "/died_on"),
        ({"born_on": "1990-02-30"}, "/born_on"),
    ],
)
def test_a_performer_refusal_names_the_field(world: World, change: dict[str, Any], pointer: str) -> None:
    answer = world.owner.post("/v1/performers", json=PERFORMER | change)
    assert (answer.status_code, pointers(answer)) == (422, [pointer])


def test_a_represented_performer_is_known_and_another_is_not(world: World) -> None:
    mine = world.owner.post("/v1/performers", json=PERFORMER).get_json()
    assert world.owner.get(f"/v1/performers/{mine['id']}").get_json() == mine
    assert world.stranger.get(f"/v1/performers/{mine['id']}").status_code == 404
    assert world.stranger.get(f"/v1/performers/{world.estate.performer.id}").status_code == 200
    listed = world.stranger.get("/v1/performers").get_json()["items"]
    assert [item["id"] for item in listed] == [world.estate.performer.id]


def test_shares_are_set_and_listed(world: World) -> None:
    path = f"/v1/parties/{world.estate.party.id}/beneficiaries"
    ana, ben = world.heirs
    shares = [{"party_id": ana, "share_bps": 6000}, {"party_id": ben, "share_bps": 4000}]
    answer = world.owner.put(path, json={"shares": shares})
    assert [row["share_bps"] for row in answer.get_json()["shares"]] == [6000, 4000]
    assert answer.get_json()["shares"][0]["valid_from_at"] == "2026-06-01T09:00:00Z"
    assert world.owner.put(path, json={"shares": shares}).status_code == 200
    assert len(world.owner.get(path).get_json()["shares"]) == 2
    assert world.stranger.get(path).status_code == 404
    assert world.stranger.put(path, json={"shares": shares}).status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    ("bps", "pointer"),
    [
        ([6000, 3999], "/shares"),
        ([], "/shares"),
        ([10_001], "/shares/0/share_bps"),
        (["6000", 4000], "/shares/0/share_bps"),
        ([10_000, 0], "/shares/1/share_bps"),
    ],
)
def test_a_share_refusal_names_the_share(world: World, bps: list[Any], pointer: str) -> None:
    shares = [{"party_id": party_id, "share_bps": share} for party_id, share in zip(world.heirs, bps, strict=False)]
    answer = world.owner.put(f"/v1/parties/{world.estate.party.id}/beneficiaries", json={"shares": shares})
    assert (answer.status_code, pointers(answer)) == (422, [pointer])


def test_lists_go_on_by_cursor(world: World) -> None:
    first_page = world.administrator.get("/v1/parties?limit=4")
    cursor = first_page.get_json()["next_cursor"]
    rest = world.administrator.get(f"/v1/parties?limit=4&cursor={cursor}").get_json()
    assert (len(first_page.get_json()["items"]), len(rest["items"]), rest["next_cursor"]) == (4, 1, None)
    assert 'rel="next"' in first_page.headers["Link"]
