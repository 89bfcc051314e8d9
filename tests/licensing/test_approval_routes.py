"""Approvals over HTTP: with a file or a hash, listed for both sides, and what nonsense is told."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.approvals import make_asking_license
from tests.factories.licensing import DURING, ENDS_AT, USE, Callers, Licensed, make_callers
from tests.support.clock import FrozenClock
from tests.support.databases import on_sqlite

CONTENT = b"%PDF-1.7\nThe second chapter\n"
ASKED = {"stage": "script", "description": "The lines of the second chapter."}


@pytest.fixture
def licensed(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    clock.move_to(DURING)
    with database.write() as session:
        return make_asking_license(session, services.store)


@pytest.fixture
def callers(database: Database, client: FlaskClient, licensed: Licensed) -> Callers:
    with database.write() as session:
        return make_callers(session, client, licensed)


def refused(answer: TestResponse, status: int, code: str) -> None:
    found = answer.get_json()
    assert (answer.status_code, answer.content_type, found["code"]) == (status, "application/problem+json", code)


def test_a_script_is_shown_and_approved(callers: Callers, licensed: Licensed) -> None:
    address = f"/v1/licenses/{licensed.id}/approvals"
    form = ASKED | {"file": (io.BytesIO(CONTENT), "chapter.pdf")}
    asked = callers.licensee.post(address, data=form, content_type="multipart/form-data")
    assert asked.status_code == 201, asked.text
    body = asked.get_json()
    assert body == {
        "id": body["id"], "license_id": licensed.id, "title": "The script",
        "action": None, "phase": None, "stage": "script", "description": ASKED["description"],
        "sha256": hashlib.sha256(CONTENT).hexdigest(), "filename": "chapter.pdf", "size_bytes": len(CONTENT),
        "content_url": f"/v1/approvals/{body['id']}/content",
        "status": "asked", "round": 1, "rounds": 1, "follows_id": None, "silence": "approved",
        "asked_at": "2026-09-01T12:00:00Z", "answer_by": "2026-09-07T04:00:00Z", "answered_at": None, "reason": "",
    }  # fmt: skip
    file = callers.licensor.get(body["content_url"], buffered=True)
    assert (file.data, file.headers["Cache-Control"]) == (CONTENT, "private, no-store")
    answer = {"answer": "want_changes", "reason": "No war."}
    answered = callers.licensor.post(f"/v1/approvals/{body['id']}/answer", json=answer)
    assert (answered.status_code, answered.get_json()["status"]) == (201, "changes_wanted")
    again = callers.licensee.post(address, json=ASKED | {"follows_id": body["id"], "sha256": "0" * 64}).get_json()
    assert (again["round"], again["content_url"]) == (2, None)
    refused(callers.licensor.get(f"/v1/approvals/{again['id']}/content"), 404, "not_found")
    for caller in (callers.licensee, callers.licensor, callers.administrator):
        listed = caller.get(f"{address}?limit=1").get_json()
        assert [item["id"] for item in listed["items"]] == [again["id"]]
        older = caller.get(f"{address}?cursor={listed['next_cursor']}").get_json()["items"]
        assert [(item["id"], item["status"], item["reason"]) for item in older] == [
            (body["id"], "changes_wanted", "No war.")
        ]
        assert caller.get(f"/v1/approvals/{again['id']}").get_json()["status"] == "asked"


def test_a_decision_that_names_the_approval_is_allowed(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT + timedelta(days=1))
    asked = {"action": "patch", "description": "Taking the harbor master out, build 1.42."}
    approval = callers.licensee.post(f"/v1/licenses/{licensed.id}/approvals", json=asked).get_json()
    assert (approval["title"], approval["phase"]) == ("To patch, after expiry", "expired")
    use = USE | {"action": "patch", "approval_id": approval["id"]}

    def decided() -> str:
        answer = callers.licensee.post(f"/v1/licenses/{licensed.id}/decision", json=use)
        return str(answer.get_json()["code"])

    assert decided() == "APPROVAL_REQUIRED"
    callers.licensor.post(f"/v1/approvals/{approval['id']}/answer", json={"answer": "approve"})
    assert decided() == "ALLOWED"


def test_refusals_have_their_codes(callers: Callers, licensed: Licensed, clock: FrozenClock) -> None:
    address = f"/v1/licenses/{licensed.id}/approvals"
    refused(callers.licensee.post(address, json=ASKED | {"stage": "sample"}), 409, "approval_not_needed")
    refused(callers.licensor.post(address, json=ASKED), 404, "not_found")
    refused(callers.stranger.get(address), 404, "not_found")
    asked = callers.licensee.post(address, json=ASKED).get_json()["id"]
    refused(callers.licensor.post(f"/v1/approvals/{asked}/answer", json={"answer": "refuse"}), 422, "invalid_input")
    refused(callers.licensee.post(f"/v1/approvals/{asked}/answer", json={"answer": "approve"}), 404, "not_found")
    refused(callers.stranger.get(f"/v1/approvals/{asked}"), 404, "not_found")
    clock.advance(timedelta(days=6))
    assert callers.licensee.get(f"/v1/approvals/{asked}").get_json()["status"] == "approved_by_silence"
    late = callers.licensor.post(f"/v1/approvals/{asked}/answer", json={"answer": "refuse", "reason": "No."})
    refused(late, 409, "approval_answered")


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        {"stage": None},
        {"action": "patch"},
        {"phase": "expired"},
        {"stage": "trailer"},
        {"stage": 7},
        {"description": ""},
        {"description": "\u200b"},
        {"description": "x" * 2001},
        {"sha256": "0" * 63},
        {"sha256": "Z" * 64},
        {"sha256": 5},
        {"file": "no file"},
        {"follows_id": "x" * 33},
        {"more": 1},
    ],
)
def test_nonsense_is_refused_with_its_place(callers: Callers, licensed: Licensed, body: dict[str, Any]) -> None:
    refused(callers.licensee.post(f"/v1/licenses/{licensed.id}/approvals", json=ASKED | body), 422, "invalid_input")
