"""Holders over HTTP: they read and sign, the sides learn what is awaited, who loses a race what is free."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation.models import Negotiation
from app.parties import service as parties
from app.parties.states import QuorumKind
from tests.factories.catalog import ADMINISTRATOR
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import (
    INTENDED_USE,
    accept_latest,
    deal_terms,
    grant,
    make_counter,
    make_request,
)
from tests.factories.parties import make_actor
from tests.factories.signatures import Held, make_held
from tests.support.clock import START
from tests.support.databases import on_sqlite


@dataclass(frozen=True)
class Callers:
    held: Held
    estate: Caller
    studio: Caller
    ana: Caller
    rival: Caller


@pytest.fixture
def callers(database: Database, services: Services, client: FlaskClient) -> Callers:
    with database.write() as session:
        held = make_held(session, services.store, ana=5000)
        return Callers(
            held=held,
            estate=caller_for(session, client, held.sides.licensor),
            studio=caller_for(session, client, held.sides.studio),
            ana=caller_for(session, client, held["ana"]),
            rival=caller_for(session, client, make_actor(session, name="Rival Games")),
        )


def open_talks(callers: Callers, **terms: Any) -> tuple[str, dict[str, Any]]:
    """Return the address of new talks, and how their request is named."""
    body = {
        "package_id": callers.held.sides.package.id,
        "production_id": callers.held.sides.production.id,
        "intended_use": INTENDED_USE,
        "terms": deal_terms(**terms),
        "message": "Between the two of us.",
    }
    answer = callers.studio.post("/v1/negotiations", json=body)
    assert answer.status_code == 201, answer.get_json()
    opened = answer.get_json()
    offer = opened["latest_offer"]
    named = {"offer_number": offer["number"], "terms_sha256": offer["terms_sha256"]}
    return f"/v1/negotiations/{opened['id']}", named


def test_agreed_awaited_signed(callers: Callers) -> None:
    path, named = open_talks(callers)
    awaited = callers.estate.post(f"{path}/acceptance", json=named)
    assert awaited.status_code == 202, awaited.get_json()
    told = awaited.get_json()
    (signer,) = told["signers"]
    assert (signer["party_name"], signer["state"]) == ("Ana", "awaited")
    assert signer["holdings"] == [{"capacity": "heir", "share_bps": 5000, "components": ["voice"]}]
    assert (told["missing_share_bps"], told["deal_id"], told["is_complete"]) == (5000, None, False)
    seen = callers.studio.get(path).get_json()
    assert (seen["latest_offer"]["state"], seen["awaited_party_id"], seen["role"]) == ("agreed", None, "licensee")
    assert seen["signing"]["missing_share_bps"] is None
    assert seen["signing"]["signers"][0]["holdings"][0]["share_bps"] is None
    signed = callers.ana.post(f"{path}/holder-signatures", json=named)
    assert signed.status_code == 201, signed.get_json()
    deal_id = signed.get_json()["deal_id"]
    for caller, share in ((callers.estate, 5000), (callers.ana, 5000), (callers.studio, None)):
        deal = caller.get(f"/v1/deals/{deal_id}").get_json()
        assert [(s["role"], s["party_name"]) for s in deal["signatures"]][2:] == [("holder", "Ana")]
        assert deal["signatures"][2]["holdings"][0]["share_bps"] == share
    assert callers.rival.get(f"/v1/deals/{deal_id}").status_code == 404


@on_sqlite
def test_a_holder_reads_offers_and_no_messages(callers: Callers) -> None:
    path, _ = open_talks(callers)
    (listed,) = callers.ana.get("/v1/negotiations").get_json()["items"]
    assert (listed["role"], listed["latest_offer"]["message"]) == ("holder", "")
    shown = callers.ana.get(path).get_json()
    assert (shown["signing"]["can_answer"], shown["hold"]) == (True, None)
    assert "Between the two of us." not in callers.ana.get(path).text
    offer = callers.ana.get(f"{path}/offers/1").get_json()
    assert (offer["message"], offer["terms"]["production"]["intended_use"]) == ("", INTENDED_USE)
    assert callers.studio.get(f"{path}/offers/1").get_json()["message"] == "Between the two of us."
    assert callers.rival.get("/v1/negotiations").get_json()["items"] == []
    for refused in (
        callers.ana.get(f"{path}/hold"),
        callers.ana.post(f"{path}/offers", json={"terms": deal_terms()}),
        callers.ana.post(f"{path}/decline", json={"reason": "No."}),
        callers.ana.post(f"{path}/withdrawal", json={}),
    ):
        assert refused.status_code == 404


@on_sqlite
def test_who_no_longer_holds_rights_reads_what_it_was_shown_before(
    database: Database, services: Services, client: FlaskClient
) -> None:
    with database.write() as session:
        held = make_held(session, services.store, own=6000, rule=QuorumKind.MORE_THAN_HALF, ana=4000)
        sides, lost = held.sides, held.holders["ana"].representation
        talks = make_request(session, sides)
        parties.fail_representation(
            session=session,
            actor=ADMINISTRATOR,
            at=START,
            representation_id=lost.id,
            as_of=START,
            reason="The will was void.",
        )
        make_counter(session, sides.licensor, talks)
        ana, studio = (caller_for(session, client, each) for each in (held["ana"], sides.studio))
        path = f"/v1/negotiations/{talks.id}"
    before = {path: 200, f"{path}/offers/1": 200, f"{path}/offers/2": 404, f"{path}/offers/1/difference/2": 404}
    assert {each: ana.get(each).status_code for each in before} == before
    assert {studio.get(each).status_code for each in before} == {200}
    shown = ana.get(path).get_json()
    assert [offer["number"] for offer in shown["offers"]] == [1]
    assert (shown["latest_offer"]["number"], shown["signing"], shown["findings"]) == (1, None, [])
    with database.write() as session:
        deal = accept_latest(session, sides.studio, session.get_one(Negotiation, talks.id))
        of_deal = [f"/v1/deals/{deal.id}", f"/v1/deals/{deal.id}/contract.pdf"]
    assert {ana.get(each).status_code for each in of_deal} == {404}
    assert studio.get(of_deal[0]).status_code == 200
    assert ana.get(path).get_json()["deal_id"] is None


@on_sqlite
def test_why_talks_ended_is_between_the_sides(callers: Callers) -> None:
    path, _ = open_talks(callers)
    assert callers.estate.post(f"{path}/decline", json={"reason": "Too cheap for us."}).status_code == 200
    assert callers.studio.get(path).get_json()["closing_reason"] == "Too cheap for us."
    assert callers.ana.get(path).get_json()["closing_reason"] == ""


@on_sqlite
def test_refused_answers_of_holders(callers: Callers) -> None:
    path, named = open_talks(callers)
    signatures, refusals = f"{path}/holder-signatures", f"{path}/holder-refusals"
    for caller, address, body, expected in (
        (callers.estate, signatures, named, (409, "not_a_signer")),
        (callers.rival, signatures, named, (404, "not_found")),
        (callers.ana, signatures, named | {"offer_number": 2}, (409, "offer_superseded")),
        (callers.ana, signatures, named | {"terms_sha256": "0" * 64}, (409, "terms_differ")),
        (callers.ana, signatures, {"offer_number": 1}, (422, "invalid_input")),
        (callers.ana, refusals, named, (422, "invalid_input")),
    ):
        answer = caller.post(address, json=body)
        assert (answer.status_code, answer.get_json()["code"]) == expected
    told = callers.ana.post(refusals, json=named | {"reason": "Not in games."}).get_json()
    assert (told["signers"][0]["state"], told["signers"][0]["reason"]) == ("refused", "Not in games.")


@on_sqlite
def test_the_loser_of_a_race_learns_what_is_still_free(callers: Callers) -> None:
    """As much as the answer to the same question for avails says, and the offer still stands."""
    talks = [
        open_talks(callers, grants=[grant(exclusivity="exclusive", territory=territory)])
        for territory in ("+DE +JP", "+DE +FR")
    ]
    for path, named in talks:
        assert callers.estate.post(f"{path}/acceptance", json=named).status_code == 202
    assert callers.ana.post(f"{talks[0][0]}/holder-signatures", json=talks[0][1]).status_code == 201
    lost = callers.ana.post(f"{talks[1][0]}/holder-signatures", json=talks[1][1])
    assert lost.status_code == 409
    problem = lost.get_json()
    assert problem["code"] == "rights_not_available"
    assert problem["reasons"][0]["code"] == "EXCLUSIVELY_GRANTED"
    assert problem["fixes"][0]["sentence"] == "Free if DE is dropped."
    assert problem["free"] == [
        {"territory": ["FR"], "windows": [{"first_day": "2026-06-15", "last_day": "2026-12-31"}]}
    ]
    seen = callers.ana.get(talks[1][0]).get_json()
    assert (seen["latest_offer"]["state"], seen["signing"]["signers"][0]["state"]) == ("agreed", "awaited")
