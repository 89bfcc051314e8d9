"""RFC 9457 problem details: every refusal has a stable code, a sentence and the fields concerned."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma
from flask import Flask, Response, g, json, request
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.values.errors import DomainError, FieldProblem

MEDIA_TYPE = "application/problem+json"
_CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    412: "changed_meanwhile",
    413: "payload_too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    422: "invalid_input",
    428: "if_match_missing",
    429: "too_many_requests",
    500: "internal_error",
    503: "try_again",
}
_DETAILS = {
    412: "It was changed since you read it. Read it again, then repeat your change with the new ETag.",
    422: "Some of the input cannot be used; `errors` says where.",
    428: "Send If-Match with the ETag you read, so that nobody's change is overwritten.",
    500: "Something went wrong on our side. Nothing was changed; repeat the call, with the same idempotency key.",
}
_log = logging.getLogger(__name__)


class FieldProblemSchema(ma.Schema):
    pointer = ma.fields.Str(metadata={"description": "JSON pointer to the part of the input"})
    code = ma.fields.Str()
    detail = ma.fields.Str()


class ProblemSchema(ma.Schema):
    """RFC 9457 problem details; a refusal may add members of its own, such as why a right is not free."""

    class Meta:
        unknown = ma.INCLUDE

    type = ma.fields.Str(required=True, metadata={"description": "Always `about:blank`: read `code`"})
    title = ma.fields.Str(required=True)
    status = ma.fields.Int(required=True)
    code = ma.fields.Str(required=True, metadata={"description": "Stable, for programs"})
    detail = ma.fields.Str(metadata={"description": "A sentence for people that says what to do next"})
    request_id = ma.fields.Str()
    errors = ma.fields.List(ma.fields.Nested(FieldProblemSchema))


def problem(
    *, status: int, title: str, code: str, detail: str, problems: tuple[FieldProblem, ...] = (), **extra: Any
) -> Response:
    """Return a problem document."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    if "request_id" in g:
        body["request_id"] = g.request_id
    if problems:
        body["errors"] = [{"pointer": p.pointer, "code": p.code, "detail": p.detail} for p in problems]
    return Response(json.dumps(body | extra), status=status, content_type=MEDIA_TYPE)


def install(app: Flask) -> None:
    """Answer every error with a problem document; pages wrap it for people (see `app.web`)."""
    app.log_exception = _log_unhandled  # type: ignore[assignment, method-assign]  # Flask's own would write the path
    app.register_error_handler(DomainError, from_domain_error)
    app.register_error_handler(HTTPException, from_http_exception)
    app.register_error_handler(OperationalError, _from_busy_database)
    app.register_error_handler(IntegrityError, _from_lost_race)
    app.register_error_handler(DataError, _from_unstorable)


def from_domain_error(error: DomainError) -> Response:
    return problem(
        status=error.status,
        title=error.code.replace("_", " ").capitalize(),
        code=error.code,
        detail=error.detail,
        problems=error.problems,
        **error.extra,
    )


def from_http_exception(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    messages = data.get("messages") or data.get("errors") or {}
    response = problem(
        status=status,
        title=error.name,
        code=_CODES.get(status, error.name.lower().replace(" ", "_")),
        detail=str(data.get("message") or _DETAILS.get(status) or error.description or error.name),
        problems=tuple(_flatten(messages)) if isinstance(messages, Mapping) else (),
    )
    for name, value in [*error.get_headers(), *(data.get("headers") or {}).items()]:
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _flatten(messages: Mapping[Any, Any]) -> Iterator[FieldProblem]:
    """Turn webargs' `{location: {field: {index: [sentences]}}}` into pointers."""
    for location, tree in messages.items():
        root = "" if location in {"json", "form", "files", "multipart", "json_or_multipart"} else f"/{location}"
        yield from _walk(tree, root)


def problems_of(error: ma.ValidationError) -> tuple[FieldProblem, ...]:
    """Return each complaint of a schema with a JSON pointer to its field."""
    return tuple(_walk(error.messages, ""))


def _walk(tree: Any, pointer: str) -> Iterator[FieldProblem]:
    if isinstance(tree, Mapping):
        for key, branch in tree.items():
            step = str(key).replace("~", "~0").replace("/", "~1")
            yield from _walk(branch, pointer if key == "_schema" else f"{pointer}/{step}")
    else:
        for sentence in tree if isinstance(tree, list) else [tree]:
            yield FieldProblem(pointer or "/", "invalid", str(sentence))


def _from_busy_database(error: OperationalError) -> Any:
    if getattr(error.orig, "sqlite_errorname", None) == "SQLITE_ERROR":
        # The statement is wrong; SQLite gives that the same class as a busy database.
        _log_unhandled(error)
        return from_http_exception(InternalServerError(original_exception=error))
    _log.warning("database busy or gone: %s", error.orig, extra=_cause(error))
    response = problem(
        status=503,
        title="Try again",
        code="try_again",
        detail="The database is busy. Nothing was changed; repeat the call in a moment.",
    )
    response.headers["Retry-After"] = "1"
    return response


def _from_lost_race(error: IntegrityError) -> Response:
    _log.warning("constraint refused a write", extra=_cause(error))
    return problem(
        status=409,
        title="Conflict",
        code="conflict",
        detail="Somebody else changed this at the same moment. Nothing was changed; read again and repeat.",
    )


def _from_unstorable(error: DataError) -> Response:
    _log.warning("value refused by the database", extra=_cause(error))
    return problem(status=422, title="Unprocessable", code="invalid_input", detail="A value is out of range.")


def _log_unhandled(error: Any) -> None:
    _log.error("unhandled error", exc_info=error)


def _cause(error: DBAPIError) -> dict[str, object]:
    """What a log may say of a database error: its message would name values, which may be secrets."""
    diagnosis = getattr(error.orig, "diag", None)
    return {
        "route": request.url_rule.rule if request.url_rule else "unmatched",
        "error": type(error.orig).__name__,
        "code": getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
    }
