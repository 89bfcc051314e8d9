"""The short way and the ordinary one give the same answer to whatever is asked."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from prometheus_client import REGISTRY
from sqlmodel import Session
from werkzeug.test import Client, EnvironBuilder, TestResponse

from app.identity import service as identity
from app.identity.states import Scope
from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.checkins.service import check_in
from app.licensing.door.wsgi import BATCH_ROUTE, LONGEST_BODY, ROUTE, Door
from app.licensing.service.lifecycle import change_standing
from app.licensing.states import LicenseAction
from app.negotiation.deals.queries import latest_version
from app.negotiation.models import Deal
from tests.factories.changes import agree, amend, free_terms
from tests.factories.identity import make_key
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    STARTS_AT,
    TICK,
    USE,
    Licensed,
    make_license,
    make_unpaid_license,
)
from tests.factories.negotiation import grant
from tests.factories.parties import make_actor, make_administrator
from tests.support.clock import START, FrozenClock

REQUEST_ID = "a-request-of-these-tests"
TEXT = json.dumps(USE)

USES: list[dict[str, Any]] = [
    {},
    {"territory": "CN"},
    {"component": "face"},
    {"axis": "realtime"},
    {"media": "film.trailer"},
    {"language": "es-MX"},
    {"category": "tobacco"},
    {"contexts": ["tobacco"]},
    {"amounts": {"lines": 20}},
    {"approval_id": "apr_unknown"},
    *({"action": action} for action in ("generate", "release", "distribute", "promote", "patch", "archive")),
]

BODIES: list[bytes] = [
    *(json.dumps(USE | changes).encode() for changes in USES),
    *(json.dumps(USE | {name: value}).encode() for name, value in (
        ("territory", "XX"), ("territory", 7), ("territory", None), ("media", "game"), ("language", "x"),
        ("category", "a" * 41), ("action", "burn"), ("unknown", 1), ("territory", "\0"), ("category", "\ud800"),
        ("amounts", {"lines": -1}), ("amounts", []), ("contexts", "tobacco"), ("contexts", ["x"]),
    )),
    *(json.dumps({name: value for name, value in USE.items() if name != left}).encode() for left in USE),
    TEXT.replace('"DE"', '"DE", "territory": "CN"').encode(),
    TEXT.replace('"DE"', '"CN", "territory": "DE"').encode(),
    TEXT.replace("voice", "v\\u006fice").encode(),
    f"  {TEXT}\n".encode(),
    b"\xef\xbb\xbf" + TEXT.encode(),
    TEXT.encode("utf-16"),
    TEXT.replace("DE", "D\xc9").encode("latin-1"),
    TEXT.replace("DE", "D\0").encode(),
    TEXT.encode()[:-1],
    b"", b"null", b"[]", b"7", b'"text"', b"{}", b"NaN", b"9" * 1000, b"[" * 900, f"[{TEXT}]".encode(),
    b'{"a":' * 150 + b"1" + b"}" * 150,
    (TEXT + " " * (LONGEST_BODY - len(TEXT))).encode(),
    (TEXT + " " * (LONGEST_BODY - len(TEXT) + 1)).encode(),
    (TEXT + " " * 100_000).encode(),
]  # fmt: skip
"""What may come as the question, in good order and in none."""

CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
WAYS: list[dict[str, Any]] = [
    {"method": "GET"}, {"method": "HEAD"}, {"method": "OPTIONS"}, {"method": "PUT"}, {"method": "post"},
    {"query_string": "x=1"}, {"query_string": "x=%00"},
    {"content_type": "text/plain"}, {"content_type": "application/json; charset=utf-8"},
    {"content_type": "application/json; charset=latin-1"}, {"content_type": "APPLICATION/JSON"},
    {"content_type": "application/vnd.api+json"}, {"content_type": ""},
    {"content_type": "application/x-www-form-urlencoded"},
    {"environ_overrides": {"CONTENT_LENGTH": ""}}, {"environ_overrides": {"CONTENT_LENGTH": "-1"}},
    {"environ_overrides": {"CONTENT_LENGTH": "+5"}}, {"environ_overrides": {"CONTENT_LENGTH": "many"}},
    {"environ_overrides": {"CONTENT_LENGTH": "5"}}, {"environ_overrides": {"CONTENT_LENGTH": "500"}},
    {"environ_overrides": {"CONTENT_LENGTH": "", **CHUNKED}},
    {"headers": {"Authorization": ""}}, {"headers": {"Authorization": "Bearer"}},
    {"headers": {"Authorization": "Bearer "}}, {"headers": {"Authorization": "Basic dTpw"}},
    {"headers": {"Authorization": "Bearer lk_"}}, {"headers": {"Authorization": "Bearer lk_0123456789ab_no"}},
    {"headers": {"Authorization": "Bearer sk_0123456789ab_no"}}, {"headers": {"Authorization": "Bearer \xe9"}},
    {"headers": {"X-Request-ID": "short"}}, {"headers": {"X-Request-ID": "has blanks in it"}},
    {"headers": {"Accept": "text/html"}}, {"headers": {"If-None-Match": "*"}}, {"headers": {"Cookie": "a=b"}},
    {"headers": {"Idempotency-Key": "again"}}, {"headers": {"Origin": "https://elsewhere.example"}},
]  # fmt: skip
"""How it may come."""


@pytest.fixture
def door(app: Flask) -> Door:
    assert isinstance(app.wsgi_app, Door)
    return app.wsgi_app


class Both:
    """Asks by the short way and by the ordinary one, and holds the answers against each other."""

    def __init__(self, door: Door, key: str) -> None:
        self._short, self._ordinary = Client(door), Client(door.ordinary)
        self._authorization = f"Bearer {key}"

    def ask(self, license_id: str, body: bytes = TEXT.encode(), *, path: str = "", **way: Any) -> TestResponse:
        headers = {"Authorization": self._authorization, "X-Request-ID": REQUEST_ID} | way.pop("headers", {})
        asked = {"method": "POST", "content_type": "application/json", "data": body, "headers": headers} | way
        short, ordinary = (
            client.open(EnvironBuilder(path or f"/v1/licenses/{license_id}/decision", **asked))
            for client in (self._short, self._ordinary)
        )
        told = f"{license_id} {body[:300]!r} {way}"
        assert short.status == ordinary.status, told
        is_named_anew = headers["X-Request-ID"] != REQUEST_ID
        assert _without_id(short, is_named_anew) == _without_id(ordinary, is_named_anew), told
        return short


def _without_id(answer: TestResponse, is_named_anew: bool) -> tuple[bytes, dict[str, str]]:
    body, headers = answer.data, dict(answer.headers)
    if is_named_anew:
        request_id = headers.pop("X-Request-ID")
        assert len(request_id) == 32
        body = body.replace(request_id.encode(), b"")
    return body, headers


def key_of(session: Session, actor: Any, **changes: Any) -> str:
    return make_key(session, actor, **changes).text


def test_every_question_in_every_way(
    database: Database, door: Door, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    with database.write() as session:
        both = Both(door, key_of(session, licensed.licensee))
    codes = {both.ask(licensed.id, body).get_json().get("code") for body in BODIES}
    assert {"ALLOWED", "TERRITORY_NOT_GRANTED", "invalid_input", "bad_request"} <= codes
    statuses = {both.ask(licensed.id, **way).status_code for way in WAYS}
    assert {200, 401, 405, 422} <= statuses


def test_every_asker(database: Database, door: Door, licensed: Licensed, clock: FrozenClock) -> None:
    clock.move_to(DURING)
    soon = machine_now() + timedelta(hours=1)
    with database.write() as session:
        ended = make_key(session, licensed.licensee, at=START, expires_at=START + timedelta(days=1))
        revoked = make_key(session, licensed.licensee)
        identity.revoke_api_key(session=session, actor=licensed.licensee, at=START, key_id=revoked.key.id)
        askers = {
            "licensee": (key_of(session, licensed.licensee), 200),
            "licensor": (key_of(session, licensed.licensor), 200),
            "administrator": (key_of(session, make_administrator(session)), 200),
            "stranger": (key_of(session, make_actor(session, name="Passing Clouds")), 404),
            "deciding only": (key_of(session, licensed.licensee, scopes=frozenset({Scope.DECIDE})), 200),
            "reading only": (key_of(session, licensed.licensee, scopes=frozenset({Scope.READ})), 403),
            "writing only": (key_of(session, licensed.licensee, scopes=frozenset({Scope.WRITE})), 403),
            "ending soon": (key_of(session, licensed.licensee, expires_at=soon, at=machine_now()), 200),
            "ended": (ended.text, 401),
            "revoked": (revoked.text, 401),
            "of another secret": (f"{revoked.text[:-1]}_", 401),
        }
    for who, (key, status) in askers.items():
        assert Both(door, key).ask(licensed.id).status_code == status, who


def test_every_address(database: Database, door: Door, licensed: Licensed) -> None:
    with database.write() as session:
        both = Both(door, key_of(session, licensed.licensee))
    base = "/v1/licenses"
    for path in (
        f"{base}/lic_{'0' * 26}/decision",
        f"{base}/{licensed.id.lower()}/decision",
        f"{base}/{licensed.id}/decision/",
        f"{base}/{licensed.id}/decision\n",
        f"{base}/{licensed.id}/decisions",
        f"{base}//{licensed.id}/decision",
        f"{base}/{licensed.id}%00/decision",
        f"{base}/x/decision",
    ):
        assert both.ask(licensed.id, path=path).status_code in {200, 308, 404, 405, 422}, path


def test_every_standing_at_every_boundary(
    database: Database, services: Services, door: Door, licensed: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        unpaid = make_unpaid_license(session, services.store)
        others = {
            action: make_license(session, services.store)
            for action in (LicenseAction.SUSPEND, LicenseAction.TERMINATE)
        }
        for action, made in others.items():
            change_standing(
                session=session, actor=made.licensor, at=START, license_id=made.id, action=action, reason="A test."
            )
        asked = [
            (made.id, Both(door, key_of(session, made.licensee))) for made in (licensed, unpaid, *others.values())
        ]
    codes = set()
    for instant in (START - timedelta(days=400), START, STARTS_AT, DURING, ENDS_AT):
        for at in (instant - TICK, instant, instant + TICK):
            clock.move_to(at)
            for license_id, both in asked:
                for changes in USES:
                    body = json.dumps(USE | changes).encode()
                    codes.add(both.ask(license_id, body).get_json()["code"])
    assert {"ALLOWED", "NOT_STARTED", "EXPIRED", "SUSPENDED", "TERMINATED", "UNPAID"} <= codes


def test_back_before_the_signature(database: Database, door: Door, licensed: Licensed, clock: FrozenClock) -> None:
    with database.write() as session:
        both = Both(door, key_of(session, licensed.licensee))
    for at in (DURING, START - TICK, START, START - timedelta(days=1)):
        clock.move_to(at)
        both.ask(licensed.id)


def test_terms_that_were_changed(database: Database, services: Services, door: Door, clock: FrozenClock) -> None:
    with database.write() as session:
        made = make_license(session, services.store, **free_terms())
        deal = session.get(Deal, latest_version(session, made.id).deal.id)
        assert deal is not None
        both = Both(door, key_of(session, made.licensee))
    takes_effect = STARTS_AT + timedelta(days=47)
    with database.write() as session:
        talk = amend(
            session,
            made.licensee,
            deal,
            effective_on=takes_effect.date(),
            grants=[grant(territory="+JP")],
        )
        agree(session, made.licensor, talk)
    codes = []
    for at in (DURING - timedelta(days=60), takes_effect - TICK, takes_effect, DURING):
        clock.move_to(at)
        codes.append(both.ask(made.id).get_json()["code"])
    assert codes == ["ALLOWED", "ALLOWED", "TERRITORY_NOT_GRANTED", "TERRITORY_NOT_GRANTED"]


def test_a_license_that_asks_for_check_ins(
    database: Database, services: Services, door: Door, clock: FrozenClock
) -> None:
    with database.write() as session:
        made = make_license(session, services.store, check_in={"every_hours": 24, "grace_hours": 6})
        both = Both(door, key_of(session, made.licensee))
    lapses = STARTS_AT + timedelta(hours=30)
    codes = []
    for at in (STARTS_AT, lapses - TICK, lapses, STARTS_AT, DURING):
        clock.move_to(at)
        codes.append(both.ask(made.id).get_json()["code"])
    assert codes == ["ALLOWED", "ALLOWED", "CHECK_IN_OVERDUE", "ALLOWED", "CHECK_IN_OVERDUE"]
    with database.write() as session:
        check_in(session=session, actor=made.licensee, at=DURING, license_id=made.id, client="", build="")
    for at in (STARTS_AT, lapses, DURING):  # a clock that was moved back makes nobody late
        clock.move_to(at)
        assert both.ask(made.id).get_json()["code"] == "ALLOWED"


def test_licenses_made_alike_at_one_instant_stand_each_for_themselves(
    database: Database, services: Services, door: Door, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    with database.write() as session:
        first, second = (make_license(session, services.store, **free_terms()) for _ in range(2))
        asked = [(made, Both(door, key_of(session, made.licensee))) for made in (first, second)]

    def codes() -> list[str]:
        return [both.ask(made.id).get_json()["code"] for made, both in asked]

    assert codes() == ["ALLOWED", "ALLOWED"]
    with database.write() as session:
        deal = session.get_one(Deal, latest_version(session, first.id).deal.id)
        talk = amend(session, first.licensee, deal, at=DURING, grants=[grant(territory="+JP")])
        agree(session, first.licensor, talk, at=DURING)
    assert codes() == ["TERRITORY_NOT_GRANTED", "ALLOWED"]
    for action, code in ((LicenseAction.SUSPEND, "SUSPENDED"), (LicenseAction.REINSTATE, "ALLOWED")):
        with database.write() as session:
            change_standing(
                session=session,
                actor=second.licensor,
                at=DURING,
                license_id=second.id,
                action=action,
                reason="A test.",
            )
        assert codes() == ["TERRITORY_NOT_GRANTED", code]


def test_both_are_counted_and_logged_alike(
    database: Database, door: Door, licensed: Licensed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.request")
    with database.write() as session:
        both = Both(door, key_of(session, licensed.licensee))
    labels = {"method": "POST", "route": ROUTE, "status": "200"}
    before = REGISTRY.get_sample_value("likeness_http_requests_total", labels) or 0
    both.ask(licensed.id)
    assert REGISTRY.get_sample_value("likeness_http_requests_total", labels) == before + 2
    lines = [
        {name: getattr(record, name) for name in ("message", "method", "route", "status", "levelname")}
        for record in caplog.records
        if record.name == "app.request"
    ]
    assert len(lines) == 2
    assert lines[0] == lines[1]


def test_a_plain_question_never_reaches_the_app(
    database: Database, door: Door, licensed: Licensed, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move_to(DURING)
    with database.write() as session:
        key, of_us = key_of(session, licensed.licensee), key_of(session, make_administrator(session))
    reached: list[str] = []
    ordinary = door.ordinary
    monkeypatch.setattr(door, "ordinary", lambda e, s: (reached.append(e["PATH_INFO"]), ordinary(e, s))[1])
    client = Client(door)
    for asker, changes in ((of_us, {}), *((key, changes) for changes in USES[:8])):
        client.post(
            f"/v1/licenses/{licensed.id}/decision", json=USE | changes, headers={"Authorization": f"Bearer {asker}"}
        )
    batch = {"uses": [USE | {"license_id": licensed.id}] * 3}
    client.post(BATCH_ROUTE, json=batch, headers={"Authorization": f"Bearer {key}"})
    assert reached == []
    client.post(f"/v1/licenses/{licensed.id}/decision", json={}, headers={"Authorization": f"Bearer {key}"})
    assert len(reached) == 1


def batches(mine: str, others: str) -> list[bytes]:
    """Batches in good order and in none."""

    def one(license_id: Any = mine, **changes: Any) -> dict[str, Any]:
        return USE | {"license_id": license_id} | changes

    usual = [one(**changes) for changes in USES[:8]]
    many: list[Any] = [
        usual,
        usual * 12,
        [*usual, one(others), one(f"lic_{'0' * 26}"), one(f"lic_{'0' * 26}")],
        [one(others)],
        [*usual, one(amounts={"lines": 3})],
        [*usual, one(approval_id="apr_unknown")],
        [*usual, one("nonsense")],
        [*usual, one(territory="XX")],
        [*usual, one(7)],
        [*usual, one(None)],
        [*usual, USE],
        [*usual, "text"],
        [*usual, None],
        [],
        usual * 62 + usual[:4],
        usual * 62 + usual[:5],
        {},
        None,
    ]
    whole = [{"uses": uses} for uses in many] + [{"uses": usual, "more": 1}, {}, usual]
    return [json.dumps(body).encode() for body in whole] + [b"", b"{", json.dumps({"uses": usual}).encode("utf-16")]


def test_every_batch(
    database: Database, services: Services, door: Door, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    with database.write() as session:
        other = make_license(session, services.store)
        both = Both(door, key_of(session, licensed.licensee))
    statuses = {both.ask("", body, path=BATCH_ROUTE).status_code for body in batches(licensed.id, other.id)}
    assert {200, 400, 422} <= statuses
    body = batches(licensed.id, other.id)[0]
    assert {both.ask("", body, path=BATCH_ROUTE, **way).status_code for way in WAYS} >= {200, 401, 405}


def test_what_is_counted(database: Database, services: Services, door: Door, clock: FrozenClock) -> None:
    clock.move_to(DURING)
    with database.write() as session:
        made = make_license(session, services.store, caps=[{"unit": "lines", "most": 5}])
        both = Both(door, key_of(session, made.licensee))
    use = USE | {"amounts": {"lines": 20}}
    assert both.ask(made.id, json.dumps(use).encode()).get_json()["code"] == "QUOTA_EXHAUSTED"
    batch = {"uses": [USE | {"license_id": made.id}, use | {"license_id": made.id}]}
    answers = both.ask("", json.dumps(batch).encode(), path=BATCH_ROUTE).get_json()["decisions"]
    assert [answer["code"] for answer in answers] == ["ALLOWED", "QUOTA_EXHAUSTED"]
