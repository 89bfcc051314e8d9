"""The road from a request to a deal over HTTP, for the two sides and nobody else."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation.rules.moves import OFFER_LASTS
from app.values.canonical import sha256_hex
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import INTENDED_USE, Sides, deal_terms, grant, make_sides
from tests.factories.parties import make_actor, make_administrator
from tests.support.clock import START, FrozenClock


@dataclass(frozen=True)
class Callers:
    sides: Sides
    estate: Caller
    studio: Caller
    rival: Caller
    administrator: Caller


@pytest.fixture
def callers(database: Database, services: Services, client: FlaskClient) -> Callers:
    with database.write() as session:
        sides = make_sides(session, services.store)
        return Callers(
            sides=sides,
            estate=caller_for(session, client, sides.licensor),
            studio=caller_for(session, client, sides.studio),
            rival=caller_for(session, client, make_actor(session, name="Rival Games")),
            administrator=caller_for(session, client, make_administrator(session)),
        )


def request_body(callers: Callers, **changes: Any) -> dict[str, Any]:
    return {
        "package_id": callers.sides.package.id,
        "production_id": callers.sides.production.id,
        "intended_use": INTENDED_USE,
        "terms": deal_terms(),
        "message": "We would love to have her.",
    } | changes


def open_negotiation(callers: Callers, **changes: Any) -> dict[str, Any]:
    answer = callers.studio.post("/v1/negotiations", json=request_body(callers, **changes))
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def acceptance(offer: dict[str, Any]) -> dict[str, Any]:
    return {"offer_number": offer["number"], "terms_sha256": offer["terms_sha256"]}


def sign(callers: Callers) -> dict[str, Any]:
    negotiation = open_negotiation(callers)
    answer = callers.estate.post(
        f"/v1/negotiations/{negotiation['id']}/acceptance", json=acceptance(negotiation["latest_offer"])
    )
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def problem(answer: Any) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    return answer.status_code, answer.get_json()["code"]


def without_shares(deal: dict[str, Any]) -> dict[str, Any]:
    for signature in deal["signatures"]:
        for holding in signature["holdings"]:
            holding.pop("share_bps", None)
    return deal


def test_from_a_request_through_a_counteroffer_to_a_deal(callers: Callers, clock: FrozenClock) -> None:
    negotiation = open_negotiation(callers)
    path = f"/v1/negotiations/{negotiation['id']}"
    assert negotiation["status"] == "open"
    assert negotiation["awaited_party_id"] == callers.sides.licensor.party_id
    assert negotiation["licensee_name"] == "Northlight Games"

    seen = callers.estate.get(path).get_json()
    assert seen["offers"][0]["message"] == "We would love to have her."
    clock.advance(timedelta(days=1))
    counter = callers.estate.post(
        f"{path}/offers",
        json={"terms": deal_terms(fee={"amount_minor": 1_500_000, "currency": "USD"}), "lasts_days": 3},
    )
    assert counter.status_code == 201
    assert counter.get_json()["number"] == 2
    assert counter.get_json()["expires_at"] == "2026-06-05T09:00:00Z"
    assert counter.get_json()["terms"]["fee"]["amount_minor"] == 1_500_000

    difference = callers.studio.get(f"{path}/offers/1/difference/2").get_json()
    assert difference["changes"] == [
        {
            "pointer": "/fee/amount_minor",
            "kind": "changed",
            "before": 1_250_000,
            "after": 1_500_000,
            "entered": [],
            "left": [],
        }
    ]
    read = callers.studio.get(f"{path}/offers/2").get_json()
    assert read == counter.get_json()
    assert sha256_hex(read["terms"]) == read["terms_sha256"]

    signed = callers.studio.post(f"{path}/acceptance", json=acceptance(read))
    assert signed.status_code == 201
    deal = signed.get_json()
    assert deal["terms"] == read["terms"]
    assert hashlib.sha256(deal["terms_json"].encode()).hexdigest() == deal["terms_sha256"] == read["terms_sha256"]
    assert {s["party_id"] for s in deal["signatures"]} == {
        callers.sides.studio.party_id,
        callers.sides.licensor.party_id,
    }
    for caller in (callers.estate, callers.studio):
        shown = caller.get(f"/v1/deals/{deal['id']}").get_json()
        shares = [holding.pop("share_bps") for each in shown["signatures"] for holding in each["holdings"]]
        assert shares == [10_000 if caller is callers.estate else None], "shares are the licensor's business"
        assert shown == without_shares(deal)
        after = caller.get(path).get_json()
        assert (after["status"], after["deal_id"]) == ("signed", deal["id"])
        assert [offer["state"] for offer in after["offers"]] == ["superseded", "accepted"]


def test_an_acceptance_sent_twice_signs_once(callers: Callers) -> None:
    negotiation = open_negotiation(callers)
    path = f"/v1/negotiations/{negotiation['id']}/acceptance"
    body = acceptance(negotiation["latest_offer"])
    first = callers.estate.post(path, json=body, headers={"Idempotency-Key": "once"})
    again = callers.estate.post(path, json=body, headers={"Idempotency-Key": "once"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert problem(callers.estate.post(path, json=body)) == (409, "negotiation_closed")


def test_an_acceptance_names_exactly_what_is_accepted(callers: Callers) -> None:
    negotiation = open_negotiation(callers)
    path = f"/v1/negotiations/{negotiation['id']}"
    changes: list[tuple[dict[str, Any], int, str]] = [
        ({"offer_number": 2}, 409, "offer_superseded"),
        ({"offer_number": 2**70}, 409, "offer_superseded"),
        ({"terms_sha256": "0" * 64}, 409, "terms_differ"),
        ({"terms_sha256": "short"}, 422, "invalid_input"),
        ({"terms_sha256": "A" * 64}, 422, "invalid_input"),
        ({"offer_number": "1"}, 422, "invalid_input"),
        ({"offer_number": 0}, 422, "invalid_input"),
        ({"also": "this"}, 422, "invalid_input"),
    ]
    for change, status, code in changes:
        refused = callers.estate.post(f"{path}/acceptance", json=acceptance(negotiation["latest_offer"]) | change)
        assert problem(refused) == (status, code), change
    assert callers.estate.get(path).get_json()["status"] == "open"


def test_an_offer_lapses_by_the_clock_alone(callers: Callers, clock: FrozenClock) -> None:
    negotiation = open_negotiation(callers)
    path = f"/v1/negotiations/{negotiation['id']}"
    clock.move_to(START + OFFER_LASTS)
    refused = callers.estate.post(f"{path}/acceptance", json=acceptance(negotiation["latest_offer"]))
    assert problem(refused) == (409, "offer_lapsed")
    seen = callers.studio.get(path).get_json()
    assert (seen["latest_offer"]["state"], seen["awaited_party_id"]) == ("lapsed", None)
    assert callers.studio.post(f"{path}/offers", json={"terms": deal_terms()}).status_code == 201


def test_one_cannot_answer_oneself(callers: Callers) -> None:
    negotiation = open_negotiation(callers)
    path = f"/v1/negotiations/{negotiation['id']}"
    accepted = callers.studio.post(f"{path}/acceptance", json=acceptance(negotiation["latest_offer"]))
    assert problem(accepted) == (409, "own_offer")
    assert problem(callers.studio.post(f"{path}/offers", json={"terms": deal_terms()})) == (409, "own_offer")
    assert problem(callers.studio.post(f"{path}/decline", json={"reason": "No."})) == (409, "own_offer")
    assert problem(callers.estate.post(f"{path}/withdrawal", json={})) == (409, "not_your_offer")


def test_the_loser_of_a_right_is_told_why_and_what_is_free(callers: Callers) -> None:
    exclusive = deal_terms(grants=[grant(exclusivity="exclusive", territory="+DE +FR")])
    first, second = (open_negotiation(callers, terms=exclusive) for _ in range(2))
    for negotiation, status in ((first, 201), (second, 409)):
        answer = callers.estate.post(
            f"/v1/negotiations/{negotiation['id']}/acceptance", json=acceptance(negotiation["latest_offer"])
        )
        assert answer.status_code == status
    assert answer.get_json()["code"] == "rights_not_available"
    assert [reason["code"] for reason in answer.get_json()["reasons"]] == ["EXCLUSIVELY_GRANTED"]
    assert callers.studio.get(f"/v1/negotiations/{second['id']}").get_json()["status"] == "open"


def test_boilerplate_is_refused_with_its_citation(callers: Callers) -> None:
    body = request_body(callers, intended_use="Any and all media, now known or hereafter devised, in perpetuity.")
    refused = callers.studio.post("/v1/negotiations", json=body)
    assert problem(refused) == (422, "intended_use_not_specific")
    assert refused.get_json()["errors"][0]["pointer"] == "/intended_use"
    assert [c["jurisdiction"] for c in refused.get_json()["citations"]] == ["*", "US-CA", "US-NY"]


def test_what_is_wrong_with_terms_is_named_by_pointer(callers: Callers) -> None:
    terms = deal_terms(
        grants=[grant(), grant(exclusivity="sole", exclusive_until="2030-01-01")], royalty={"rate_bps": 100}
    )
    refused = callers.studio.post("/v1/negotiations", json=request_body(callers, terms=terms))
    assert problem(refused) == (422, "invalid_input")
    assert [error["pointer"] for error in refused.get_json()["errors"]] == ["/terms/royalty/currency"]
    terms["royalty"]["currency"] = "USD"
    refused = callers.studio.post("/v1/negotiations", json=request_body(callers, terms=terms))
    assert [error["pointer"] for error in refused.get_json()["errors"]] == ["/terms/grants/1/exclusive_until"]


def test_malformed_terms_are_refused(callers: Callers) -> None:
    wrong: list[Any] = [None, [], "x", 1, {"grants": [None]}, {"grants": {"0": {}}}, {"term": []}]
    for terms in [*wrong, deal_terms(fee={"amount_minor": 1, "currency": []}), deal_terms(survival=[])]:
        refused = callers.studio.post("/v1/negotiations", json=request_body(callers, terms=terms))
        assert problem(refused) == (422, "invalid_input"), terms
        assert all(error["pointer"].startswith("/terms") for error in refused.get_json()["errors"])


def test_declining_tells_the_reason_and_ends_it(callers: Callers) -> None:
    negotiation = open_negotiation(callers)
    path = f"/v1/negotiations/{negotiation['id']}"
    assert problem(callers.estate.post(f"{path}/decline", json={})) == (422, "invalid_input")
    declined = callers.estate.post(f"{path}/decline", json={"reason": "No games, please."})
    assert declined.status_code == 200
    seen = callers.studio.get(path).get_json()
    assert (seen["status"], seen["closing_reason"]) == ("declined", "No games, please.")
    assert seen["closed_by_party_id"] == callers.sides.licensor.party_id
    assert problem(callers.studio.post(f"{path}/withdrawal", json={})) == (409, "negotiation_closed")


def test_lists_show_ones_own_by_status(callers: Callers) -> None:
    opened = [open_negotiation(callers)["id"] for _ in range(3)]
    callers.studio.post(f"/v1/negotiations/{opened[0]}/withdrawal", json={})
    for caller in (callers.estate, callers.studio):
        page = caller.get("/v1/negotiations?status=open&limit=1")
        assert [item["id"] for item in page.get_json()["items"]] == [opened[2]]
        assert 'rel="next"' in page.headers["Link"]
        rest = caller.get(f"/v1/negotiations?status=open&cursor={page.get_json()['next_cursor']}").get_json()
        assert [item["id"] for item in rest["items"]] == [opened[1]]
        assert len(caller.get("/v1/negotiations").get_json()["items"]) == 3
    for caller in (callers.rival, callers.administrator):
        assert caller.get("/v1/negotiations").get_json()["items"] == []
    assert problem(callers.studio.get("/v1/negotiations?status=agreed")) == (422, "invalid_input")


def test_productions_belong_to_their_party(callers: Callers) -> None:
    body = {"title": "  Salt Roads ", "kind": "film", "release_on": "2027-05-01"}
    made = callers.studio.post("/v1/productions", json=body)
    assert made.status_code == 201
    assert (made.get_json()["title"], made.get_json()["release_on"]) == ("Salt Roads", "2027-05-01")
    path = f"/v1/productions/{made.get_json()['id']}"
    assert callers.studio.get(path).get_json() == made.get_json()
    assert [p["title"] for p in callers.studio.get("/v1/productions").get_json()["items"]] == [
        "Salt Roads",
        "Harbor Lights",
    ]
    for caller in (callers.estate, callers.rival, callers.administrator):
        assert problem(caller.get(path)) == (404, "not_found")
        assert caller.get("/v1/productions").get_json()["items"] == []
    stolen = request_body(callers, production_id=made.get_json()["id"])
    assert problem(callers.rival.post("/v1/negotiations", json=stolen)) == (404, "not_found")


ROUTES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "", None),
    ("POST", "/offers", {"terms": deal_terms()}),
    ("GET", "/offers/1", None),
    ("GET", "/offers/1/difference/1", None),
    ("POST", "/acceptance", {"offer_number": 1, "terms_sha256": "0" * 64}),
    ("POST", "/decline", {"reason": "No."}),
    ("POST", "/withdrawal", {}),
]


def test_strangers_and_administrators_find_nothing(callers: Callers) -> None:
    deal = sign(callers)
    negotiation = open_negotiation(callers)
    paths = [(method, f"/v1/negotiations/{negotiation['id']}{tail}", body) for method, tail, body in ROUTES]
    paths.append(("GET", f"/v1/deals/{deal['id']}", None))
    for caller in (callers.rival, callers.administrator):
        for method, path, body in paths:
            assert problem(caller.call(method, path, json=body)) == (404, "not_found"), path


def test_offers_that_were_never_made_are_not_found(callers: Callers) -> None:
    path = f"/v1/negotiations/{open_negotiation(callers)['id']}/offers"
    for tail in ("/2", "/0", f"/{2**70}", "/1/difference/2", "/one"):
        assert problem(callers.studio.get(path + tail)) == (404, "not_found")


def test_nobody_without_a_key_gets_in(client: FlaskClient) -> None:
    for path in ("/v1/negotiations", "/v1/productions", "/v1/deals/dea_1", "/v1/negotiations/neg_1"):
        assert problem(client.get(path)) == (401, "not_authenticated")
