"""Changes of signed deals over HTTP: what the two sides send and read, and what is refused with which code."""

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.changes import FREE, free_terms
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import Sides, grant, make_deal, make_sides
from tests.factories.parties import make_actor
from tests.negotiation.test_routes import acceptance
from tests.support.databases import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def sides(database: Database, services: Services) -> Sides:
    with database.write() as session:
        return make_sides(session, services.store)


@pytest.fixture
def estate(database: Database, client: FlaskClient, sides: Sides) -> Caller:
    with database.write() as session:
        return caller_for(session, client, sides.licensor)


@pytest.fixture
def studio(database: Database, client: FlaskClient, sides: Sides) -> Caller:
    with database.write() as session:
        return caller_for(session, client, sides.studio)


@pytest.fixture
def deal_id(database: Database, sides: Sides) -> str:
    with database.write() as session:
        terms = {"fee": FREE, "assignment": "with_consent", "extension": {"months": 6}, "sell_off": {"days": 30}}
        return make_deal(session, sides, **terms).id


def test_an_amendment_from_the_offer_to_the_license(studio: Caller, estate: Caller, deal_id: str) -> None:
    terms = free_terms(grants=[grant(territory="+DE")])
    wanted = {"terms": terms, "effective_on": "2026-08-01", "message": "Less."}
    opened = studio.post(f"/v1/deals/{deal_id}/amendments", json=wanted)
    assert opened.status_code == 201, opened.get_json()
    talks = opened.get_json()
    assert talks["offers"][0]["message"] == "Less."
    offer = estate.get(f"/v1/negotiations/{talks['id']}/offers/1").get_json()
    assert offer["terms"]["amends"]["kind"] == "amendment"
    signed = estate.post(f"/v1/negotiations/{talks['id']}/acceptance", json=acceptance(offer))
    assert signed.status_code == 201, signed.get_json()
    license_id = signed.get_json()["license_id"]
    versions = studio.get(f"/v1/deals/{deal_id}/versions").get_json()["items"]
    assert [(row["version"], row["change_of"]) for row in versions] == [(1, None), (2, "amendment")]
    assert versions[1]["effective_at"] == "2026-08-01T04:00:00Z"
    license = studio.get(f"/v1/licenses/{license_id}").get_json()
    assert license["terms_sha256"] == versions[0]["terms_sha256"]
    assert [row["version"] for row in license["versions"]] == [1, 2]


def test_the_same_call_sent_twice_opens_one_negotiation(studio: Caller, deal_id: str) -> None:
    body = {"last_day": "2026-09-30"}
    one, two = (
        studio.post(f"/v1/deals/{deal_id}/terminations", json=body, headers={"Idempotency-Key": "the-end"})
        for _ in range(2)
    )
    assert one.status_code == two.status_code == 201
    assert one.get_json()["id"] == two.get_json()["id"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "pointer"),
    [
        ("amendments", {"terms": free_terms(), "effective_on": "2026-05-31"}, 409, "effect_past", None),
        (
            "amendments",
            {"terms": free_terms(royalty={"rate_bps": 250, "currency": "EUR"})},
            409,
            "not_changed_like_this",
            "/terms/royalty/currency",
        ),
        ("amendments", {"terms": free_terms(caps=[{"unit": "words"}])}, 422, None, "/terms/caps/0/most"),
        ("amendments", {"terms": free_terms(), "effective_on": "tomorrow"}, 422, None, "/effective_on"),
        ("terminations", {"last_day": "2026-12-31"}, 409, "not_changed_like_this", "/terms/term/last_day"),
        ("terminations", {"last_day": "2026-05-31"}, 422, "invalid_input", "/terms/term/last_day"),
        ("terminations", {"last_day": "2999-12-31"}, 409, "not_changed_like_this", "/terms/term/last_day"),
        ("terminations", {"last_day": "9999-12-31"}, 422, None, "/last_day"),
        ("terminations", {}, 422, None, "/last_day"),
        ("assignments", {"assignee_party_id": "pty_nobody"}, 422, None, "/assignee_party_id"),
        ("assignments", {"assignee_party_id": "x" * 33}, 422, None, "/assignee_party_id"),
        ("extensions", None, 409, "option_not_open", None),
        ("renewals", {"terms": free_terms(), "intended_use": "As needed."}, 422, "intended_use_not_specific", None),
    ],
)
def test_what_is_refused_says_why_and_where(
    studio: Caller, deal_id: str, path: str, body: object, status: int, code: str | None, pointer: str | None
) -> None:
    answer = studio.post(f"/v1/deals/{deal_id}/{path}", json=body)
    problem = answer.get_json()
    assert answer.status_code == status, problem
    if code:
        assert problem["code"] == code
    if pointer:
        assert pointer in {each["pointer"] for each in problem["errors"]}


def test_an_answer_to_a_request_for_a_license_names_no_day_of_effect(
    database: Database, sides: Sides, estate: Caller
) -> None:
    from tests.factories.negotiation import make_request

    with database.write() as session:
        talks = make_request(session, sides)
    body = {"terms": free_terms(), "effective_on": "2026-08-01"}
    answer = estate.post(f"/v1/negotiations/{talks.id}/offers", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/effective_on"


def test_an_assignee_reads_the_offer_and_signs_it(
    database: Database, client: FlaskClient, studio: Caller, estate: Caller, deal_id: str
) -> None:
    with database.write() as session:
        buyer = make_actor(session, name="Harbor Interactive")
        assignee = caller_for(session, client, buyer)
    body = {"assignee_party_id": buyer.party_id}
    talks = studio.post(f"/v1/deals/{deal_id}/assignments", json=body).get_json()
    offer = assignee.get(f"/v1/negotiations/{talks['id']}/offers/1").get_json()
    assert offer["terms"]["licensee"]["name"] == "Harbor Interactive"
    agreed = estate.post(f"/v1/negotiations/{talks['id']}/acceptance", json=acceptance(offer))
    assert agreed.status_code == 202
    signed = assignee.post(f"/v1/negotiations/{talks['id']}/holder-signatures", json=acceptance(offer))
    assert signed.status_code == 201, signed.get_json()
    deal = assignee.get(f"/v1/deals/{signed.get_json()['deal_id']}").get_json()
    license_id = deal["license_id"]
    assert {each["party_name"] for each in deal["signatures"]} >= {"Harbor Interactive"}
    assert assignee.get(f"/v1/licenses/{license_id}").status_code == 200
    assert studio.get(f"/v1/licenses/{license_id}").status_code == 404
