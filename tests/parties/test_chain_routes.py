"""The chain of authority over HTTP."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.parties.states import Capacity
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import make_actor, make_administrator, make_holder, make_performer

CLAIM: dict[str, Any] = {"components": ["voice"], "media": ["game"], "territory": "+EU"}


@dataclass(frozen=True)
class Chain:
    """Two heirs with half a performer's likeness each, an agent of the first, and others."""

    performer_id: str
    ana: Caller
    ben: Caller
    agency: Caller
    stranger: Caller
    administrator: Caller
    rep: dict[str, str]
    party: dict[str, str]

    def of(self, name: str, rest: str = "") -> str:
        return f"/v1/representations/{self.rep[name]}{rest}"

    def about(self, rest: str) -> str:
        return f"/v1/performers/{self.performer_id}/{rest}"


@pytest.fixture
def chain(database: Database, services: Services, client: FlaskClient) -> Chain:
    with database.write() as session:
        performer = make_performer(session, make_actor(session))
        ana = make_holder(session, services.store, performer, share_bps=5_000)
        ben = make_holder(session, services.store, performer, name="Ben", share_bps=5_000)
        agency = make_holder(
            session,
            services.store,
            performer,
            Capacity.AGENT,
            name="Agency",
            principal_id=ana.representation.id,
            is_exclusive=True,
        )
        holders = {"ana": ana, "ben": ben, "agency": agency}
        return Chain(
            performer_id=performer.id,
            **{name: caller_for(session, client, holder.actor) for name, holder in holders.items()},
            stranger=caller_for(session, client, make_actor(session)),
            administrator=caller_for(session, client, make_administrator(session)),
            rep={name: holder.representation.id for name, holder in holders.items()},
            party={name: holder.party_id for name, holder in holders.items()},
        )


def told(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_a_licensor_is_told_exactly_what_is_missing_and_then_what_it_may_license(chain: Chain) -> None:
    before = chain.agency.get(chain.about("authority")).get_json()
    assert before["authorities"] == []
    assert {gap["component"] for gap in before["gaps"]} == {"face", "voice", "behavior"}
    for gap in before["gaps"]:
        assert (gap["code"], gap["missing_share_bps"], gap["party_ids"]) == (
            "QUORUM_NOT_MET",
            5_000,
            [chain.party["ben"]],
        )
        assert "Ask the other proven holders" in gap["sentence"]
    assert [row["share_bps"] for row in before["holders"]] == [5_000, 5_000, None]
    consent = chain.ben.post(chain.of("ben", "/consents"), json={"licensor_party_id": chain.party["ana"]})
    assert consent.status_code == 201
    after = chain.agency.get(chain.about("authority")).get_json()
    assert after["gaps"] == []
    [part] = after["authorities"]
    assert part["holds_exclusively"]
    assert set(part["representation_ids"]) == set(chain.rep.values())
    assert len(part["territory_codes"]) > 200
    withdrawal = f"/consents/{consent.get_json()['id']}/withdrawal"
    assert chain.ben.post(chain.of("ben", withdrawal), json={}).get_json()["withdrawn_at"]
    assert chain.agency.get(chain.about("authority")).get_json()["authorities"] == []
    listed = chain.ben.get(chain.of("ben", "/consents")).get_json()["items"]
    assert [one["licensor_party_id"] for one in listed] == [chain.party["ana"]]


def test_authority_of_others_is_not_yours_to_see(chain: Chain) -> None:
    others = chain.about(f"authority?licensor_party_id={chain.party['ana']}")
    assert chain.ben.get(others).status_code == 404
    assert chain.administrator.get(others).get_json()["licensor_party_id"] == chain.party["ana"]
    nothing = chain.stranger.get(chain.about("authority")).get_json()
    assert (nothing["authorities"], nothing["holders"], nothing["quorum_rules"]) == ([], [], [])
    assert chain.stranger.get(chain.about("quorum-rules")).status_code == 404
    assert chain.stranger.get(chain.about("authority-history")).status_code == 404


def test_a_quorum_rule_is_set_by_an_administrator_and_seen_by_the_holders(chain: Chain) -> None:
    rule = {"rule": "any_one", "component": "voice", "reason": "Article 4 of the will."}
    assert chain.ana.put(chain.about("quorum-rules"), json=rule).status_code == 403
    assert chain.administrator.put(chain.about("quorum-rules"), json=rule).status_code == 200
    [seen] = chain.ben.get(chain.about("quorum-rules")).get_json()["rules"]
    assert {key: seen[key] for key in rule} == rule
    parts = chain.ben.get(chain.about("authority")).get_json()["authorities"]
    assert [(part["components"], part["holds_exclusively"]) for part in parts] == [(["voice"], False)]


def test_failing_and_restoring_leave_a_dated_history(chain: Chain) -> None:
    failure = {"as_of": "2025-01-01T00:00:00Z", "reason": "The will was annulled."}
    assert chain.ana.post(chain.of("ben", "/failure"), json=failure).status_code == 403
    failed = chain.administrator.post(chain.of("ben", "/failure"), json=failure).get_json()
    assert (failed["status"], failed["failed_as_of_at"]) == ("failed", failure["as_of"])
    assert told(chain.administrator.post(chain.of("ben", "/failure"), json=failure)) == (
        409,
        "representation_already_decided",
    )
    restored = chain.administrator.post(chain.of("ben", "/restoration"), json={"reason": "Overturned."})
    assert (restored.get_json()["status"], restored.get_json()["failed_as_of_at"]) == ("verified", None)
    history = chain.ben.get(chain.of("ben", "/history?limit=2"))
    kinds = [(event["kind"], event["as_of_at"]) for event in history.get_json()["items"]]
    assert kinds == [("restored", None), ("failed_as_of", failure["as_of"])]
    assert 'rel="next"' in history.headers["Link"]
    everything = chain.administrator.get(chain.about("authority-history")).get_json()["items"]
    assert len(everything) == 11
    assert chain.ana.get(chain.of("ben", "/history")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"capacity": "friend"}, "/capacity"),
        ({"capacity": "agent"}, "/principal_id"),
        ({"capacity": "heir", "share_bps": 10_001}, "/share_bps"),
        ({"capacity": "heir", "share_bps": "half"}, "/share_bps"),
        ({"capacity": "heir", "territory": "+"}, "/territory"),
        ({"capacity": "heir", "territory": "+XX"}, "/territory"),
        ({"capacity": "heir", "media": []}, "/media"),
        ({"capacity": "heir", "components": []}, "/components"),
        ({"capacity": "heir", "signs_until_at": "2026-06-30T23:59:60Z"}, "/signs_until_at"),
        (
            {"capacity": "heir", "begins_at": "2026-06-01T00:00:00Z", "signs_until_at": "2026-05-01T00:00:00Z"},
            "/signs_until_at",
        ),
    ],
)
def test_a_bad_claim_names_the_field(chain: Chain, changes: dict[str, Any], pointer: str) -> None:
    answer = chain.stranger.post(
        "/v1/representations", json={"performer_id": chain.performer_id, **CLAIM, **changes}
    )
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_a_refused_verification_names_every_reason(chain: Chain, services: Services, database: Database) -> None:
    with database.write() as session:
        performer = make_performer(session, make_actor(session))
        pending = make_holder(session, services.store, performer, Capacity.PERFORMER, is_verified=False)
        make_holder(session, services.store, performer, name="Cleo")
    answer = chain.administrator.post(
        f"/v1/representations/{pending.representation.id}/verification",
        json={"decision": "verified", "reason": "Read."},
    )
    assert told(answer) == (409, "verification_refused")
    errors = answer.get_json()["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [("/capacity", "ended_at_death")]
