"""Files are stamped while the license stands, each time with a record."""

import base64
import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import select

from app.audit.models import AuditRecord
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.errors import LicenseRefuses
from app.licensing.marks import stamping
from app.licensing.marks.models import LicenseMark
from app.licensing.rules.facts import IntendedUse
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction
from app.values.components import Axis, Component
from tests.factories.identity import caller_for
from tests.factories.licensing import DURING, ENDS_AT, STARTS_AT, TICK, USE, Callers, Licensed, make_license
from tests.factories.marks import SYNTHETIC, Forger, active, assertion, make_mark, read, send_mark, stamped
from tests.factories.media import MEDIA_TYPES, media
from tests.factories.standing import AT_ONCE
from tests.licensing.test_credentials import Refused, status, verify
from tests.support.clock import FrozenClock
from tests.support.databases import on_sqlite

ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
def agreed() -> dict[str, Any]:
    return {"breach": AT_ONCE}


@pytest.fixture(autouse=True)
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


@pytest.fixture
def root(client: FlaskClient) -> str:
    """What everybody is asked to trust."""
    return client.get("/.well-known/c2pa-root.pem").text


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_stamped_file_is_trusted_by_any_reader_that_trusts_our_root(
    callers: Callers, licensed: Licensed, root: str, name: str
) -> None:
    made = make_mark(callers.licensee, licensed.id, name)
    content = callers.licensee.get(made["content_url"], buffered=True).data
    report = read(content, name, anchors=root)
    assert report["validation_state"] == "Trusted"
    assert read(content, name, anchors=Forger().root.certificate_pem)["validation_state"] == "Valid"
    said = assertion(report)
    assert said.pop("credential").count(".") == 2
    assert said == {
        "version": 1,
        "license_id": licensed.id,
        "mark_id": made["id"],
        "issuer": ISSUER,
        "verify_url": f"{ISSUER}/verify/{licensed.id}",
        "check_url": f"{ISSUER}/check-media",
    }
    reserved = assertion(report, "cawg.training-mining")["entries"]
    assert {name: entry["use"] for name, entry in reserved.items()} == {
        "cawg.ai_generative_training": "notAllowed",
        "cawg.ai_inference": "notAllowed",
        "cawg.ai_training": "notAllowed",
        "cawg.data_mining": "notAllowed",
    }
    assert assertion(report, "cawg.metadata")["xmpRights:WebStatement"] == said["verify_url"]
    expected = {
        "license_id": licensed.id,
        "use": {
            **USE,
            "language": None,
            "category": None,
            "action": "generate",
            "contexts": [],
            "approval_id": None,
        },
        "filename": name,
        "media_type": MEDIA_TYPES[name],
        "source_sha256": hashlib.sha256(media(name)).hexdigest(),
        "source_bytes": len(media(name)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "instance_id": active(report)["instance_id"],
        "manifest_label": report["active_manifest"],
        "has_history": False,
        "marked_at": "2026-09-01T12:00:00Z",
    }
    assert made.items() >= expected.items()


def test_the_mark_is_recorded_for_both_sides_and_for_good(
    database: Database, callers: Callers, licensed: Licensed
) -> None:
    ids = [make_mark(callers.licensee, licensed.id)["id"] for _ in range(3)]
    path = f"/v1/licenses/{licensed.id}/marks"
    for caller in (callers.licensee, callers.licensor):
        assert [row["id"] for row in caller.get(path).get_json()["items"]] == ids[::-1]
    first = callers.licensor.get(f"{path}?limit=2").get_json()
    rest = callers.licensor.get(f"{path}?limit=2&cursor={first['next_cursor']}").get_json()
    assert [row["id"] for row in rest["items"]] == ids[:1]
    assert callers.stranger.get(path).status_code == 404
    with database.read() as session:
        rows = session.exec(select(LicenseMark).order_by(LicenseMark.id)).all()
        assert {row.actor[:4] for row in rows} == {"key_"}
        trail = session.exec(select(AuditRecord).where(AuditRecord.action == "license.marked")).all()
        assert [(row.subject_id, row.actor) for row in trail] == [(licensed.id, row.actor) for row in rows]
        assert rows[0].sha256 in trail[0].detail
    for statement in ("UPDATE license_mark SET sha256 = 'x'", "DELETE FROM license_mark"):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), database.write() as session:
            session.execute(sa.text(statement))


def test_the_file_is_fetched_with_its_hash_while_the_license_stands(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    made = make_mark(callers.licensee, licensed.id)
    answer = callers.licensee.get(made["content_url"], buffered=True)
    digest = base64.b64encode(bytes.fromhex(made["sha256"])).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer.headers["Content-Disposition"] == "attachment; filename=still.jpg"
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    part = callers.licensee.get(made["content_url"], buffered=True, headers={"Range": "bytes=2-9"})
    assert (part.status_code, part.data) == (206, answer.data[2:10])
    for caller in (callers.licensor, callers.stranger, callers.administrator):
        assert caller.get(made["content_url"], buffered=True).status_code == 404
    clock.move_to(ENDS_AT - TICK)
    assert callers.licensee.get(made["content_url"], buffered=True).status_code == 200
    clock.move_to(ENDS_AT)
    for headers in ({}, {"Range": "bytes=2-9"}):
        late = callers.licensee.get(made["content_url"], buffered=True, headers=headers)
        assert (late.status_code, late.get_json()["code"]) == (409, "EXPIRED")


@pytest.mark.parametrize(
    ("use", "code"),
    [
        ({"component": "face"}, "COMPONENT_NOT_GRANTED"),
        ({"axis": "realtime"}, "AXIS_NOT_CONSENTED"),
        ({"media": "film.theatrical"}, "MEDIA_NOT_GRANTED"),
        ({"territory": "CN"}, "TERRITORY_NOT_GRANTED"),
    ],
)
def test_the_decision_comes_first(callers: Callers, licensed: Licensed, use: dict[str, str], code: str) -> None:
    """Even for a file that could not be stamped at all."""
    answer = send_mark(callers.licensee, licensed.id, "still.jpg", content=b"no media", **use)
    assert (answer.status_code, answer.get_json()["code"]) == (409, code)


def test_nothing_is_stamped_but_while_the_license_stands(
    database: Database, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    for at, status_code, code in (
        (STARTS_AT - TICK, 409, "NOT_STARTED"),
        (STARTS_AT, 201, None),
        (ENDS_AT - TICK, 201, None),
        (ENDS_AT, 409, "EXPIRED"),
    ):
        clock.move_to(at)
        answer = send_mark(callers.licensee, licensed.id)
        assert (answer.status_code, answer.get_json().get("code")) == (status_code, code)
    sold_on = send_mark(callers.licensee, licensed.id, action="distribute")
    assert (sold_on.status_code, sold_on.get_json()["code"]) == (409, "EXPIRED")
    clock.move_to(DURING)
    path = f"/v1/licenses/{licensed.id}"
    callers.licensor.post(f"{path}/suspension", json={"reason": "The label is missing."})
    assert send_mark(callers.licensee, licensed.id).get_json()["code"] == "SUSPENDED"
    callers.licensor.post(f"{path}/termination", json={"reason": "It still is."})
    assert send_mark(callers.licensee, licensed.id).get_json()["code"] == "TERMINATED"
    with database.read() as session:
        assert len(session.exec(select(LicenseMark)).all()) == 2


def test_only_the_licensee_stamps(callers: Callers, licensed: Licensed) -> None:
    for caller in (callers.licensor, callers.stranger, callers.administrator):
        assert send_mark(caller, licensed.id).status_code == 404


def test_a_license_that_is_suspended_while_a_file_is_stamped_gets_no_mark(
    database: Database, services: Services, licensed: Licensed
) -> None:
    use = IntendedUse(Component.VOICE, Axis.SCRIPTED, "game.scripted_performance", "DE")
    wish = stamping.Wish(licensed.id, use, io.BytesIO(media("still.jpg")), "still.jpg")
    done = stamping.stamp(services=services, actor=licensed.licensee, at=DURING, wish=wish)
    with database.write() as session:
        lifecycle.change_standing(
            session=session,
            actor=licensed.licensor,
            at=DURING,
            license_id=licensed.id,
            action=LicenseAction.SUSPEND,
            reason="The label is missing.",
        )
    with pytest.raises(LicenseRefuses) as refusal, database.write() as session:
        stamping.keep(session=session, actor=licensed.licensee, at=DURING, stamped=done)
    assert refusal.value.code == "SUSPENDED"


def test_history_is_kept_as_that_of_the_parent(callers: Callers, licensed: Licensed, root: str) -> None:
    camera = Forger(host="camera.example").sign(media("still.jpg"))
    before = read(camera, "still.jpg", anchors=root)["active_manifest"]
    made = make_mark(callers.licensee, licensed.id, content=camera, digital_source_type="compositeSynthetic")
    assert made["has_history"] is True
    once = callers.licensee.get(made["content_url"], buffered=True).data
    twice = stamped(callers.licensee, licensed.id, content=once)
    report = read(twice, "still.jpg", anchors=root)
    assert report["validation_state"] == "Trusted"
    assert set(report["manifests"]) == {before, made["manifest_label"], report["active_manifest"]}
    for label, parent in ((report["active_manifest"], made["manifest_label"]), (made["manifest_label"], before)):
        manifest = report["manifests"][label]
        [ingredient] = manifest["ingredients"]
        assert (ingredient["relationship"], ingredient["active_manifest"]) == ("parentOf", parent)
        [actions] = [a["data"]["actions"] for a in manifest["assertions"] if a["label"].startswith("c2pa.actions")]
        assert [action["action"] for action in actions] == ["c2pa.opened"]


def test_how_a_file_came_to_be_is_said_only_where_its_maker_says_it(
    callers: Callers, licensed: Licensed, root: str
) -> None:
    said = stamped(callers.licensee, licensed.id, digital_source_type="compositeSynthetic")
    [action] = assertion(read(said, "still.jpg", anchors=root), "c2pa.actions.v2")["actions"]
    assert (action["action"], action["digitalSourceType"]) == ("c2pa.created", SYNTHETIC)
    unsaid = read(stamped(callers.licensee, licensed.id), "still.jpg", anchors=root)
    [action] = assertion(unsaid, "c2pa.actions.v2")["actions"]
    assert action["action"] == "c2pa.opened"
    assert [each["relationship"] for each in active(unsaid)["ingredients"]] == ["parentOf"]
    answer = send_mark(callers.licensee, licensed.id, digital_source_type="magic")
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/digital_source_type")


def test_the_credential_in_the_mark_is_one_of_its_own_and_names_nobody(
    client: FlaskClient, callers: Callers, licensed: Licensed, root: str
) -> None:
    made = make_mark(callers.licensee, licensed.id)
    content = callers.licensee.get(made["content_url"], buffered=True).data
    token = assertion(read(content, "still.jpg", anchors=root))["credential"]
    claims = verify(client, token, typ="likeness-mark+jwt", at=DURING)
    assert set(claims) == {"iss", "sub", "jti", "iat", "exp", "source_sha256", "status"}
    assert (claims["sub"], claims["jti"]) == (licensed.id, made["id"])
    assert claims["source_sha256"] == made["source_sha256"]
    assert status(client, claims, at=DURING) == 0
    with pytest.raises(Refused):
        verify(client, token, typ="likeness-license+jwt", at=DURING)
    callers.licensor.post(f"/v1/licenses/{licensed.id}/suspension", json={"reason": "The label is missing."})
    assert status(client, claims, at=DURING) == 2


def test_the_credential_ends_with_the_license(
    client: FlaskClient, callers: Callers, licensed: Licensed, clock: FrozenClock, root: str
) -> None:
    clock.move_to(ENDS_AT - TICK)
    token = assertion(read(stamped(callers.licensee, licensed.id), "still.jpg", anchors=root))["credential"]
    claims = verify(client, token, typ="likeness-mark+jwt", at=ENDS_AT - TICK)
    assert claims["exp"] == ENDS_AT.timestamp()
    with pytest.raises(Refused):
        verify(client, token, typ="likeness-mark+jwt", at=ENDS_AT)


def test_the_credential_ends_with_the_time_for_the_next_check_in(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock, root: str
) -> None:
    with database.write() as session:
        made = make_license(session, services.store, check_in={"every_hours": 24, "grace_hours": 12})
        studio = caller_for(session, client, made.licensee)
    for hours, ends in ((1, 24), (25, 36)):
        at = clock.move_to(STARTS_AT + timedelta(hours=hours))
        token = assertion(read(stamped(studio, made.id), "still.jpg", anchors=root))["credential"]
        claims = verify(client, token, typ="likeness-mark+jwt", at=at)
        assert claims["exp"] == (STARTS_AT + timedelta(hours=ends)).timestamp()
    clock.move_to(STARTS_AT + timedelta(hours=36))
    assert send_mark(studio, made.id).get_json()["code"] == "CHECK_IN_OVERDUE"


@pytest.mark.parametrize(("public", "says"), [(["term"], "2027-01-01T05:00:00Z"), (["performer"], None)])
def test_the_end_is_in_the_file_only_where_the_deal_makes_it_public(
    database: Database, services: Services, client: FlaskClient, root: str, public: list[str], says: str | None
) -> None:
    with database.write() as session:
        made = make_license(session, services.store, public_record=public)
        studio = caller_for(session, client, made.licensee)
    assert assertion(read(stamped(studio, made.id), "still.jpg", anchors=root)).get("ends_at") == says


def test_a_call_sent_again_is_answered_again(callers: Callers, licensed: Licensed) -> None:
    def send(content: bytes) -> Any:
        return callers.licensee.post(
            f"/v1/licenses/{licensed.id}/marks",
            data={**USE, "file": (io.BytesIO(content), "still.png")},
            content_type="multipart/form-data",
            headers={"Idempotency-Key": "once"},
        )

    first, again = send(media("still.png")), send(media("still.png"))
    assert (first.status_code, again.get_json()) == (201, first.get_json())
    assert send(media("still.png") + b"x").status_code == 422
    assert len(callers.licensee.get(f"/v1/licenses/{licensed.id}/marks").get_json()["items"]) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"Only words."),
        ("still.jpg", b"%PDF-1.7\nA contract"),
        ("still.gif", b"GIF89a" + bytes(60)),
        ("still.png", b"\x89PNG\r\n\x1a\n"),
        ("still.jpg", b"\xff\xd8\xff"),
        ("tone.wav", b"RIFF\xff\xff\xff\xffWAVE"),
        ("film.mp4", b"\x00\x00\x00\x18ftypisom"),
    ],
)
def test_what_cannot_be_stamped_is_refused(callers: Callers, licensed: Licensed, name: str, content: bytes) -> None:
    answer = send_mark(callers.licensee, licensed.id, name, content=content)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "not_stampable")
    empty = send_mark(callers.licensee, licensed.id, name, content=b"")
    assert (empty.status_code, empty.get_json()["code"]) == (422, "empty_file")


@on_sqlite
def test_the_content_tells_what_a_file_is_not_its_name(callers: Callers, licensed: Licensed) -> None:
    made = make_mark(callers.licensee, licensed.id, "still.png", content=media("still.jpg"))
    assert made["media_type"] == "image/jpeg"
