"""Whatever is sent: no 5xx, nothing undocumented, every refusal a problem document. The same examples each time."""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.wrappers import Response

from app.infrastructure.http.context import Services
from tests.factories.royalties import REPORTED_AT
from tests.journeys.access_world import World, make_world
from tests.journeys.test_access import TABLE, routes
from tests.support.clock import FrozenClock

EXAMPLES = 15
_numbers = itertools.count(1)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(app: Flask, services: Services, clock: FrozenClock) -> World:
    clock.move_to(REPORTED_AT)
    return make_world(app, services)


def operations(app: Flask) -> Iterator[tuple[str, Any]]:
    """Every documented operation with the name the access table knows it by."""
    names = {f"{method} {as_documented(rule.rule)}": name for name, method, rule in routes(app)}
    schema = schemathesis.openapi.from_wsgi("/openapi.json", closing(app))
    found = [result.ok() for result in schema.get_all_operations()]
    for operation in sorted(found, key=destruction):
        yield names[f"{operation.method.upper()} {operation.path}"], operation


def destruction(operation: Any) -> int:
    """Reads first, and last what ends or deletes the objects that others are called on."""
    ends = operation.path.endswith(("/termination", "/suspension", "/withdrawal", "/decline"))
    return {"get": 0, "delete": 3}.get(operation.method, 2 if ends else 1)


def closing(app: Flask) -> Callable[..., Any]:
    """The app as a server runs it: every answer is closed, streamed files included."""
    return lambda environ, start: Response.from_app(app, environ, buffered=True)(environ, start)


def as_documented(rule: str) -> str:
    """`<int:number>` is `{number}` in OpenAPI."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule)


def cases(operation: Any) -> st.SearchStrategy[Case]:
    """Well-formed calls, and calls that are wrong somewhere."""
    return st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )


def calls(operation: Any, *, objects: dict[str, str], authorization: str) -> Callable[[], None]:
    """A property: called, it tries its examples and raises what it finds. Three in four know real objects."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(operation), die=st.integers(0, 3))
    def call(case: Case, die: int) -> None:
        if die:
            case.path_parameters |= {name: objects[name] for name in case.path_parameters if name in objects}
        headers = {"Authorization": authorization, "Idempotency-Key": f"fuzz-{next(_numbers)}"}
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        documented = case.operation.definition.raw["responses"]
        assert answer.status_code >= 400 or str(answer.status_code) in documented, answer.status_code

    return call


def test_no_call_breaks_the_service(app: Flask, world: World) -> None:
    broken: dict[str, str] = {}
    for name, operation in operations(app):
        row = TABLE[name]
        objects = {**world.ids, **{parameter: world.ids[other] for parameter, other in row.objects.items()}}
        authorization = world.callers[row.by or "licensor"]._authorization
        try:
            calls(operation, objects=objects, authorization=authorization)()
        except (Failure, AssertionError, BaseExceptionGroup) as failure:
            broken[name] = f"{failure!r} {getattr(failure, 'exceptions', '')}"[:3000]
    assert not broken, "\n\n".join(f"{name}\n{failure}" for name, failure in broken.items())
