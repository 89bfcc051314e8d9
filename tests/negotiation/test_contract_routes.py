"""The contract over HTTP: for its sides the document and the file, for anybody the check."""

import hashlib
import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation.contract import routes
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import make_deal, make_sides
from tests.factories.parties import make_actor, make_administrator
from tests.support.databases import on_sqlite

CHECKS = "/v1/contract-checks"


@pytest.fixture
def callers(database: Database, services: Services, client: FlaskClient) -> dict[str, Any]:
    with database.write() as session:
        sides = make_sides(session, services.store)
        deal = make_deal(session, sides)
        return {
            "deal": deal.id,
            "terms": deal.terms_sha256,
            "estate": caller_for(session, client, sides.licensor),
            "studio": caller_for(session, client, sides.studio),
            "rival": caller_for(session, client, make_actor(session, name="Rival Games")),
            "administrator": caller_for(session, client, make_administrator(session)),
        }


def sent(content: bytes, name: str = "contract.pdf") -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(content), name)}, "content_type": "multipart/form-data"}


def downloaded(caller: Caller, path: str) -> bytes:
    with caller.get(path) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        return bytes(answer.data)


def test_both_sides_get_the_same_bytes_and_anybody_can_check_them(
    callers: dict[str, Any], client: FlaskClient
) -> None:
    path = f"/v1/deals/{callers['deal']}/contract"
    document = callers["estate"].get(path)
    assert document.status_code == 200
    sha256 = hashlib.sha256(document.data).hexdigest()
    assert document.get_etag() == (sha256, False)
    assert callers["studio"].get(path).data == document.data
    assert callers["studio"].get(path, headers={"If-None-Match": f'"{sha256}"'}).status_code == 304

    file = downloaded(callers["studio"], f"{path}.pdf")
    assert downloaded(callers["estate"], f"{path}.pdf") == file

    expected = {
        "deal_id": callers["deal"],
        "signed_at": document.get_json()["signed_at"],
        "contract_sha256": sha256,
        "terms_sha256": callers["terms"],
        "is_amended": False,
    }
    for ask in (
        sent(file),
        sent(document.data, "contract.json"),
        {"json": {"sha256": sha256}},
        {"data": {"sha256": hashlib.sha256(file).hexdigest()}},
    ):
        answer = client.post(CHECKS, **ask)
        assert answer.status_code == 200, answer.get_json()
        assert answer.get_json()["verdict"] == "genuine"
        assert answer.get_json()["contract"] == expected


def test_others_find_no_contract(callers: dict[str, Any]) -> None:
    for who in ("rival", "administrator"):
        caller: Caller = callers[who]
        for suffix in ("", ".pdf"):
            assert caller.get(f"/v1/deals/{callers['deal']}/contract{suffix}").status_code == 404


@on_sqlite
def test_a_changed_and_an_unknown_file_are_told_apart_and_nothing_of_them_is_repeated(
    callers: dict[str, Any], client: FlaskClient
) -> None:
    file = downloaded(callers["studio"], f"/v1/deals/{callers['deal']}/contract.pdf")
    changed = client.post(CHECKS, **sent(file + b"<script>x</script>"))
    assert changed.get_json()["verdict"] == "changed_copy"
    unknown = client.post(CHECKS, **sent(b"%PDF-1.7 <script>x</script>", "<script>.pdf"))
    assert (unknown.status_code, unknown.get_json()["verdict"]) == (200, "unknown")
    assert unknown.get_json()["contract"] is None
    for answer in (changed, unknown):
        assert b"script" not in answer.data
        text = json.dumps(answer.get_json())
        assert not any(word in text for word in ("Estate", "Games", "Harbor"))


@on_sqlite
@pytest.mark.parametrize(
    ("ask", "status"),
    [
        ({"json": {}}, 422),
        ({"json": {"sha256": "x"}}, 422),
        ({"json": {"sha256": "A" * 64}}, 422),
        ({"json": {"file": "text"}}, 422),
        ({"json": [1]}, 422),
        ({"data": {"sha256": "0" * 64, "file": (io.BytesIO(b"x"), "x.pdf")}}, 422),
        ({"data": b"x" * 64, "content_type": "application/pdf"}, 422),
    ],
)
def test_what_is_neither_a_file_nor_a_hash_is_refused(client: FlaskClient, ask: Any, status: int) -> None:
    answer = client.post(CHECKS, **ask)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


@on_sqlite
def test_a_file_beyond_the_limit_is_refused_before_it_is_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_CHECKED_BYTES", 2000)
    assert client.post(CHECKS, **sent(b"x" * 2000)).status_code == 413
    assert client.post(CHECKS, **sent(b"x" * 1000)).status_code == 200
