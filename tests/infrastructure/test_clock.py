"""Business time: the machine's, unless a demonstration moves it, and then only forward and for everybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from app.audit.models import AuditRecord
from app.factory import build_services, create_app
from app.infrastructure.clock import ClockCannotMove, DemoClock, SystemClock, machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.identity import caller_for
from tests.factories.parties import make_actor, make_administrator
from tests.support.settings import SECRET_KEY, make_settings

AHEAD = timedelta(days=400)
SECONDS = timedelta(seconds=10)
"""Longer than a test takes."""


def test_only_a_demonstration_has_a_clock_that_can_be_moved(database_url: str, tmp_path: Path) -> None:
    for demo, kind in (("0", SystemClock), ("", SystemClock), ("1", DemoClock)):
        services = build_services(make_settings(database_url=database_url, data_dir=tmp_path, DEMO=demo))
        assert type(services.clock) is kind
        services.database.close()


def test_the_system_clock_is_the_machines() -> None:
    assert abs(SystemClock().now() - machine_now()) < SECONDS
    assert SystemClock().now().tzinfo is UTC
    assert not hasattr(SystemClock(), "move_to")


def test_a_demo_clock_runs_with_the_machine_until_it_is_moved(database: Database) -> None:
    clock = DemoClock(database)
    assert abs(clock.now() - machine_now()) < SECONDS
    target = machine_now() + AHEAD
    assert clock.move_to(target) == target
    assert target <= clock.now() < target + SECONDS
    assert abs(machine_now() + AHEAD - clock.now()) < SECONDS


def test_it_is_never_earlier_than_it_was_moved_to(database: Database) -> None:
    clock = DemoClock(database)
    target = machine_now().replace(microsecond=0) + AHEAD
    for microseconds in (0, 1, 499_999, 500_001, 999_999):
        target += timedelta(minutes=1)
        clock.move_to(target.replace(microsecond=microseconds))
        assert clock.now() >= target.replace(microsecond=microseconds)


def test_it_never_goes_back(database: Database) -> None:
    clock = DemoClock(database)
    reached = clock.move_to(machine_now() + AHEAD)
    for earlier in (reached, reached - timedelta(days=1), machine_now()):
        with pytest.raises(ClockCannotMove, match="only moves forward"):
            clock.move_to(earlier)
    assert clock.now() >= reached


def test_every_process_sees_a_move(database: Database) -> None:
    other = Database(database.url, secret_key=SECRET_KEY)
    target = DemoClock(database).move_to(machine_now() + AHEAD)
    assert DemoClock(other).now() >= target
    other.close()


def test_a_start_is_set_once(database: Database) -> None:
    clock = DemoClock(database)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    clock.start_at(start)
    clock.start_at(datetime(2040, 1, 1, tzinfo=UTC))
    assert start <= clock.now() < start + SECONDS
    clock.move_to(start + AHEAD)
    clock.start_at(start)
    assert clock.now() >= start + AHEAD


@pytest.fixture
def demonstration(services: Services, tmp_path: Path) -> Services:
    settings = make_settings(database_url=services.database.url, data_dir=tmp_path, DEMO="1")
    return replace(services, settings=settings, clock=DemoClock(services.database))


def test_administrators_move_it_over_http_and_the_trail_knows(demonstration: Services) -> None:
    client = create_app(services=demonstration).test_client()
    with demonstration.database.write() as session:
        administrator = caller_for(session, client, make_administrator(session))
        stranger = caller_for(session, client, make_actor(session))
    target = (machine_now() + AHEAD).replace(microsecond=0)
    body = {"move_to": target.isoformat()}
    for refused in (stranger.get("/v1/demo/clock"), stranger.post("/v1/demo/clock", json=body)):
        assert (refused.status_code, refused.get_json()["code"]) == (403, "forbidden")
    assert demonstration.clock.now() < target
    assert administrator.post("/v1/demo/clock", json=body).status_code == 200
    assert demonstration.clock.now() >= target
    back = administrator.post("/v1/demo/clock", json={"move_to": machine_now().isoformat()})
    assert (back.status_code, back.get_json()["code"]) == (409, "clock_cannot_move")
    with demonstration.database.read() as session:
        moves = session.exec(select(AuditRecord).where(AuditRecord.action == "demo_clock.moved")).all()
    assert len(moves) == 1
    assert stranger.get("/v1/me").status_code == 200, "keys live on machine time"


def test_outside_a_demonstration_nobody_moves_it(services: Services) -> None:
    client: FlaskClient = create_app(services=replace(services, clock=SystemClock())).test_client()
    with services.database.write() as session:
        administrator = caller_for(session, client, make_administrator(session))
    body = {"move_to": (machine_now() + AHEAD).isoformat()}
    assert administrator.post("/v1/demo/clock", json=body).status_code == 404
    assert administrator.get("/v1/demo/clock").status_code == 404
