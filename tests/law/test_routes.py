"""The law over HTTP: tables with citations, overrides, clocks, claims and evidence."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.law.rules.findings import Finding
from app.law.schemas import FindingOut
from app.parties.models import Party
from app.parties.states import PartyKind
from app.values.law.tables import law_tables
from app.values.law.vocabulary import Enforcement
from tests.factories.identity import Caller, caller_for, make_member
from tests.factories.parties import Estate, make_actor, make_administrator, make_estate, make_party
from tests.factories.tax_forms import make_tax_form
from tests.support.databases import on_sqlite

OVERRIDE: dict[str, Any] = {
    "table": "consent",
    "row_key": "EU-50-4",
    "enforcement": "warn",
    "reason": "Counsel confirmed it.",
}
CLAIM = {"jurisdiction": "US-CA", "registered_on": "2010-02-01", "number": "2010-17"}
EVIDENCE = {"used_on": "2025-06-01", "territory": "US-TN", "description": "A poster, on sale in Nashville."}


@dataclass(frozen=True)
class World:
    estate: Estate
    owner: Caller
    stranger: Caller
    administrator: Caller

    def path(self, what: str) -> str:
        return f"/v1/performers/{self.estate.performer.id}/{what}"


@pytest.fixture
def world(database: Database, services: Services, client: FlaskClient) -> World:
    with database.write() as session:
        estate = make_estate(session, services.store)
        return World(
            estate=estate,
            owner=caller_for(session, client, estate.actor),
            stranger=caller_for(session, client, make_actor(session)),
            administrator=caller_for(session, client, make_administrator(session)),
        )


def pointers(answer: TestResponse) -> list[str]:
    return [error["pointer"] for error in answer.get_json().get("errors", [])]


def every_row(caller: Caller, path: str, key: str) -> list[str]:
    """Walk all pages by their links."""
    found: list[str] = []
    cursor = ""
    while True:
        page = caller.get(f"{path}?limit=40{cursor}").get_json()
        assert page["version"] == law_tables().version
        found += [row[key] for row in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize(
    ("table", "key"), [("postmortem", "jurisdiction"), ("consent", "rule_id"), ("withholding", "country")]
)
def test_every_row_is_read_page_by_page_with_its_citation(world: World, table: str, key: str) -> None:
    path = f"/v1/law/{table}"
    assert every_row(world.stranger, path, key) == list(getattr(law_tables(), table))
    first = world.stranger.get(path)
    assert 'rel="next"' in first.headers["Link"]
    for row in first.get_json()["items"]:
        assert row["citation"]["citation"]
        assert row["citation"]["lawyer_confirm"] in {True, False}
        assert row["override_reason"] is None


def test_a_country_finds_its_states(world: World) -> None:
    def found(table: str, jurisdiction: str) -> set[str]:
        page = world.stranger.get(f"/v1/law/{table}?jurisdiction={jurisdiction}&limit=100").get_json()
        return {row.get("rule_id", row["jurisdiction"]) for row in page["items"]}

    assert found("postmortem", "CA") == {"CA-ON", "CA-BC", "CA-SK"}
    assert found("postmortem", "US-CA") == {"US-CA"}
    assert {"CA-927", "NF-FORM", "AUTH-POA"} <= found("consent", "US")
    assert found("consent", "EU") == {"EU-50-1", "EU-50-2", "EU-50-4"}
    disclosure = world.stranger.get("/v1/law/consent?category=disclosure").get_json()["items"]
    assert {row["category"] for row in disclosure} == {"disclosure"}


def test_a_rule_says_when_it_is_judged_and_what_it_does_today(world: World) -> None:
    rows = {row["rule_id"]: row for row in world.stranger.get("/v1/law/consent?limit=100").get_json()["items"]}
    assert (rows["CA-927"]["judged"], rows["CA-927"]["enforcement"]) == ("use", "block")
    assert rows["TAX-30"]["judged"] == "payout"
    assert rows["SAG26-MINOR"]["judged"] == "never"
    assert (rows["NF-FORM"]["suggested_enforcement"], rows["NF-FORM"]["enforcement"]) == ("block", "warn")
    assert rows["NF-FORM"]["is_law"] is False
    assert rows["EU-50-4"]["is_law"] is False, "it is law from 2026-08-02 on"


@on_sqlite
@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("cursor=NOT-A-RULE", "/query/cursor"),
        ("limit=0", "/query/limit"),
        ("limit=101", "/query/limit"),
        ("category=manners", "/query/category"),
        ("colour=red", "/query/colour"),
    ],
)
def test_a_question_to_a_table_that_makes_no_sense_is_refused(world: World, query: str, pointer: str) -> None:
    answer = world.stranger.get(f"/v1/law/consent?{query}")
    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert world.stranger.get("/v1/law/customs").status_code == 404


def test_an_override_is_recorded_shown_and_ended(world: World) -> None:
    made = world.administrator.post("/v1/law/overrides", json=OVERRIDE)
    assert made.status_code == 201
    id_ = made.get_json()["id"]
    shown = world.stranger.get("/v1/law/consent?jurisdiction=EU").get_json()["items"]
    rule = next(row for row in shown if row["rule_id"] == "EU-50-4")
    assert (rule["enforcement"], rule["override_reason"]) == ("warn", "Counsel confirmed it.")
    again = world.administrator.post("/v1/law/overrides", json=OVERRIDE)
    assert (again.status_code, again.get_json()["code"]) == (409, "override_in_force")
    ended = world.administrator.post(f"/v1/law/overrides/{id_}/end", json={"reason": "The law changed."})
    assert ended.get_json()["ended_reason"] == "The law changed."
    twice = world.administrator.post(f"/v1/law/overrides/{id_}/end", json={"reason": "The law changed."})
    assert (twice.status_code, twice.get_json()["code"]) == (409, "override_ended")
    for flag, expected in (("true", []), ("false", [id_])):
        page = world.administrator.get(f"/v1/law/overrides?in_force={flag}").get_json()
        assert [row["id"] for row in page["items"]] == expected


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"reason": ""}, "/reason"),
        ({"table": "customs"}, "/table"),
        ({"row_key": "EU-99"}, "/row_key"),
        ({"enforcement": "forbid"}, "/enforcement"),
        ({"years": 0, "table": "postmortem"}, "/years"),
        ({"rate_bps": 10_001}, "/rate_bps"),
    ],
)
def test_an_override_that_makes_no_sense_names_its_field(
    world: World, changes: dict[str, Any], pointer: str
) -> None:
    answer = world.administrator.post("/v1/law/overrides", json=OVERRIDE | changes)
    assert answer.status_code == 422
    assert pointer in pointers(answer)


def test_clocks_of_a_performer_are_for_everybody_who_sees_them(world: World) -> None:
    found = world.stranger.get(world.path("statute-clocks")).get_json()
    clocks = {clock["jurisdiction"]: clock for clock in found["clocks"]}
    california = clocks["US-CA"]
    assert (california["applies"], california["phase"], california["ends_on"]) == ("yes", "protected", "2079-11-02")
    assert california["citation"]["lawyer_confirm"] is True
    assert clocks["US-TN"]["evidence"]["gaps"] == [{"from_on": "2019-11-02", "until_on": None}]
    assert found["used_in"] == "+WORLD"
    assert "clears nothing" in found["sentence"]


@pytest.mark.parametrize(
    ("written", "read"),
    [("%2BEU%20-DE", "+EU -DE"), ("+EU+-DE", "+EU -DE"), ("JP", "+JP"), ("%2Bjp+%2Bus", "+JP +US")],
)
def test_a_territory_in_an_address_may_lose_its_plus(world: World, written: str, read: str) -> None:
    answer = world.stranger.get(world.path(f"statute-clocks?used_in={written}"))
    assert (answer.status_code, answer.get_json().get("used_in")) == (200, read)


@on_sqlite
@pytest.mark.parametrize("written", ["", "%2B", "XX", "-DE", "%2BDE%20-DE"])
def test_a_territory_that_is_none_is_refused(world: World, written: str) -> None:
    answer = world.stranger.get(world.path(f"statute-clocks?used_in={written}"))
    assert (answer.status_code, pointers(answer)) == (422, ["/query/used_in"])


def test_a_living_performer_has_no_clocks(world: World) -> None:
    living = {"name": "Ines Duarte", "is_living": True, "domicile": "PT"}
    performer = world.owner.post("/v1/performers", json=living).get_json()
    found = world.owner.get(f"/v1/performers/{performer['id']}/statute-clocks").get_json()
    assert (found["is_living"], found["clocks"]) == (True, [])
    assert "own consent" in found["sentence"]
    assert world.stranger.get(f"/v1/performers/{performer['id']}/statute-clocks").status_code == 404


def test_claims_and_evidence_belong_to_who_represents_the_performer(world: World) -> None:
    for what, payload in (("claim-registrations", CLAIM), ("use-evidence", EVIDENCE)):
        made = world.owner.post(world.path(what), json=payload)
        assert made.status_code == 201
        assert payload.items() <= made.get_json().items()
        for caller in (world.owner, world.administrator):
            items = caller.get(world.path(what)).get_json()["items"]
            assert [item["id"] for item in items] == [made.get_json()["id"]]
        assert world.stranger.get(world.path(what)).status_code == 404
        assert world.stranger.post(world.path(what), json=payload).status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    ("what", "changes", "pointer"),
    [
        ("claim-registrations", {"jurisdiction": "USCA"}, "/jurisdiction"),
        ("claim-registrations", {"registered_on": "2026-02-30"}, "/registered_on"),
        ("claim-registrations", {"registered_on": "2099-01-01"}, "/registered_on"),
        ("claim-registrations", {"number": " "}, "/number"),
        ("use-evidence", {"used_on": "0001-01-01"}, "/used_on"),
        ("use-evidence", {"territory": "EU"}, "/territory"),
        ("use-evidence", {"sha256": "abc"}, "/sha256"),
    ],
)
def test_what_is_recorded_must_make_sense(world: World, what: str, changes: dict[str, str], pointer: str) -> None:
    payload = {"claim-registrations": CLAIM, "use-evidence": EVIDENCE}[what]
    answer = world.owner.post(world.path(what), json=payload | changes)
    assert (answer.status_code, pointers(answer)) == (422, [pointer])


def test_a_party_learns_what_its_royalties_bear_by_its_form(
    world: World, database: Database, client: FlaskClient
) -> None:
    def told(caller: Caller, party: Party) -> tuple[int, str]:
        found = caller.get(f"/v1/parties/{party.id}/withholding").get_json()
        return found["rate_bps"], found["citation"]["rule_id"]

    assert told(world.owner, world.estate.party) == (2400, "TAX-W9")
    with database.write() as session:
        make_tax_form(session, world.estate.party)
        canadian = make_party(session, kind=PartyKind.HEIR, name="Ana", country="CA")
        ana = caller_for(session, client, make_member(session, party_id=canadian.id))
    assert told(world.owner, world.estate.party) == (0, "TAX-W9")
    assert told(ana, canadian) == (3000, "TAX-30")
    with database.write() as session:
        make_tax_form(session, canadian, claims_treaty=True)
    assert told(ana, canadian) == (1000, "WITHHOLDING-CA")
    assert world.stranger.get(f"/v1/parties/{canadian.id}/withholding").status_code == 404


def test_a_finding_has_one_json_form() -> None:
    citation = law_tables().consent["CA-927"].citation
    finding = Finding("CA-927", Enforcement.WARN, "It is vague.", "Say more.", citation, "Counsel.")
    assert FindingOut().dump(finding) == finding.as_json()
