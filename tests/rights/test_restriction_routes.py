"""Restrictions, milestones and the holds on a package, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from tests.factories.identity import Caller, caller_for
from tests.factories.rights import hold
from tests.rights.conftest import Listing
from tests.support.clock import START, FrozenClock
from tests.support.databases import on_sqlite

HOLDBACK: dict[str, Any] = {"kind": "holdback", "components": ["voice"], "territory": "+EUROPE -RU", "zone": "UTC"}


@pytest.fixture
def estate(database: Database, client: FlaskClient, listing: Listing) -> Caller:
    with database.write() as session:
        return caller_for(session, client, listing.estate.actor)


@pytest.fixture
def address(listing: Listing) -> str:
    return f"/v1/packages/{listing.package.id}/restrictions"


def keep_back(caller: Caller, address: str, **changes: Any) -> dict[str, Any]:
    answer = caller.post(address, json=HOLDBACK | changes)
    assert answer.status_code == 201, answer.json
    assert answer.json is not None
    return answer.json


def milestone(caller: Caller, listing: Listing, **changes: Any) -> str:
    body = {"performer_id": listing.package.performer_id, "name": "Release of the film", "zone": "Europe/Paris"}
    answer = caller.post("/v1/milestones", json=body | changes)
    assert answer.status_code == 201, answer.json
    assert answer.json is not None
    return str(answer.json["id"])


def test_what_is_left_out_is_everything(estate: Caller, address: str) -> None:
    made = keep_back(estate, address)
    assert (made["kind"], made["components"], made["languages"], made["categories"]) == (
        "holdback",
        ["voice"],
        ["*"],
        ["*"],
    )
    assert len(made["axes"]) == 5
    assert {leaf.partition(".")[0] for leaf in made["media"]} == {"film", "game", "vr", "brand_ambassador"}
    assert (made["territory"], made["ends_at"], made["released_at"]) == ("+EUROPE -RU", None, None)
    assert estate.get(address).json == {"items": [made], "next_cursor": None}


def test_an_opt_out_is_of_brands_unless_said(estate: Caller, address: str) -> None:
    made = keep_back(estate, address, kind="opt_out", categories=["tobacco"])
    assert {leaf.partition(".")[0] for leaf in made["media"]} == {"brand_ambassador"}
    assert made["categories"] == ["tobacco"]


def test_a_milestone_comes_and_what_hangs_on_it_follows(
    estate: Caller, address: str, listing: Listing, clock: FrozenClock
) -> None:
    name = milestone(estate, listing, earliest_on="2026-05-01")
    hanging = {"milestone_id": name, "offset_days": 90}
    made = keep_back(estate, address, start={"milestone_id": name}, end=hanging)
    assert made["start"] == {"day": None, "milestone_id": name, "offset_days": 0, "is_known": False}
    assert made["end"] == {"day": None, **hanging, "is_known": False}
    assert (made["starts_at"], made["ends_at"]) == ("2026-04-30T22:00:00Z", None)
    clock.move_to(START + timedelta(days=1))
    happened = estate.post(f"/v1/milestones/{name}/occurrence", json={"happened_on": "2026-06-02"})
    assert happened.json is not None
    assert happened.json["happened_on"] == "2026-06-02"
    listed = estate.get(address).json
    assert listed is not None
    (moved,) = listed["items"]
    assert (moved["starts_at"], moved["ends_at"]) == ("2026-06-01T22:00:00Z", "2026-08-31T22:00:00Z")
    assert moved["end"]["is_known"]
    milestones = estate.get("/v1/milestones", query_string={"performer_id": listing.package.performer_id}).json
    assert milestones == {"items": [happened.json], "next_cursor": None}
    assert estate.get("/v1/milestones", query_string={"performer_id": "prf_other"}).json["items"] == []


def test_expecting_and_cancelling(estate: Caller, address: str, listing: Listing) -> None:
    name = milestone(estate, listing)
    made = keep_back(estate, address, start={"milestone_id": name})
    expected = estate.post(f"/v1/milestones/{name}/expectation", json={"earliest_on": "2027-03-01"})
    assert expected.json is not None
    assert expected.json["earliest_on"] == "2027-03-01"
    cancelled = estate.post(f"/v1/milestones/{name}/cancellation", json={"reason": "The film was given up."})
    assert cancelled.json is not None
    assert cancelled.json["cancelled_at"] == "2026-06-01T09:00:00Z"
    released = estate.get(address, query_string={"in_force": "false"}).json
    assert released is not None
    assert [(one["id"], one["starts_at"]) for one in released["items"]] == [(made["id"], "2027-02-28T23:00:00Z")]
    again = estate.post(f"/v1/milestones/{name}/occurrence", json={"happened_on": "2026-05-01"})
    assert (again.status_code, again.json["code"]) == (409, "milestone_cancelled")


def test_releasing_says_why(estate: Caller, address: str) -> None:
    made = keep_back(estate, address)
    answer = estate.post(f"/v1/restrictions/{made['id']}/release", json={"reason": "The promise is over."})
    assert answer.json is not None
    assert (answer.json["released_at"], answer.json["release_reason"]) == (
        "2026-06-01T09:00:00Z",
        "The promise is over.",
    )


def test_the_holds_on_a_package(database: Database, estate: Caller, listing: Listing, clock: FrozenClock) -> None:
    with database.write() as session:
        hold(session, listing.studio, listing.package.id, reference="neg_1", lasts_days=2)
    address = f"/v1/packages/{listing.package.id}/holds"
    answer = estate.get(address).json
    assert answer is not None
    (shown,) = answer["items"]
    assert (shown["reference"], shown["place"], shown["behind"], shown["lapses_at"], shown["respond_by_at"]) == (
        "neg_1",
        1,
        0,
        "2026-06-03T09:00:00Z",
        None,
    )
    assert (shown["party_id"], shown["sentence"]) == (
        listing.studio.party_id,
        "This is the first hold. It lapses at 2026-06-03T09:00:00Z.",
    )
    clock.move_to(START + timedelta(days=2))
    assert estate.get(address).json == {"items": [], "next_cursor": None}


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "grant"}, "/kind"),
        ({"kind": "opt_out"}, "/categories"),
        ({"kind": "opt_out", "categories": ["tobacco"], "media": ["game"]}, "/media"),
        ({"components": []}, "/components"),
        ({"components": ["hair"]}, "/components/0"),
        ({"axes": []}, "/axes"),
        ({"media": []}, "/media"),
        ({"media": ["opera"]}, "/media"),
        ({"territory": "+"}, "/territory"),
        ({"territory": "+ATLANTIS"}, "/territory"),
        ({"territory": "+DE -DE"}, "/territory"),
        ({"languages": []}, "/languages"),
        ({"categories": ["dragons"]}, "/categories"),
        ({"categories": ["tobacco"]}, "/categories"),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"start": {"day": "2027-02-30"}}, "/start/day"),
        ({"start": {"day": "2016-12-31T23:59:60Z"}}, "/start/day"),
        ({"start": {"day": "0001-01-01"}}, "/start/day"),
        ({"start": {"day": "2027-01-02"}, "end": {"day": "2027-01-01"}}, "/end/day"),
        ({"start": {}}, "/start/day"),
        ({"start": {"day": "2027-01-01", "milestone_id": "mst_1"}}, "/start/day"),
        ({"start": {"day": "2027-01-01", "offset_days": 3}}, "/start/offset_days"),
        ({"start": {"milestone_id": "mst_unknown"}}, "/start/milestone_id"),
        ({"end": {"milestone_id": "mst_unknown", "offset_days": 1}}, "/end/milestone_id"),
        ({"end": {"milestone_id": "mst_1", "offset_days": 36_501}}, "/end/offset_days"),
        ({"end": {"milestone_id": "mst_1", "offset_days": 1.5}}, "/end/offset_days"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_bad_input_names_the_field(estate: Caller, address: str, changes: dict[str, Any], pointer: str) -> None:
    answer = estate.post(address, json=HOLDBACK | changes)
    assert answer.status_code == 422, answer.json
    assert answer.json is not None
    assert pointer in [problem["pointer"] for problem in answer.json["errors"]]


@on_sqlite
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"zone": "UTC+2"}, "/zone"),
        ({"earliest_on": "soon"}, "/earliest_on"),
        ({"performer_id": ""}, "/performer_id"),
    ],
)
def test_a_milestone_names_the_field_too(
    estate: Caller, listing: Listing, body: dict[str, Any], pointer: str
) -> None:
    usual = {"performer_id": listing.package.performer_id, "name": "Release"}
    answer = estate.post("/v1/milestones", json=usual | body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [problem["pointer"] for problem in answer.json["errors"]] == [pointer]


def test_a_day_still_to_come_has_not_happened(estate: Caller, listing: Listing) -> None:
    name = milestone(estate, listing)
    answer = estate.post(f"/v1/milestones/{name}/occurrence", json={"happened_on": "2026-06-02"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["pointer"] == "/happened_on"
