"""Packages over HTTP: scoping, preconditions, uploads, retries and refusals that name the field."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from app.catalog import service
from app.catalog.models import Asset, Package
from app.catalog.states import AssetPurpose
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.values.components import Component
from tests.factories.catalog import PIXEL, WAVE, approve, make_listed_package, make_package, upload
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import Estate, make_actor, make_administrator, make_estate
from tests.support.clock import START
from tests.support.databases import on_sqlite

VOICE: dict[str, Any] = {
    "axes": ["scripted"],
    "media": ["game"],
    "territory": "+WORLD -US",
    "delivery": "export",
}


@dataclass(frozen=True)
class World:
    estate: Estate
    owner: Caller
    studio: Caller
    administrator: Caller


@pytest.fixture
def world(database: Database, services: Services, client: FlaskClient) -> World:
    with database.write() as session:
        estate = make_estate(session, services.store)
        return World(
            estate=estate,
            owner=caller_for(session, client, estate.actor),
            studio=caller_for(session, client, make_actor(session)),
            administrator=caller_for(session, client, make_administrator(session)),
        )


@pytest.fixture
def draft(database: Database, services: Services, world: World) -> Package:
    with database.write() as session:
        return make_package(session, services.store, world.estate)


@pytest.fixture
def listed(database: Database, services: Services, world: World) -> Package:
    with database.write() as session:
        return make_listed_package(session, services.store, world.estate)


def pointers(response: TestResponse) -> list[str]:
    body = response.get_json()
    assert response.content_type == "application/problem+json"
    return [error["pointer"] for error in body.get("errors", [])]


def file_form(content: bytes = WAVE, filename: str = "takes.wav", **fields: str) -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(content), filename), **fields}, "content_type": "multipart/form-data"}


def test_an_estate_brings_a_package_into_the_catalog(world: World) -> None:
    body = {"performer_id": world.estate.performer.id, "title": "Voice of an era", "summary": "Warm and low."}
    package = world.owner.post("/v1/packages", json=body).get_json()
    path = f"/v1/packages/{package['id']}"
    assert package["status"] == "draft"
    assert world.owner.put(f"{path}/components/voice", json=VOICE).status_code == 200
    asset = world.owner.post(f"{path}/components/voice/assets", **file_form()).get_json()
    assert (asset["media_type"], asset["size_bytes"], asset["purpose"]) == ("audio/wav", len(WAVE), "deliverable")
    card = {"lines": [{"preset": "film_trailer", "fee_minor": 5, "currency": "USD", "royalty_bps": 100}]}
    assert world.owner.put(f"{path}/rate-card", json=card).get_json()["rate_card"][0]["months"] == 12
    assert world.owner.post(f"{path}/submission", json={}).get_json()["status"] == "submitted"
    assert world.studio.get(path).status_code == 404
    assert world.studio.get("/v1/packages").get_json()["items"] == []
    decision = {"decision": "approved", "reason": "All in order."}
    assert world.administrator.post(f"{path}/review-decision", json=decision).status_code == 200
    [found] = world.studio.get("/v1/packages?text=ERA&media=game&component=voice&territory=de").get_json()["items"]
    assert (found["title"], found["components"], found["headline_price"]["fee_minor"]) == (
        "Voice of an era",
        ["voice"],
        5,
    )
    seen = world.studio.get(path).get_json()
    assert seen["components"][0]["assets"] == []
    assert seen["components"][0]["deliverables"] == 1


@pytest.mark.parametrize(
    ("method", "suffix", "kwargs"),
    [
        ("GET", "", {}),
        ("PATCH", "", {"json": {"title": "Mine"}, "headers": {"If-Match": '"x"'}}),
        ("PUT", "/components/voice", {"json": VOICE}),
        ("DELETE", "/components/voice", {}),
        ("POST", "/components/voice/assets", "file"),
        ("DELETE", "/assets/{asset}", {}),
        ("PUT", "/rate-card", {"json": {"lines": []}}),
        ("POST", "/submission", {"json": {}}),
        ("POST", "/withdrawal", {"json": {"reason": "Because"}}),
        ("GET", "/assets/{asset}/preview", {}),
    ],
)
def test_a_draft_does_not_exist_for_a_stranger(
    database: Database, world: World, draft: Package, method: str, suffix: str, kwargs: Any
) -> None:
    with database.read() as session:
        asset = session.exec(select(Asset)).one()
    path = f"/v1/packages/{draft.id}{suffix.format(asset=asset.id)}"
    answer = world.studio.call(method, path, **(file_form() if kwargs == "file" else kwargs))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_an_edit_needs_the_version_it_was_made_from(world: World, draft: Package) -> None:
    path = f"/v1/packages/{draft.id}"
    etag = world.owner.get(path).headers["ETag"]
    assert world.owner.patch(path, json={"title": "A"}).status_code == 428
    edited = world.owner.patch(path, json={"title": "A"}, headers={"If-Match": etag})
    assert (edited.status_code, edited.get_json()["title"]) == (200, "A")
    late = world.owner.patch(path, json={"title": "B"}, headers={"If-Match": etag})
    assert (late.status_code, late.get_json()["code"]) == (412, "changed_meanwhile")
    assert world.owner.get(path).get_json()["title"] == "A"
    assert world.owner.get(path).headers["ETag"] == edited.headers["ETag"]
    again = world.owner.get(path, headers={"If-None-Match": edited.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_an_edit_of_a_part_changes_the_version(world: World, draft: Package) -> None:
    path = f"/v1/packages/{draft.id}"
    etag = world.owner.get(path).headers["ETag"]
    world.owner.put(f"{path}/components/voice", json=VOICE)
    assert world.owner.patch(path, json={"title": "B"}, headers={"If-Match": etag}).status_code == 412


def test_a_listed_package_refuses_edits_with_what_to_do(world: World, listed: Package) -> None:
    path = f"/v1/packages/{listed.id}"
    etag = world.owner.get(path).headers["ETag"]
    answer = world.owner.patch(path, json={"title": "B"}, headers={"If-Match": etag})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "package_not_editable")
    assert "withdraw it" in answer.get_json()["detail"]


def test_a_call_repeated_with_its_key_makes_one_package(database: Database, world: World) -> None:
    body = {"performer_id": world.estate.performer.id, "title": "Once"}
    answers = [world.owner.post("/v1/packages", json=body, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    with database.read() as session:
        assert len(session.exec(select(Package)).all()) == 1


def test_an_upload_repeated_with_its_key_makes_one_asset(database: Database, world: World, draft: Package) -> None:
    path = f"/v1/packages/{draft.id}/components/voice/assets"
    sent = {"headers": {"Idempotency-Key": "upload"}}
    first = world.owner.post(path, **file_form(PIXEL), **sent)
    second = world.owner.post(path, **file_form(PIXEL), **sent)
    other = world.owner.post(path, **file_form(PIXEL + b"x"), **sent)
    assert first.get_json() == second.get_json()
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    with database.read() as session:
        assert len(session.exec(select(Asset)).all()) == 2


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"axes": []}, "/axes"),
        ({"axes": ["telepathy"]}, "/axes/0"),
        ({"media": []}, "/media"),
        ({"media": ["radio"]}, "/media"),
        ({"media": "game"}, "/media"),
        ({"territory": "+NOWHERE"}, "/territory"),
        ({"territory": 5}, "/territory"),
        ({"languages": ["not a tag"]}, "/languages"),
        ({"categories": ["weapons"]}, "/categories"),
        ({"delivery": "post"}, "/delivery"),
        ({"description": "x" * 4001}, "/description"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_a_refusal_names_the_field(world: World, draft: Package, change: dict[str, Any], pointer: str) -> None:
    answer = world.owner.put(f"/v1/packages/{draft.id}/components/voice", json=VOICE | change)
    assert (answer.status_code, pointers(answer)) == (422, [pointer])


@on_sqlite
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"title": "   "}, "/title"),
        ({"title": "a\u0007b"}, "/title"),
        ({"title": "x" * 121}, "/title"),
        ({"title": "A", "tags": ["x"] * 21}, "/tags"),
        ({"title": "A", "tags": ["ok", ""]}, "/tags/1"),
        ({"title": None}, "/title"),
    ],
)
def test_a_title_is_one_line_of_text(world: World, body: dict[str, Any], pointer: str) -> None:
    answer = world.owner.post("/v1/packages", json={"performer_id": world.estate.performer.id} | body)
    assert (answer.status_code, pointers(answer)) == (422, [pointer])


@on_sqlite
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"preset": "opera"}, "/lines/0/preset"),
        ({"fee_minor": "5"}, "/lines/0/fee_minor"),
        ({"fee_minor": 10**12}, "/lines/0/fee_minor"),
        ({"currency": "XXX"}, "/lines/0/currency"),
        ({"royalty_bps": 10_001}, "/lines/0/royalty_bps"),
        ({"months": 0}, "/lines/0/months"),
    ],
)
def test_a_price_refusal_names_the_line(world: World, draft: Package, change: dict[str, Any], pointer: str) -> None:
    line = {"preset": "film_trailer", "fee_minor": 5, "currency": "USD", "royalty_bps": 100}
    answer = world.owner.put(f"/v1/packages/{draft.id}/rate-card", json={"lines": [line | change]})
    assert (answer.status_code, pointers(answer)) == (422, [pointer])


def test_an_upload_without_a_file_names_the_field(world: World, draft: Package) -> None:
    path = f"/v1/packages/{draft.id}/components/voice/assets"
    for fields in ({}, {"file": "text instead"}):
        answer = world.owner.post(path, data=fields, content_type="multipart/form-data")
        assert (answer.status_code, pointers(answer)) == (422, ["/file"])
    unknown = world.owner.post(path, **file_form(purpose="poster"))
    assert pointers(unknown) == ["/purpose"]


def test_an_upload_keeps_only_the_last_part_of_a_file_name(world: World, draft: Package) -> None:
    path = f"/v1/packages/{draft.id}/components/voice/assets"
    asset = world.owner.post(path, **file_form(PIXEL, "..\\..\\secret/../../ta\u202ekes.png")).get_json()
    assert asset["filename"] == "takes.png"


def test_a_file_beyond_the_limit_is_refused(world: World, draft: Package, client: FlaskClient) -> None:
    client.application.config["MAX_CONTENT_LENGTH"] = 1000
    path = f"/v1/packages/{draft.id}/components/voice/assets"
    answer = world.owner.post(path, **file_form(b"x" * 2000))
    assert (answer.status_code, answer.get_json()["code"]) == (413, "payload_too_large")


def test_a_submission_refusal_lists_all_that_is_missing(world: World) -> None:
    body = {"performer_id": world.estate.performer.id, "title": "Bare"}
    package = world.owner.post("/v1/packages", json=body).get_json()
    answer = world.owner.post(f"/v1/packages/{package['id']}/submission", json={})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "package_not_ready")
    assert [error["code"] for error in answer.get_json()["errors"]] == ["summary_missing", "components_missing"]


def test_previews_of_listed_packages_are_open_and_nothing_else_is(
    database: Database, services: Services, client: FlaskClient, world: World, draft: Package
) -> None:
    with database.write() as session:
        preview = upload(session, services.store, world.estate, draft, content=PIXEL, purpose=AssetPurpose.PREVIEW)
        deliverable = upload(session, services.store, world.estate, draft)

    def status(asset_id: str) -> int:
        with client.get(f"/v1/packages/{draft.id}/assets/{asset_id}/preview") as answer:
            return answer.status_code

    assert status(preview.id) == 404
    with database.write() as session:
        service.submit_package(session=session, actor=world.estate.actor, at=START, package_id=draft.id)
        approve(session, draft)
    assert (status(preview.id), status(deliverable.id), status("ast_unknown")) == (200, 404, 404)
    with client.get(f"/v1/packages/{draft.id}/assets/{preview.id}/preview") as answer:
        assert (answer.data, answer.content_type) == (PIXEL, "image/png")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        etag = answer.headers["ETag"]
    with client.get(
        f"/v1/packages/{draft.id}/assets/{preview.id}/preview", headers={"If-None-Match": etag}
    ) as answer:
        assert answer.status_code == 304
    with client.get(
        f"/v1/packages/{draft.id}/assets/{preview.id}/preview", headers={"Range": "bytes=1-3"}
    ) as answer:
        assert (answer.status_code, answer.data) == (206, b"PNG")


@on_sqlite
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "cursor=nonsense",
        "component=hair",
        "media=radio",
        "territory=%2BNOWHERE",
        "preset=opera",
        "mine=perhaps",
        "status=draft",
    ],
)
def test_a_search_refusal_names_the_argument(world: World, query: str) -> None:
    answer = world.studio.get(f"/v1/packages?{query}")
    assert (answer.status_code, pointers(answer)) == (422, [f"/query/{query.partition('=')[0]}"])


def test_a_search_gives_the_next_page_in_body_and_header(
    database: Database, services: Services, world: World, listed: Package
) -> None:
    with database.write() as session:
        second = make_listed_package(session, services.store, world.estate, title="Łuna & friends")
    first_page = world.studio.get("/v1/packages?limit=1&text=luna")
    assert [item["id"] for item in first_page.get_json()["items"]] == [second.id]
    link = first_page.headers["Link"]
    address = link[link.index("<") + 1 : link.index(">")]
    next_page = world.studio.get(address)
    assert [item["id"] for item in next_page.get_json()["items"]] == [listed.id]
    assert next_page.get_json()["next_cursor"] is None


def test_my_packages_are_mine_in_every_status(world: World, draft: Package) -> None:
    assert [p["id"] for p in world.owner.get("/v1/packages?mine=true").get_json()["items"]] == [draft.id]
    assert world.studio.get("/v1/packages?mine=true").get_json()["items"] == []


def test_the_catalog_needs_a_key(client: FlaskClient) -> None:
    assert client.get("/v1/packages").status_code == 401


def test_an_unknown_component_is_not_found(world: World, draft: Package) -> None:
    assert world.owner.put(f"/v1/packages/{draft.id}/components/hair", json=VOICE).status_code == 404


def test_parts_can_be_taken_out_again(world: World, draft: Package) -> None:
    path = f"/v1/packages/{draft.id}"
    [component] = world.owner.get(path).get_json()["components"]
    assert world.owner.delete(f"{path}/assets/{component['assets'][0]['id']}").status_code == 204
    assert world.owner.get(path).get_json()["components"][0]["assets"] == []
    assert world.owner.delete(f"{path}/components/{Component.VOICE.value}").status_code == 204
    assert world.owner.get(path).get_json()["components"] == []


def test_the_routes_are_documented(client: FlaskClient) -> None:
    spec = json.loads(client.get("/openapi.json").data)
    upload_body = spec["paths"]["/v1/packages/{package_id}/components/{component}/assets"]["post"]["requestBody"]
    assert list(upload_body["content"]) == ["multipart/form-data"]
    assert "428" in spec["paths"]["/v1/packages/{package_id}"]["patch"]["responses"]
