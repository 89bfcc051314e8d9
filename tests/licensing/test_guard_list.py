"""The guard list over HTTP, and contexts in decisions."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.parties.directives.service import record_directive
from app.values.components import Axis, Component
from tests.factories.identity import Caller, make_key
from tests.factories.licensing import DURING, TICK, USE, Callers, Licensed, make_callers, make_license
from tests.support.clock import FrozenClock

UNTIL = DURING + timedelta(days=30)


@pytest.fixture
def licensed(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    """The deal keeps out tobacco and the performer's death; the performer does not want any training."""
    with database.write() as session:
        made = make_license(session, services.store, guard_list=["own_death", "tobacco"])
        record_directive(
            session=session,
            actor=made.licensor,
            at=clock.now(),
            performer_id=made.sides.estate.performer.id,
            wording="Never train anything on my voice.",
            components=[Component.VOICE],
            axes=[Axis.TRAINING],
            until_at=UNTIL,
        )
    return made


@pytest.fixture
def callers(database: Database, client: FlaskClient, licensed: Licensed) -> Callers:
    with database.write() as session:
        return make_callers(session, client, licensed)


def test_everything_that_is_excluded_is_named_with_its_source(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    shown = callers.licensee.get(f"/v1/licenses/{licensed.id}").get_json()
    for caller in (callers.licensee, callers.licensor, callers.administrator):
        found = caller.get(f"/v1/licenses/{licensed.id}/guard-list").get_json()
        assert (found["license_id"], found["terms_sha256"]) == (licensed.id, shown["terms_sha256"])
        assert found["contexts"] == ["tobacco", "own_death"]
        assert [(i["source"], i["context"], i["sentence"]) for i in found["items"]] == [
            ("deal", "tobacco", "Never in the context of tobacco."),
            ("deal", "own_death", "Never in the context of the performer's death, illness or funeral."),
            ("directive", None, "Never train anything on my voice."),
        ]
        assert found["items"][0]["source_id"] == shown["deal_id"]
        wish = found["items"][2]
        assert wish.pop("source_id").startswith("dir_")
        assert (wish["components"], wish["axes"], wish["media"], wish["categories"], wish["until_at"]) == (
            ["voice"],
            ["training"],
            [],
            [],
            "2026-10-01T12:00:00Z",
        )
    assert callers.stranger.get(f"/v1/licenses/{licensed.id}/guard-list").status_code == 404


def test_a_wish_is_named_until_it_binds_no_more(callers: Callers, licensed: Licensed, clock: FrozenClock) -> None:
    for at, sources in ((UNTIL - TICK, 3), (UNTIL, 2)):
        clock.move_to(at)
        assert len(callers.licensee.get(f"/v1/licenses/{licensed.id}/guard-list").get_json()["items"]) == sources


def test_a_client_that_has_it_is_told_that_nothing_changed(
    database: Database, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    path = f"/v1/licenses/{licensed.id}/guard-list"
    tag = callers.licensee.get(path).headers["ETag"]
    known = {"If-None-Match": tag}
    clock.advance(timedelta(minutes=5))
    answer = callers.licensee.get(path, headers=known)
    assert (answer.status_code, answer.data) == (304, b"")
    with database.write() as session:
        record_directive(
            session=session,
            actor=licensed.licensor,
            at=clock.now(),
            performer_id=licensed.sides.estate.performer.id,
            wording="No politics.",
        )
    changed = callers.licensee.get(path, headers=known)
    assert (changed.status_code, len(changed.get_json()["items"])) == (200, 4)
    assert changed.headers["ETag"] != tag


def test_decide_or_read_is_enough_and_write_is_not(
    database: Database, client: FlaskClient, licensed: Licensed
) -> None:
    for scope, status in ((Scope.DECIDE, 200), (Scope.READ, 200), (Scope.WRITE, 403)):
        with database.write() as session:
            caller = Caller(client, make_key(session, licensed.licensee, scopes=frozenset({scope})).text)
        assert caller.get(f"/v1/licenses/{licensed.id}/guard-list").status_code == status


def test_a_use_that_touches_a_guarded_context_is_prohibited(
    callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    path = f"/v1/licenses/{licensed.id}/decision"
    no = callers.licensee.post(path, json=USE | {"contexts": ["crime", "own_death"]}).get_json()
    assert (no["allowed"], no["code"]) == (False, "PROHIBITED")
    assert "the performer's death, illness or funeral" in no["sentence"]
    assert "crime" not in no["sentence"]
    assert callers.licensee.post(path, json=USE | {"contexts": ["crime"]}).get_json()["code"] == "ALLOWED"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"contexts": ["smoking"]}, "/contexts/0"),
        ({"contexts": "tobacco"}, "/contexts"),
        ({"contexts": ["tobacco"] * 21}, "/contexts"),
        ({"amounts": {"laps": 1}}, "/amounts/laps/key"),
        ({"amounts": {"lines": "1"}}, "/amounts/lines/value"),
        ({"amounts": [1]}, "/amounts"),
        ({"approval_id": 5}, "/approval_id"),
    ],
)
def test_malformed_contexts_amounts_and_approvals_are_told_where(
    callers: Callers, licensed: Licensed, change: dict[str, object], pointer: str
) -> None:
    answer = callers.licensee.post(f"/v1/licenses/{licensed.id}/decision", json=USE | change)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, pointer)
