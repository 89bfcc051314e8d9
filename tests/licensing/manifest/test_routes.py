"""Manifest checks over HTTP: who may ask, what is refused as malformed, and how little it asks of the database."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.manifest.rules import Line
from app.licensing.manifest.schemas import ManifestIn
from app.licensing.manifest.service import check_manifest
from tests.factories import approvals as asking
from tests.factories.identity import Caller, caller_for, make_key
from tests.factories.licensing import DURING, Callers, Licensed, make_license
from tests.licensing.manifest.conftest import Manifest
from tests.support.databases import on_sqlite
from tests.support.statements import noted_statements


def ask(caller: Caller, manifest: Any) -> TestResponse:
    return caller.post("/v1/manifest-checks", json=manifest)


def told(answer: TestResponse) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.get_json()
    found = answer.get_json()
    assert found["allowed"] is (not found["reasons"])
    return [(reason["pointer"], reason["code"]) for reason in found["reasons"]]


def changed(manifest: Manifest, **changes: Any) -> Manifest:
    copy = deepcopy(manifest)
    copy["assets"][0] |= changes
    return copy


def test_a_build_within_its_licenses_may_go_out(callers: Callers, manifest: Manifest) -> None:
    answer = ask(callers.licensee, manifest)
    assert answer.get_json() == {
        "allowed": True,
        "checked_at": "2026-09-01T12:00:00Z",
        "assets": 1,
        "reasons": [],
    }
    for caller in (callers.licensor, callers.administrator):
        assert told(ask(caller, manifest)) == []
    assert told(ask(callers.stranger, manifest)) == [("/assets/0/license_id", "NOT_FOUND")]


def test_what_stands_in_the_way_is_named_at_its_place(
    database: Database, services: Services, callers: Callers, licensed: Licensed, manifest: Manifest
) -> None:
    with database.write() as session:
        other = make_license(session, services.store, sides=licensed.sides).id
    line = manifest["assets"][0]
    build = {
        "manifest_version": 1,
        "assets": [
            line,
            line | {"sha256": "0" * 64},
            line | {"license_id": other},
            line | {"release_on": "2027-01-01"},
            line | {"territory": "+WORLD", "amounts": {}},
            line | {"component": "face", "amounts": {}},
            line | {"license_id": "lic_nobody"},
        ],
    }
    answer = ask(callers.licensee, build)
    assert told(answer) == [
        ("/assets/1/sha256", "ASSET_UNKNOWN"),
        ("/assets/2/sha256", "ASSET_OF_ANOTHER_LICENSE"),
        ("/assets/3/release_on", "EXPIRED"),
        ("/assets/3/amounts/minutes", "QUOTA_EXHAUSTED"),
        ("/assets/4/territory", "TERRITORY_NOT_GRANTED"),
        ("/assets/5/component", "ASSET_OF_ANOTHER_COMPONENT"),
        ("/assets/5/component", "COMPONENT_NOT_GRANTED"),
        ("/assets/6/license_id", "NOT_FOUND"),
    ]
    reasons = answer.get_json()["reasons"]
    assert licensed.id in reasons[1]["sentence"]
    assert "36 minutes; cap 1 of the deal allows 30" in reasons[3]["sentence"]
    assert "CN" in reasons[4]["sentence"]
    assert all(reason["scenes"] == ["Harbor office"] and reason["sentence"] for reason in reasons)


def test_nothing_is_told_of_what_others_were_given(
    database: Database, services: Services, client: FlaskClient, callers: Callers, manifest: Manifest
) -> None:
    """A stranger with a license of its own asks about a hash that was handed out to somebody else."""
    with database.write() as session:
        theirs = make_license(session, services.store)
        stranger = caller_for(session, client, theirs.licensee)
    assert told(ask(stranger, changed(manifest, license_id=theirs.id)))[0] == ("/assets/0/sha256", "ASSET_UNKNOWN")
    assert told(ask(callers.licensee, changed(manifest, license_id=theirs.id))) == [
        ("/assets/0/license_id", "NOT_FOUND")
    ]


def test_suspension_counts_at_once(callers: Callers, licensed: Licensed, manifest: Manifest) -> None:
    callers.licensor.post(f"/v1/licenses/{licensed.id}/suspension", json={"reason": "For a reason."})
    assert told(ask(callers.licensee, manifest)) == [("/assets/0/license_id", "SUSPENDED")]


def test_the_scope_to_decide_is_enough_and_needed(
    database: Database, client: FlaskClient, licensed: Licensed, manifest: Manifest
) -> None:
    with database.write() as session:
        keys = {
            scope: make_key(session, licensed.licensee, scopes=frozenset({scope}))
            for scope in (Scope.DECIDE, Scope.READ)
        }
    statuses = {
        scope: client.post(
            "/v1/manifest-checks", json=manifest, headers={"Authorization": f"Bearer {key.text}"}
        ).status_code
        for scope, key in keys.items()
    }
    assert statuses == {Scope.DECIDE: 200, Scope.READ: 403}


@on_sqlite
@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"sha256": "A" * 64}, "/assets/0/sha256"),
        ({"sha256": "0" * 63}, "/assets/0/sha256"),
        ({"license_id": None}, "/assets/0/license_id"),
        ({"component": "soul"}, "/assets/0/component"),
        ({"media": "game"}, "/assets/0/media"),
        ({"territory": "Germany"}, "/assets/0/territory"),
        ({"territory": 49}, "/assets/0/territory"),
        ({"release_on": "soon"}, "/assets/0/release_on"),
        ({"release_on": "9999-12-31"}, "/assets/0/release_on"),
        ({"languages": ["-"]}, "/assets/0/languages"),
        ({"amounts": {"minutes": -1}}, "/assets/0/amounts/minutes/value"),
        ({"amounts": {"hours": 1}}, "/assets/0/amounts/hours/key"),
        ({"scenes": ["a\nb"]}, "/assets/0/scenes/0"),
        ({"scenes": ["a"] * 201}, "/assets/0/scenes"),
        ({"minutes": 3}, "/assets/0/minutes"),
    ],
)
def test_what_is_malformed_is_refused_with_its_place(
    callers: Callers, manifest: Manifest, changes: dict[str, Any], pointer: str
) -> None:
    answer = ask(callers.licensee, changed(manifest, **changes))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


@on_sqlite
def test_a_manifest_has_bounds(callers: Callers, manifest: Manifest) -> None:
    line = manifest["assets"][0]
    for wrong in (
        {"manifest_version": 2, "assets": [line]},
        {"manifest_version": 1, "assets": []},
        {"manifest_version": 1, "assets": [line] * 1001},
        {"manifest_version": 1},
        [],
        None,
    ):
        assert ask(callers.licensee, wrong).status_code in (400, 422), wrong
    huge = callers.licensee.post("/v1/manifest-checks", json=manifest | {"build": "x" * 4_200_000})
    assert (huge.status_code, huge.get_json()["code"]) == (413, "payload_too_large")


def test_a_thousand_lines_cost_as_many_queries_as_one(
    database: Database, licensed: Licensed, manifest: Manifest
) -> None:
    asset: Line = ManifestIn().load(manifest)["assets"][0]
    asked = {"actor": licensed.licensee, "at": DURING}

    def queries(count: int) -> int:
        lines = [replace(asset, amounts=())] * count
        with database.read() as session, noted_statements(session) as statements:
            assert check_manifest(session=session, lines=lines, **asked) == []
        return len(statements)

    assert queries(1000) == queries(1) <= 4


def test_an_approval_of_the_final_work_lets_it_out(
    database: Database, services: Services, client: FlaskClient, licensed: Licensed, manifest: Manifest
) -> None:
    with database.write() as session:
        final = [{"stage": "final", "days": 10}]
        made = make_license(session, services.store, sides=licensed.sides, approvals=final)
        studio = caller_for(session, client, made.licensee)
    assets = studio.get(f"/v1/licenses/{made.id}/assets").get_json()["items"]
    studio.post(f"/v1/licenses/{made.id}/deliveries", json={"asset_id": assets[0]["asset_id"]})
    build = changed(manifest, license_id=made.id)
    required = [("/assets/0/approval_ids", "APPROVAL_REQUIRED")]
    assert told(ask(studio, build)) == required
    with database.write() as session:
        asked = asking.ask(session, services.store, made, stage="final")
    named = changed(build, approval_ids=[asked])
    assert told(ask(studio, named)) == required, "asked is not approved"
    with database.write() as session:
        asking.answer(session, made, asked, "approve")
    assert told(ask(studio, named)) == []
    assert told(ask(studio, changed(manifest, approval_ids=[asked]))) == [], "nothing is asked for there"
    assert told(ask(studio, build)) == required
