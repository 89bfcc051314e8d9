"""Comments, agreed fields, documents and inspections over HTTP."""

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from app.audit.models import AuditRecord
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation.discussion.rules.talking import INSPECTION_LASTS
from app.negotiation.discussion.service import documents
from app.parties.service import give_consent
from app.parties.states import Capacity, PartyKind
from app.values.canonical import sha256_hex
from tests.factories.catalog import make_listed_package
from tests.factories.discussion import PAPER, make_document_request, make_inspection, share
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import Sides, deal_terms, make_counter, make_production, make_request
from tests.factories.parties import make_actor, make_administrator, make_estate, make_representation
from tests.negotiation.discussion.conftest import Callers, Talks
from tests.support.clock import START, FrozenClock
from tests.support.databases import on_sqlite

FEE = {"amount_minor": 1_250_000, "currency": "USD"}
DEARER = {"amount_minor": 1_500_000, "currency": "USD"}


def agreement(pointer: str, value: Any, number: int = 1) -> dict[str, Any]:
    return {"offer_number": number, "pointer": pointer, "value_sha256": sha256_hex(value)}


def told(answer: Any) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json", answer.text
    return answer.status_code, answer.get_json()["code"]


def fee_of(talks: Talks, caller: Caller) -> Any:
    return caller.get(f"{talks.path}/offers/1").get_json()["terms"]["fee"]


def file(content: bytes = PAPER, name: str = "letters.pdf", **fields: str) -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(content), name), **fields}, "content_type": "multipart/form-data"}


def test_comments_are_listed_by_offer_and_field_newest_first(callers: Callers, talks: Talks) -> None:
    path = f"{talks.path}/comments"
    for pointer in ("/fee", "/grants/0/territory", "", "/fee"):
        sent = callers.estate.post(path, json={"offer_number": 1, "pointer": pointer, "text": f"On {pointer}."})
        assert sent.status_code == 201, sent.text
    found = callers.studio.get(path, query_string={"limit": 3})
    assert [item["pointer"] for item in found.get_json()["items"]] == ["/fee", "", "/grants/0/territory"]
    rest = callers.studio.get(found.headers["Link"].split(">")[0].lstrip("<"))
    assert [item["text"] for item in rest.get_json()["items"]] == ["On /fee."]
    for query, count in (({"pointer": ""}, 1), ({"pointer": "/fee"}, 2), ({"offer_number": 2}, 0)):
        assert len(callers.studio.get(path, query_string=query).get_json()["items"]) == count
    assert callers.studio.get(path, query_string={"pionter": "/fee"}).status_code == 422


UNKEPT: list[dict[str, Any]] = [
    {"pointer": "fee"},
    {"pointer": "/fee~3"},
    {"pointer": "/constructor/prototype"},
    {"pointer": "/__proto__"},
    {"pointer": "/fee/__class__"},
    {"pointer": "/0" * 90},
    {"pointer": "/" * 301},
    {"pointer": None},
    {"pointer": ["/fee"]},
    {"pointer": "/fee\u202e"},
    {"offer_number": 0},
    {"offer_number": True},
    {"offer_number": "1"},
    {"offer_number": 10**30},
    {"text": ""},
    {"text": "  \n "},
    {"text": "a" * 4001},
    {"text": "paid\u202e"},
    {"text": "\x07"},
    {"text": {"a": 1}},
    {"html": "<b>"},
]


@on_sqlite
def test_a_comment_that_cannot_be_kept_is_refused(callers: Callers, talks: Talks) -> None:
    for changes in UNKEPT:
        sent = {"offer_number": 1, "pointer": "/fee", "text": "Too much."} | changes
        assert callers.estate.post(f"{talks.path}/comments", json=sent).status_code == 422, changes
    assert callers.estate.get(f"{talks.path}/comments").get_json()["items"] == []


def test_a_comment_sent_twice_is_there_once(callers: Callers, talks: Talks) -> None:
    sent = {"json": {"offer_number": 1, "text": "Hello."}, "headers": {"Idempotency-Key": "once"}}
    first, again = (callers.estate.post(f"{talks.path}/comments", **sent) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert len(callers.studio.get(f"{talks.path}/comments").get_json()["items"]) == 1


def test_a_field_agreed_by_both_stands_in_the_way_of_a_counteroffer(callers: Callers, talks: Talks) -> None:
    path, sent = f"{talks.path}/agreed-fields", agreement("/fee", fee_of(talks, callers.studio))
    assert callers.studio.post(path, json=sent).status_code == 201
    both = callers.estate.post(path, json=sent).get_json()
    (field,) = both["fields"]
    assert (field["pointer"], field["is_locked"]) == ("/fee", True)
    assert field["value_sha256"] == sent["value_sha256"] == sha256_hex(field["value"])
    assert callers.studio.get(path).get_json() == both

    refused = callers.estate.post(f"{talks.path}/offers", json={"terms": deal_terms(fee=DEARER)})
    assert told(refused) == (409, "field_agreed")
    problem = refused.get_json()
    assert [each["pointer"] for each in problem["errors"]] == ["/terms/fee"]
    assert problem["agreed"][0]["value"]["amount_minor"] == 1_250_000

    why = {"pointer": "/fee", "reason": "We learned of the second chapter."}
    opened = callers.estate.post(f"{path}/reopening", json=why).get_json()
    assert [each["agreed_by_party_ids"] for each in opened["fields"]] == [[talks.studio.party_id]]
    assert callers.estate.post(f"{talks.path}/offers", json={"terms": deal_terms(fee=DEARER)}).status_code == 201
    assert callers.estate.get(path).get_json() == {"offer_number": 2, "fields": []}


UNAGREED: list[tuple[dict[str, Any], int, str]] = [
    ({"pointer": ""}, 422, "invalid_input"),
    ({"pointer": "/licensor"}, 422, "not_negotiable"),
    ({"pointer": "/platform_fee_bps"}, 422, "not_negotiable"),
    ({"pointer": "/terms_version"}, 422, "not_negotiable"),
    ({"pointer": "/production/intended_use"}, 422, "not_negotiable"),
    ({"pointer": "/grants/0/exclusivity"}, 422, "part_of_list"),
    ({"pointer": "/__proto__"}, 422, "invalid"),
    ({"pointer": "/fee~"}, 422, "invalid"),
    ({"pointer": "/fee/amount_minor/" + "0/" * 100}, 422, "invalid"),
    ({"value_sha256": "0" * 64}, 409, "value_differs"),
    ({"value_sha256": "0" * 63}, 422, "invalid_input"),
    ({"value_sha256": "A" * 64}, 422, "invalid_input"),
    ({"offer_number": 2}, 409, "offer_superseded"),
    ({"value": 12}, 422, "invalid_input"),
]


@on_sqlite
def test_what_cannot_be_agreed_to_is_refused(callers: Callers, talks: Talks) -> None:
    path, fee = f"{talks.path}/agreed-fields", fee_of(talks, callers.studio)
    for changes, status, code in UNAGREED:
        answer = callers.studio.post(path, json=agreement("/fee", fee) | changes)
        assert answer.status_code == status, f"{changes}: {answer.text}"
        problem = answer.get_json()
        assert code in {problem["code"], *(each["code"] for each in problem.get("errors", []))}, changes
    assert callers.studio.get(path).get_json()["fields"] == []


def test_a_superseded_offer_is_not_agreed_to(callers: Callers, talks: Talks, database: Database) -> None:
    with database.write() as session:
        make_counter(session, talks.estate, talks.row, credit_line="With thanks")
    sent = agreement("/fee", fee_of(talks, callers.studio))
    assert told(callers.studio.post(f"{talks.path}/agreed-fields", json=sent)) == (409, "offer_superseded")
    answer = callers.studio.post(f"{talks.path}/agreed-fields", json=sent | {"offer_number": 2})
    assert answer.status_code == 201


def test_nothing_is_reopened_that_the_side_has_not_agreed_to(callers: Callers, talks: Talks) -> None:
    callers.studio.post(f"{talks.path}/agreed-fields", json=agreement("/fee", fee_of(talks, callers.studio)))
    path = f"{talks.path}/agreed-fields/reopening"
    why = {"pointer": "/fee", "reason": "No."}
    assert told(callers.estate.post(path, json=why)) == (409, "nothing_agreed")
    assert callers.studio.post(path, json={"pointer": "/fee", "reason": " "}).status_code == 422
    assert callers.studio.post(path, json=why).status_code == 200
    assert told(callers.studio.post(path, json=why)) == (409, "nothing_agreed")


def test_a_document_is_asked_for_given_and_downloaded(callers: Callers, talks: Talks) -> None:
    asked = callers.studio.post(f"{talks.path}/document-requests", json={"what": "Letters", "why": "Our counsel."})
    assert asked.status_code == 201
    given = callers.estate.post(f"{talks.path}/documents", **file(request_id=asked.get_json()["id"]))
    assert given.status_code == 201, given.text
    document = given.get_json()
    (request,) = callers.estate.get(f"{talks.path}/document-requests").get_json()["items"]
    assert (request["status"], request["document_id"]) == ("provided", document["id"])
    (listed,) = callers.studio.get(f"{talks.path}/documents").get_json()["items"]
    assert listed == document
    answer = callers.studio.get(f"{talks.path}/documents/{document['id']}/content", buffered=True)
    assert answer.data == PAPER
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=letters.pdf"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"


@on_sqlite
def test_what_a_file_is_follows_from_its_content(callers: Callers, talks: Talks) -> None:
    sent = file(b"<html><script>alert(1)</script></html>", "../deals/contract.pdf")
    document = callers.estate.post(f"{talks.path}/documents", **sent).get_json()
    assert (document["filename"], document["media_type"]) == ("contract.pdf", "text/html")
    answer = callers.studio.get(f"{talks.path}/documents/{document['id']}/content", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@on_sqlite
def test_files_that_are_too_large_or_none_are_refused(
    callers: Callers, talks: Talks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "LARGEST_SHARED_BYTES", len(PAPER) - 1)
    assert told(callers.estate.post(f"{talks.path}/documents", **file())) == (413, "file_too_large")
    assert told(callers.estate.post(f"{talks.path}/documents", **file(b""))) == (422, "empty_file")
    nothing = {"data": {"description": "No file"}, "content_type": "multipart/form-data"}
    assert callers.estate.post(f"{talks.path}/documents", **nothing).status_code == 422
    unknown = callers.estate.post(f"{talks.path}/documents", **file(b"x", request_id="dcr_unknown"))
    assert told(unknown) == (404, "not_found")


def test_a_request_is_declined_with_a_reason_and_given_after_all(callers: Callers, talks: Talks) -> None:
    asked = callers.estate.post(f"{talks.path}/document-requests", json={"what": "The budget"}).get_json()
    path = f"{talks.path}/document-requests/{asked['id']}"
    assert callers.studio.post(f"{path}/decline", json={"reason": ""}).status_code == 422
    declined = callers.studio.post(f"{path}/decline", json={"reason": "It is confidential."}).get_json()
    assert (declined["status"], declined["decline_reason"]) == ("declined", "It is confidential.")
    assert told(callers.estate.post(f"{path}/withdrawal", json={})) == (409, "document_request_settled")
    assert callers.studio.post(f"{talks.path}/documents", **file(request_id=asked["id"])).status_code == 201


def everything(document_id: str, request_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Every call that reads or writes what the two sides say."""
    why = {"reason": "For a good reason."}
    return [
        ("GET", "comments", {}),
        ("POST", "comments", {"json": {"offer_number": 1, "text": "Hello."}}),
        ("GET", "agreed-fields", {}),
        ("POST", "agreed-fields", {"json": agreement("/fee", FEE)}),
        ("POST", "agreed-fields/reopening", {"json": {"pointer": "/fee", **why}}),
        ("GET", "document-requests", {}),
        ("POST", "document-requests", {"json": {"what": "Letters"}}),
        ("POST", f"document-requests/{request_id}/decline", {"json": why}),
        ("POST", f"document-requests/{request_id}/withdrawal", {"json": {}}),
        ("GET", "documents", {}),
        ("POST", "documents", file()),
        ("GET", f"documents/{document_id}/content", {}),
    ]


def test_what_two_sides_say_is_there_for_nobody_else(
    callers: Callers, client: FlaskClient, database: Database, services: Services
) -> None:
    """Neither for strangers, nor for a co-holder who consented, nor for an administrator who has not said why."""
    with database.write() as session:
        estate = make_estate(session, services.store, share_bps=5000)
        heir = make_actor(session, kind=PartyKind.ESTATE, name="Heir of the Half")
        claim = {"capacity": Capacity.HEIR, "share_bps": 5000}
        held = make_representation(session, services.store, heir, estate.performer, **claim)
        consent = {"representation_id": held.id, "licensor_party_id": estate.party.id}
        give_consent(session=session, actor=heir, at=START, **consent)
        package, buyer = make_listed_package(session, services.store, estate), make_actor(session)
        sides = Sides(estate, package, buyer, make_production(session, buyer))
        talks = Talks(sides, make_request(session, sides))
        document = share(session, services.store, talks.estate, talks.row)
        request = make_document_request(session, talks.studio, talks.row)
        co_holder, studio = caller_for(session, client, heir), caller_for(session, client, talks.studio)
    for caller in (callers.rival, callers.administrator, co_holder):
        for method, place, payload in everything(document.id, request.id):
            answer = caller.call(method, f"{talks.path}/{place}", **payload)
            assert told(answer) == (404, "not_found"), f"{method} {place}"
    for caller in (callers.rival, co_holder):
        assert told(caller.get(f"{talks.path}/inspections")) == (404, "not_found")
    assert studio.get(f"{talks.path}/comments").get_json()["items"] == []


def test_a_document_of_other_talks_is_not_reached_through_ones_own(
    callers: Callers, talks: Talks, client: FlaskClient, database: Database, services: Services
) -> None:
    with database.write() as session:
        document = share(session, services.store, talks.estate, talks.row)
        other = make_request(session, talks.sides)
        looker = make_administrator(session)
        inspection = make_inspection(session, looker, other)
        caller = caller_for(session, client, looker)
    path = f"/v1/negotiations/{other.id}"
    assert told(callers.estate.get(f"{path}/documents/{document.id}/content")) == (404, "not_found")
    inspected = f"{path}/inspections/{inspection.id}/documents/{document.id}"
    assert told(caller.get(inspected)) == (404, "not_found")


def test_an_administrator_looks_for_a_reason_for_an_hour_and_leaves_a_trace(
    callers: Callers, talks: Talks, database: Database, clock: FrozenClock
) -> None:
    answered = {"terms": deal_terms(credit_line="With thanks"), "message": "Our last word."}
    assert callers.estate.post(f"{talks.path}/offers", json=answered).status_code == 201
    callers.studio.post(f"{talks.path}/comments", json={"offer_number": 1, "pointer": "/fee", "text": "Secret."})
    callers.studio.post(f"{talks.path}/agreed-fields", json=agreement("/fee", fee_of(talks, callers.studio), 2))
    document = callers.estate.post(f"{talks.path}/documents", **file()).get_json()
    assert told(callers.administrator.get(f"{talks.path}/comments")) == (404, "not_found")
    why = {"reason": "The estate reports threats."}
    opened = callers.administrator.post(f"{talks.path}/inspections", json=why)
    assert opened.status_code == 201, opened.text
    path = f"{talks.path}/inspections/{opened.get_json()['id']}"

    seen = callers.administrator.get(path)
    assert seen.status_code == 200, seen.text
    dossier = seen.get_json()
    assert [comment["text"] for comment in dossier["comments"]] == ["Secret."]
    assert [field["pointer"] for field in dossier["agreed"]["fields"]] == ["/fee"]
    assert [offer["terms"]["credit_line"] for offer in dossier["offers"]][1] == "With thanks"
    assert [offer["message"] for offer in dossier["offers"]] == ["", "Our last word."]
    assert dossier["negotiation"]["latest_offer"]["message"] == "Our last word."
    assert "role" not in dossier["negotiation"]
    assert [each["id"] for each in dossier["documents"]] == [document["id"]]
    got = callers.administrator.get(f"{path}/documents/{document['id']}", buffered=True)
    assert got.data == PAPER

    for caller in (callers.other_administrator, callers.rival, callers.studio, callers.estate):
        for place in (path, f"{path}/documents/{document['id']}"):
            assert told(caller.get(place)) == (404, "not_found")
    (listed,) = callers.estate.get(f"{talks.path}/inspections").get_json()["items"]
    assert listed["reason"] == why["reason"]
    assert told(callers.rival.get(f"{talks.path}/inspections")) == (404, "not_found")

    clock.advance(INSPECTION_LASTS)
    assert told(callers.administrator.get(path)) == (403, "inspection_over")
    assert told(callers.administrator.get(f"{path}/documents/{document['id']}")) == (403, "inspection_over")
    with database.read() as session:
        records = session.exec(select(AuditRecord).where(AuditRecord.subject_id == talks.id)).all()
    trail = [(r.action, json.loads(r.detail).get("document_id")) for r in records if "inspection" in r.action]
    assert trail == [("inspection.opened", None), ("inspection.read", None), ("inspection.read", document["id"])]


def test_only_administrators_inspect_and_never_without_a_reason(callers: Callers, talks: Talks) -> None:
    path = f"{talks.path}/inspections"
    for caller in (callers.studio, callers.estate, callers.rival):
        assert told(caller.post(path, json={"reason": "Curious."})) == (403, "forbidden")
    assert callers.administrator.post(path, json={"reason": "\n"}).status_code == 422
    unknown = callers.administrator.post("/v1/negotiations/neg_none/inspections", json={"reason": "Curious."})
    assert told(unknown) == (404, "not_found")
    assert callers.estate.get(path).get_json()["items"] == []
