"""The API describes itself: valid OpenAPI 3.1, every operation with a summary, its errors and its retry key."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from app import registry
from app.identity import access
from tests.journeys.test_access import READ_ONLY_POSTS, routes

PROBLEM = "application/problem+json"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield f"{method.upper()} {path}", item[method] | {"shared": item.get("parameters", [])}


def resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    problems = [error.message[:300] for error in OpenAPIV31SpecValidator(document).iter_errors()]
    assert not problems


def test_every_documented_blueprint_is_in_it(app: Flask, document: dict[str, Any]) -> None:
    blueprints = {blueprint.name for blueprint, _ in registry.API}
    expected = {
        f"{method} {rule.rule}" for _, method, rule in routes(app) if rule.endpoint.partition(".")[0] in blueprints
    }
    assert len(list(operations(document))) == len(expected)


def test_every_operation_says_what_it_does_and_how_it_refuses(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation.get("summary"), name
        assert len(operation["summary"]) <= 120, name
        assert not operation["summary"].endswith("."), f"{name}: a summary is no sentence"
        assert operation["tags"], name
        errors = {code: r for code, r in operation["responses"].items() if code == "default" or code[0] in "45"}
        assert "default" in errors, name
        for code, response in errors.items():
            content = resolve(document, response)["content"]
            assert list(content) == [PROBLEM], f"{name} {code}"
            schema = resolve(document, content[PROBLEM]["schema"])
            assert {"type", "title", "status", "code"} <= set(schema["required"]), f"{name} {code}"


def test_open_operations_say_that_they_need_no_key(document: dict[str, Any]) -> None:
    open_names = {b.name for b, authentication in registry.API if authentication is access.nobody}
    for name, operation in operations(document):
        is_open = set(operation["tags"]) <= open_names
        assert (operation.get("security") == []) is is_open, name


def test_every_write_documents_its_idempotency_key(document: dict[str, Any]) -> None:
    asking = {name.replace("<", "{").replace(">", "}") for name in READ_ONLY_POSTS}
    for name, operation in operations(document):
        headers = [
            found
            for parameter in [*operation.get("parameters", []), *operation["shared"]]
            if (found := resolve(document, parameter))["in"] == "header" and found["name"] == "Idempotency-Key"
        ]
        needs_key = name.startswith("POST ") and name not in asking and operation.get("security") != []
        assert len(headers) == int(needs_key), name
        assert all(header["required"] for header in headers), name


def test_patterns_mean_the_same_in_every_language(document: dict[str, Any]) -> None:
    r"""JSON Schema's regular expressions are ECMAScript's: no `\Z`, and not anchored unless they say so."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str):
                found.append(node["pattern"])
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(document)
    assert found
    assert all(pattern.startswith("^") and pattern.endswith("$") and r"\Z" not in pattern for pattern in found)
