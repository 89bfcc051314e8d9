"""The door itself: a WSGI app before the app."""

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from operator import attrgetter
from typing import Any, cast

import marshmallow as ma
from flask import Flask, Response

from app.identity.rules import bearer_of, key_text
from app.identity.states import Scope
from app.infrastructure.clock import machine_now
from app.infrastructure.db.driver_reads import ReadFailed
from app.infrastructure.http import observability
from app.infrastructure.http.context import Services
from app.licensing.door import rows
from app.licensing.rules.decision import Decision, decide
from app.licensing.rules.facts import IntendedUse
from app.licensing.schemas import DecisionOut, IntendedUseIn
from app.values.term import format_instant

ROUTE = "/v1/licenses/<license_id>/decision"
LONGEST_BODY = 1024
"""Longer than any use that is not padded."""
KEPT = 4096
"""How many questions, and how many answers, are kept as they were read and written."""

_PATH = re.compile(r"/v1/licenses/(lic_[0-9A-Z]{26})/decision")
_SOME_INSTANT = datetime(1970, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]


class Door:
    """Answers plain questions for decisions; hands everything else on, as it came."""

    def __init__(self, app: Flask, *, headers: Mapping[str, str]) -> None:
        self._app = app
        self.ordinary: Wsgi = app.wsgi_app
        self._headers = [("Content-Type", "application/json"), *headers.items()]
        self._frame = lru_cache(maxsize=KEPT)(self._written)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        found = _PATH.fullmatch(environ["PATH_INFO"])
        if found is None or not _is_plain(environ):
            return self.ordinary(environ, start_response)
        started = time.perf_counter()
        decision = self._decision(environ, found[1])
        if decision is None:
            return self.ordinary(environ, start_response)
        body = self._body(decision)
        request_id = observability.begin_request(environ.get("HTTP_X_REQUEST_ID", ""))
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(body))), ("X-Request-ID", request_id)])
        observability.report(method="POST", route=ROUTE, status=200, seconds=time.perf_counter() - started)
        observability.end_request()
        return (body,)

    def _decision(self, environ: Environ, license_id: str) -> Decision | None:
        key = key_text(bearer_of(environ.get("HTTP_AUTHORIZATION", "")) or "")
        use = _use_of(_body_of(environ))
        if key is None or use is None or use.amounts or use.approval_id:
            return None  # what is counted and approved is not in the row
        services: Services = self._app.extensions["likeness"]
        reads, at = services.database.driver, services.clock.now()
        try:
            found = reads.rows(rows.KEY_AND_LICENSE, key.prefix, license_id)
            asker = rows.actor_of(found[0], key, at=machine_now()) if found else None
            if asker is None or Scope.DECIDE not in asker.scopes:
                return None
            view = rows.view_of(reads, license_id, found[0], asker)
        except ReadFailed:
            return None
        return None if view is None else decide(license=view.facts_at(at), use=use, at=at)

    def _body(self, decision: Decision) -> bytes:
        """Write an answer. From the same one a moment ago it differs in how long it may be relied on."""
        before, after = self._frame(*_lasting(decision))
        return f"{before}{format_instant(decision.valid_until)}{after}".encode()

    def _written(self, *lasting: Any) -> tuple[str, str]:
        decision = Decision(**dict(zip(_LASTING, lasting, strict=True)), valid_until=_SOME_INSTANT)
        text = cast(Response, self._app.json.response(_ANSWER.dump(decision))).get_data(as_text=True)
        before, after = text.split(format_instant(_SOME_INSTANT))
        return before, after


_LASTING = tuple(field.name for field in fields(Decision) if field.name != "valid_until")
_lasting = attrgetter(*_LASTING)
_USE, _ANSWER = IntendedUseIn(), DecisionOut()


def _is_plain(environ: Environ) -> bool:
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE") == "application/json"
        and not environ.get("QUERY_STRING")
        and not environ.get("SCRIPT_NAME")
        and "HTTP_TRANSFER_ENCODING" not in environ
        and length.isascii()
        and length.isdecimal()
        and int(length) <= LONGEST_BODY
    )


def _body_of(environ: Environ) -> bytes:
    """Read the body, and leave it for whoever reads it next; nothing where less came than was said."""
    length = int(environ["CONTENT_LENGTH"])
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == length else b""


@lru_cache(maxsize=KEPT)
def _use_of(body: bytes) -> IntendedUse | None:
    """Read a use, or nothing where the ordinary route has something to say about it."""
    if b"\\u" in body:
        return None
    try:
        use: IntendedUse = _USE.load(json.loads(body.decode()))
        return use
    except (ValueError, RecursionError, ma.ValidationError):
        return None
