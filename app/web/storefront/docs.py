"""The API for people who build on it: a page made from the same OpenAPI document that machines read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask, current_app, render_template

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a schema table: where it stands, what it holds."""

    path: str
    type: str
    is_required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Property]
    body: list[Property]
    body_type: str
    answers: list[tuple[str, str, list[Property]]]

    @property
    def anchor(self) -> str:
        return f"{self.method}-{self.path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}"


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    description: str
    operations: list[Operation]


def show() -> str:
    document = _document(current_app._get_current_object())  # type: ignore[attr-defined]
    return render_template("storefront/docs.html", info=document["info"], groups=_groups(document))


@cache
def _document(app: Flask) -> dict[str, Any]:
    document: dict[str, Any] = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return document


def _groups(document: Mapping[str, Any]) -> list[Group]:
    tags: dict[str, list[Operation]] = {tag["name"]: [] for tag in document.get("tags", [])}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                shared = item.get("parameters", [])
                tags.setdefault((operation.get("tags") or ["other"])[0], []).append(
                    _operation(document, method, path, operation, shared)
                )
    descriptions = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    return [Group(name, descriptions.get(name, ""), found) for name, found in tags.items() if found]


def _operation(
    document: Mapping[str, Any], method: str, path: str, raw: Mapping[str, Any], shared: list[Any]
) -> Operation:
    parameters = [_resolved(document, parameter) for parameter in [*shared, *raw.get("parameters", [])]]
    content = _resolved(document, raw.get("requestBody", {})).get("content", {})
    body_type = next(iter(content), "")
    answers = []
    for status, response in sorted(raw.get("responses", {}).items()):
        answer = _resolved(document, response)
        contents: list[dict[str, Any]] = list(answer.get("content", {}).values())
        schema = contents[0].get("schema", {}) if contents else {}
        is_success = status.startswith("2")
        answers.append((status, answer.get("description", ""), _table(document, schema) if is_success else []))
    return Operation(
        method=method,
        path=path,
        summary=raw.get("summary", ""),
        description=raw.get("description", ""),
        parameters=[
            Property(
                f"{p['name']} ({p['in']})", _type(document, p.get("schema", {})), p.get("required", False),
                p.get("description", ""),
            )
            for p in parameters
        ],
        body=_table(document, content.get(body_type, {}).get("schema", {})),
        body_type=body_type,
        answers=answers,
    )  # fmt: skip


def _table(document: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Property]:
    return list(_properties(document, schema, "", 0))


def _properties(
    document: Mapping[str, Any], schema: Mapping[str, Any], path: str, depth: int
) -> Iterator[Property]:
    """Walk a schema depth first; what is nested deeper than anybody reads is left out."""
    schema = _resolved(document, schema)
    if depth > DEEPEST:
        return
    if "items" in schema:
        yield from _properties(document, schema["items"], f"{path}[]", depth)
        return
    required = set(schema.get("required", []))
    for name, part in schema.get("properties", {}).items():
        inner, where = _resolved(document, part), f"{path}.{name}" if path else name
        yield Property(where, _type(document, inner), name in required, inner.get("description", ""))
        yield from _properties(document, inner, where, depth + 1)


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    schema = _resolved(document, schema)
    if "enum" in schema:
        return " | ".join(str(choice) for choice in schema["enum"] if choice is not None)
    named = schema.get("type", "any")
    names = [name for name in named if name != "null"] if isinstance(named, list) else [named]
    if "array" in names:
        return f"list of {_type(document, schema.get('items', {}))}"
    text = " or ".join(names)
    return f"{text} ({schema['format']})" if "format" in schema else text


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow `$ref`, and an `allOf` of one, until something stands there."""
    for _ in range(DEEPEST):
        if "$ref" in node:
            target: Any = document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        elif len(node.get("allOf", [])) == 1:
            node = {**node["allOf"][0], **{k: v for k, v in node.items() if k != "allOf"}}
        else:
            break
    return node
