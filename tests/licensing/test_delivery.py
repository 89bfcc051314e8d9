"""Files leave only while the license stands, each time with a record."""

import base64
import hashlib
import io
from typing import Any

import pytest
from sqlmodel import select

from app.catalog import service as catalog
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.models import Delivery
from app.values.components import Component, DeliveryMode
from tests.factories.catalog import WAVE, approve, make_component, make_package, upload
from tests.factories.identity import caller_for
from tests.factories.licensing import (
    DURING,
    Callers,
    Licensed,
    make_license,
    make_licensing_sides,
)
from tests.factories.negotiation import Sides, grant, make_production
from tests.factories.parties import make_actor, make_estate
from tests.support.clock import START, FrozenClock

CONTENT = WAVE + b"voice"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


def asset_id(callers: Callers, license_id: str) -> str:
    assets = callers.licensee.get(f"/v1/licenses/{license_id}/assets").get_json()["items"]
    return str(assets[0]["asset_id"])


def deliver(callers: Callers, license_id: str) -> dict[str, Any]:
    body = {"asset_id": asset_id(callers, license_id)}
    answer = callers.licensee.post(f"/v1/licenses/{license_id}/deliveries", json=body)
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_granted_file_is_delivered_with_a_record(callers: Callers, licensed: Licensed) -> None:
    made = deliver(callers, licensed.id)
    answer = callers.licensee.get(made["content_url"], buffered=True)
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["ETag"] == f'"{SHA256}"'
    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"] == "attachment; filename=takes.wav"
    expected = {
        "license_id": licensed.id,
        "asset_id": made["asset_id"],
        "filename": "takes.wav",
        "media_type": "audio/wav",
        "size_bytes": len(CONTENT),
        "sha256": SHA256,
        "delivered_at": "2026-09-01T12:00:00Z",
    }
    assert made.items() >= expected.items()


def test_the_inventory_lists_every_copy_for_both_sides(
    database: Database, callers: Callers, licensed: Licensed
) -> None:
    ids = [deliver(callers, licensed.id)["id"] for _ in range(3)]
    path = f"/v1/licenses/{licensed.id}/deliveries"
    for caller in (callers.licensee, callers.licensor):
        assert [row["id"] for row in caller.get(path).get_json()["items"]] == ids[::-1]
    first = callers.licensor.get(f"{path}?limit=2").get_json()
    rest = callers.licensor.get(f"{path}?limit=2&cursor={first['next_cursor']}").get_json()
    assert [row["id"] for row in rest["items"]] == ids[:1]
    with database.read() as session:
        actors = session.exec(select(Delivery.actor)).all()
    assert {actor[:4] for actor in actors} == {"key_"}


@pytest.mark.parametrize(
    ("asked", "content", "named"),
    [
        ("bytes=0-3", CONTENT[:4], "bytes 0-3/{size}"),
        ("bytes=4-", CONTENT[4:], "bytes 4-{last}/{size}"),
        ("bytes=-5", CONTENT[-5:], "bytes {tail}-{last}/{size}"),
        ("bytes=2-999999", CONTENT[2:], "bytes 2-{last}/{size}"),
    ],
)
def test_a_range_is_answered_with_just_that(
    callers: Callers, licensed: Licensed, asked: str, content: bytes, named: str
) -> None:
    url = deliver(callers, licensed.id)["content_url"]
    answer = callers.licensee.get(url, buffered=True, headers={"Range": asked})
    assert (answer.status_code, answer.data) == (206, content)
    size = len(CONTENT)
    assert answer.headers["Content-Range"] == named.format(size=size, last=size - 1, tail=size - 5)
    assert int(answer.headers["Content-Length"]) == len(content)
    assert answer.headers["ETag"] == f'"{SHA256}"'


def test_ranges_that_do_not_exist_and_copies_already_there(callers: Callers, licensed: Licensed) -> None:
    url = deliver(callers, licensed.id)["content_url"]
    beyond = callers.licensee.get(url, buffered=True, headers={"Range": "bytes=9999-"})
    assert (beyond.status_code, beyond.get_json()["code"]) == (416, "range_not_satisfiable")
    assert beyond.headers["Content-Range"] == f"bytes */{len(CONTENT)}"
    known = callers.licensee.get(url, buffered=True, headers={"If-None-Match": f'"{SHA256}"'})
    assert (known.status_code, known.data) == (304, b"")
    changed = callers.licensee.get(url, buffered=True, headers={"Range": "bytes=0-3", "If-Range": '"another"'})
    assert (changed.status_code, changed.data) == (200, CONTENT)
    head = callers.licensee.call("HEAD", url, buffered=True)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(CONTENT)))


def test_only_the_licensee_receives_files(callers: Callers, licensed: Licensed) -> None:
    made = deliver(callers, licensed.id)
    path = f"/v1/licenses/{licensed.id}/deliveries"
    for caller in (callers.licensor, callers.stranger, callers.administrator):
        assert caller.post(path, json={"asset_id": made["asset_id"]}).status_code == 404
        assert caller.get(made["content_url"], buffered=True).status_code == 404


def test_files_of_other_licenses_and_components_are_not_handed_out(
    database: Database, services: Services, callers: Callers, licensed: Licensed
) -> None:
    with database.write() as session:
        sides = make_licensing_sides(session, services.store, components=(Component.VOICE, Component.FACE))
        other = make_license(session, services.store, sides=sides)
        both = caller_for(session, callers.licensee._client, other.licensee)
    assert [a["component"] for a in both.get(f"/v1/licenses/{other.id}/assets").get_json()["items"]] == ["voice"]
    elsewhere = both.get(f"/v1/packages/{sides.package.id}").get_json()
    face = next(c for c in elsewhere["components"] if c["component"] == "face")
    for asset in [*(a["id"] for a in face["assets"]), asset_id(callers, licensed.id), "ast_unknown"]:
        answer = both.post(f"/v1/licenses/{other.id}/deliveries", json={"asset_id": asset})
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("where", ["deal", "component"])
def test_what_is_for_hosted_use_is_never_exported(
    database: Database, services: Services, callers: Callers, where: str
) -> None:
    offered = {"delivery": DeliveryMode.HOSTED_ONLY} if where == "component" else {}
    with database.write() as session:
        sides = make_licensing_sides(session, services.store, **offered)
        made = make_license(session, services.store, sides=sides, delivery="hosted_only")
        studio = caller_for(session, callers.licensee._client, made.licensee)
    path = f"/v1/licenses/{made.id}"
    assets = studio.get(f"{path}/assets").get_json()["items"]
    assert len(assets) == 1
    answer = studio.post(f"{path}/deliveries", json={"asset_id": assets[0]["asset_id"]})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_delivered")
    assert "hosted" in answer.get_json()["detail"]
    with database.read() as session:
        assert not session.exec(select(Delivery)).all()


def test_a_file_larger_than_a_read_comes_whole(database: Database, services: Services, callers: Callers) -> None:
    content = WAVE + bytes(range(256)) * 600
    with database.write() as session:
        estate = make_estate(session, services.store)
        package = make_package(session, services.store, estate, components=())
        make_component(session, estate, package)
        upload(session, services.store, estate, package, content=content)
        catalog.submit_package(session=session, actor=estate.actor, at=START, package_id=package.id)
        approve(session, package)
        studio = make_actor(session)
        sides = Sides(estate, package, studio, make_production(session, studio))
        made = make_license(session, services.store, sides=sides, grants=[grant()])
        caller = caller_for(session, callers.licensee._client, studio)
    body = {"asset_id": caller.get(f"/v1/licenses/{made.id}/assets").get_json()["items"][0]["asset_id"]}
    url = caller.post(f"/v1/licenses/{made.id}/deliveries", json=body).get_json()["content_url"]
    assert caller.get(url, buffered=True).data == content
    pieces = io.BytesIO()
    for start in range(0, len(content), 50_000):
        pieces.write(caller.get(url, buffered=True, headers={"Range": f"bytes={start}-{start + 49_999}"}).data)
    assert hashlib.sha256(pieces.getvalue()).digest() == hashlib.sha256(content).digest()
