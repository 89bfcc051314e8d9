"""Logs: one JSON object a line with the request's id, and never a body, a key, a cookie or a stored value."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from app.identity import queries
from app.identity.models import User
from app.infrastructure.db.database import Database
from app.infrastructure.http import problems
from app.infrastructure.http.observability import AnsweredRequest, JsonFormatter, begin_request, end_request
from tests.factories.identity import Caller, caller_for, make_user
from tests.factories.parties import make_actor
from tests.support.clock import START

SECRET = "s3cr3t-marker"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger of the process writes, as the service writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def caller(database: Database, client: FlaskClient) -> Caller:
    with database.write() as session:
        return caller_for(session, client, make_actor(session))


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def requests_in(log: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(log) if line["logger"] == "app.request"]


def test_a_request_is_one_line_with_its_id(client: FlaskClient, log: io.StringIO) -> None:
    answer = client.get("/v1/licenses/lic_1", headers={"X-Request-ID": "trace-me-0001"})
    (line,) = requests_in(log)
    assert answer.headers["X-Request-ID"] == line["request_id"] == "trace-me-0001"
    assert answer.get_json()["request_id"] == "trace-me-0001"
    expected = {
        "level": "info",
        "message": "request",
        "method": "GET",
        "route": "/v1/licenses/<license_id>",
        "status": 401,
    }
    assert line.items() >= expected.items()
    assert line["ms"] >= 0
    assert line["at"].endswith("Z")


def test_each_request_has_an_id_of_its_own(client: FlaskClient, log: io.StringIO) -> None:
    for offered in (None, "short", "no spaces please", "x" * 65, 'quo"te-12345'):
        client.get("/health/live", headers={} if offered is None else {"X-Request-ID": offered})
    ids = [line["request_id"] for line in requests_in(log)]
    assert len(set(ids)) == 5
    assert all(len(request_id) == 32 for request_id in ids)


def test_nothing_secret_is_logged(client: FlaskClient, caller: Caller, log: io.StringIO) -> None:
    key = caller._authorization.removeprefix("Bearer ")
    client.set_cookie("likeness_session", f"cookie-{SECRET}")
    made = caller.post("/v1/api-keys", json={"name": f"name {SECRET}", "scopes": ["read"]})
    assert made.status_code == 201
    caller.post("/v1/api-keys", json={"name": SECRET, "scopes": [SECRET]})
    caller.get(f"/v1/licenses/{SECRET}?cursor={SECRET}")
    client.get(f"/{SECRET}", headers={"Authorization": f"Bearer lk_{SECRET}"})
    client.post("/webhooks/stripe", data=SECRET, headers={"Stripe-Signature": SECRET})
    page = client.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"email": f"{SECRET}@example.com", "password": SECRET, "csrf_token": token}
    assert client.post("/sign-in", data=form).status_code == 401
    assert len(requests_in(log)) == 7
    text = log.getvalue()
    for secret in (SECRET, key, made.get_json()["text"], token):
        assert secret not in text


def test_what_goes_wrong_is_logged_with_its_request_and_told_in_general(
    caller: Caller, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the wheel came off")

    monkeypatch.setattr(queries, "user_of", fail)
    answer = caller.get("/v1/me")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert "wheel" not in answer.text
    (error,) = [line for line in lines(log) if line["level"] == "error"]
    assert error["message"] == "unhandled error"
    assert "RuntimeError: the wheel came off" in error["exception"]
    assert error["request_id"] == answer.get_json()["request_id"]


def test_a_database_error_is_logged_without_the_values_in_it(
    app: Flask, database: Database, log: io.StringIO
) -> None:
    with database.write() as session:
        make_user(session, email=f"{SECRET}@example.com")
    duplicate = User(email=f"{SECRET}@example.com", name=SECRET, password_hash=SECRET, created_at=START)
    with pytest.raises(DBAPIError) as raised, database.write() as session:
        session.add(duplicate)
    with app.test_request_context("/v1/me"):
        answer = app.make_response(problems._from_lost_race(raised.value))  # type: ignore[arg-type]
    assert answer.status_code == 409
    (line,) = [line for line in lines(log) if line["level"] == "warning"]
    assert line["error"] in ("IntegrityError", "UniqueViolation")
    assert line["code"] in ("SQLITE_CONSTRAINT_UNIQUE", "23505")
    assert SECRET not in log.getvalue()
    assert SECRET not in str(raised.value.statement)
    assert f"'{SECRET}'" not in str(raised.value)


def test_a_wrong_statement_is_an_error_of_ours_and_no_busy_database(
    caller: Caller, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_wrongly(session: Any, *_: object) -> None:
        session.execute(sa.text("SELECT * FROM no_such_table WHERE name = :name"), {"name": SECRET})

    monkeypatch.setattr(queries, "user_of", ask_wrongly)
    answer = caller.get("/v1/me")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal_error")
    assert "no_such_table" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_line_is_one_line_whatever_it_says() -> None:
    record = logging.makeLogRecord({"msg": 'two\nlines and "quotes" of Łuna', "name": "test", "levelname": "INFO"})
    record.created, record.msecs, record.odd = 0.0, 7.0, object()
    try:
        raise ValueError("several\nlines")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert line["message"] == 'two\nlines and "quotes" of Łuna'
    assert line["at"] == "1970-01-01T00:00:00.007Z"
    assert "ValueError: several\nlines" in line["exception"]
    assert "request_id" not in line


@pytest.mark.parametrize("request_id", ["", "trace-me-0001"])
def test_the_line_of_a_request_is_the_one_that_any_record_like_it_would_be(request_id: str) -> None:
    record = AnsweredRequest("GET", '/a "quoted" <path:é>', 404, 0.01234)
    like_it = logging.makeLogRecord(vars(record))
    if request_id:
        begin_request(request_id)
    try:
        assert JsonFormatter().format(record) == JsonFormatter().format(like_it)
    finally:
        end_request()
    line = json.loads(JsonFormatter().format(record))
    assert (line["level"], line["status"], line["ms"]) == ("info", 404, 12.3)
    assert record.getMessage() == line["message"] == "request"


def test_requests_are_not_logged_below_the_level_that_was_set(client: FlaskClient, log: io.StringIO) -> None:
    logging.getLogger().setLevel(logging.WARNING)
    client.get("/health/live")
    assert requests_in(log) == []
