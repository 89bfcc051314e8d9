"""Whatever goes wrong, the answer is a problem document with a stable code, and never a 500."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.infrastructure.db.database import Database
from app.infrastructure.http.api import LARGEST_JSON_BYTES
from tests.factories.identity import Caller, caller_for
from tests.factories.parties import make_actor
from tests.support.databases import on_sqlite


@pytest.fixture
def caller(database: Database, client: FlaskClient) -> Caller:
    with database.write() as session:
        return caller_for(session, client, make_actor(session))


def assert_is_problem(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["code"] == code
    assert answer.json["detail"]
    assert answer.json["request_id"] == answer.headers["X-Request-ID"]


def test_unknown_addresses_and_methods(client: FlaskClient) -> None:
    assert_is_problem(client.get("/v1/nothing"), 404, "not_found")
    refused = client.delete("/health/live")
    assert_is_problem(refused, 405, "method_not_allowed")
    assert "GET" in refused.headers["Allow"]


def test_without_a_key_nobody_comes_in(client: FlaskClient) -> None:
    assert_is_problem(client.get("/v1/me"), 401, "not_authenticated")
    assert_is_problem(client.get("/v1/me", headers={"Authorization": "Bearer lk_no_no"}), 401, "not_authenticated")


def test_a_malformed_field_is_named_by_a_pointer(caller: Caller) -> None:
    answer = caller.post("/v1/api-keys", json={"name": "x", "scopes": ["read", "fly"]})
    assert_is_problem(answer, 422, "invalid_input")
    assert answer.json["errors"][0]["pointer"] == "/scopes/1"


def test_what_is_not_json_is_refused(caller: Caller) -> None:
    broken = caller.post("/v1/api-keys", data=b'{"name":', content_type="application/json")
    assert broken.status_code in (400, 422)
    assert broken.content_type == "application/problem+json"


@on_sqlite
@pytest.mark.parametrize("escape", ["", "\\u0041"])
@pytest.mark.parametrize(
    "value", ["[" * 100_000, '{"a":' * 100_000, "9" * 5_000], ids=["lists", "objects", "digits"]
)
def test_json_too_deep_or_with_a_number_too_long_is_refused(caller: Caller, value: str, escape: str) -> None:
    body = f'{{"name": "a{escape}", "scopes": {value}}}'.encode()
    assert_is_problem(caller.post("/v1/api-keys", data=body, content_type="application/json"), 422, "invalid_input")


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "\\uDFFF tail"])
def test_text_that_no_database_can_hold_is_refused(caller: Caller, text: str) -> None:
    body = f'{{"name": "a{text}", "scopes": ["read"]}}'.encode()
    assert_is_problem(caller.post("/v1/api-keys", data=body, content_type="application/json"), 422, "invalid_input")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"name": "a\\u0000", "scopes": []}', "/name"),
        ('{"name": "a", "scopes": ["read", "\\ud800"]}', "/scopes/1"),
        ('{"name": "a", "b~/c": [{"d": "\\u0000"}]}', "/b~0~1c/0/d"),
        ('{"name": "a", "e\\u0000": 1}', "/e\0"),
        ('"\\u0000"', "/"),
        ('{"name": ' + "[" * 900 + '"\\u0000"' + "]" * 900 + "}", "/name" + "/0" * 900),
    ],
)
def test_text_that_no_database_can_hold_is_named(caller: Caller, body: str, pointer: str) -> None:
    answer = caller.post("/v1/api-keys", data=body.encode(), content_type="application/json")
    assert_is_problem(answer, 422, "invalid_input")
    assert [problem["pointer"] for problem in answer.json["errors"]] == [pointer]


class Endless(io.RawIOBase):
    """A body of blanks that goes on for as long as somebody reads it."""

    read_bytes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        size = size if 0 <= size <= 1 << 16 else 1 << 16
        self.read_bytes += size
        if self.read_bytes > 64 << 20:
            raise AssertionError("It is read without end.")
        return b" " * size

    def readinto(self, buffer: Any) -> int:
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


@on_sqlite
@pytest.mark.parametrize("path", ["/v1/credential-checks", "/v1/decisions", "/v1/nothing", "/webhooks/stripe"])
def test_of_a_document_larger_than_any_little_is_read_whoever_sends_it(client: FlaskClient, path: str) -> None:
    def send(**around: Any) -> tuple[Any, int]:
        body = Endless()
        sent = around | {"wsgi.input": body}
        return client.post(path, content_type="application/json", environ_overrides=sent), body.read_bytes

    answer, taken = send(CONTENT_LENGTH=str(40 << 20))
    assert_is_problem(answer, 413, "payload_too_large")
    assert taken == 0
    answer, taken = send(**{"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"})
    assert 400 <= answer.status_code < 500
    assert taken <= LARGEST_JSON_BYTES + (1 << 16)


def test_an_escape_that_is_only_spelled_out_is_text(caller: Caller) -> None:
    body = {"name": "a\\u0000 \u00fc", "scopes": ["read"]}
    assert caller.post("/v1/api-keys", json=body).status_code == 201


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_JSON, scopes=_JSON, expires_at=_JSON)
def test_no_input_gives_a_500(caller: Caller, name: object, scopes: object, expires_at: object) -> None:
    body = {"name": name, "scopes": scopes, "expires_at": expires_at}
    assert caller.post("/v1/api-keys", json=body).status_code < 500


@on_sqlite
@pytest.mark.parametrize("query", ["?limit=0", "?limit=101", "?limit=x", "?cursor=%00", "?cursor=nonsense", "?x=1"])
def test_list_arguments_are_checked(caller: Caller, query: str) -> None:
    assert caller.get(f"/v1/api-keys{query}").status_code == 422


def test_every_answer_carries_its_headers(client: FlaskClient) -> None:
    headers = client.get("/health/live").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (
        client.get("/health/live", headers={"X-Request-ID": "my-own-id-1"}).headers["X-Request-ID"] == "my-own-id-1"
    )
    assert client.get("/health/live", headers={"X-Request-ID": "no\tgood"}).headers["X-Request-ID"] != "no\tgood"
