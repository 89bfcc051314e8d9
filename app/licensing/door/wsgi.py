"""The door itself: a WSGI app before the app."""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Flask

from app.identity.rules import KeyText, bearer_of, key_text
from app.infrastructure.clock import machine_now
from app.infrastructure.db.driver_reads import DriverReads, ReadFailed
from app.infrastructure.http import observability
from app.infrastructure.http.context import Services
from app.licensing.door import rows
from app.licensing.door.answers import Answers
from app.licensing.door.questions import LICENSE_ID, use_of, uses_of
from app.licensing.rules.decision import Decision, decide, unknown_license
from app.licensing.rules.facts import IntendedUse
from app.licensing.service.decisions import DecisionAbout, UseOfLicense

ROUTE, BATCH_ROUTE = "/v1/licenses/<license_id>/decision", "/v1/decisions"
LONGEST_BODY, LONGEST_BATCH = 1024, 256 * 1024
"""Longer than any question that is not padded."""

_PATH = re.compile(ROUTE.replace("<license_id>", f"({LICENSE_ID.pattern})"))

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]


class Door:
    """Answers plain questions for decisions; hands everything else on, as it came."""

    def __init__(self, app: Flask, *, headers: Mapping[str, str]) -> None:
        self._app = app
        self.ordinary: Wsgi = app.wsgi_app
        self._headers = [("Content-Type", "application/json"), *headers.items()]
        self._answers = Answers(app.json)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        started, path = time.perf_counter(), environ["PATH_INFO"]
        if path == BATCH_ROUTE and _is_plain(environ, LONGEST_BATCH):
            route, body = BATCH_ROUTE, self._answer_many(environ)
        elif (found := _PATH.fullmatch(path)) and _is_plain(environ, LONGEST_BODY):
            route, body = ROUTE, self._answer_one(environ, found[1])
        else:
            return self.ordinary(environ, start_response)
        if body is None:
            return self.ordinary(environ, start_response)
        request_id = observability.begin_request(environ.get("HTTP_X_REQUEST_ID", ""))
        start_response("200 OK", [*self._headers, ("Content-Length", str(len(body))), ("X-Request-ID", request_id)])
        observability.report(method="POST", route=route, status=200, seconds=time.perf_counter() - started)
        observability.end_request()
        return (body,)

    def _answer_one(self, environ: Environ, license_id: str) -> bytes | None:
        use, key = use_of(_body_of(environ)), _key_of(environ)
        if use is None or key is None:
            return None
        services: Services = self._app.extensions["likeness"]
        try:
            said = _decide_one(services.database.driver, key, license_id, use, at=services.clock.now())
        except ReadFailed:
            return None
        return None if said is None else self._answers.one(said)

    def _answer_many(self, environ: Environ) -> bytes | None:
        uses, key = uses_of(_body_of(environ)), _key_of(environ)
        if uses is None or key is None:
            return None
        services: Services = self._app.extensions["likeness"]
        try:
            said = _decide_many(services.database.driver, key, uses, at=services.clock.now())
        except ReadFailed:
            return None
        return None if said is None else self._answers.many(said)


def _decide_one(
    reads: DriverReads, key: KeyText, license_id: str, use: IntendedUse, *, at: datetime
) -> Decision | None:
    found = reads.rows(rows.LICENSE, key.prefix, license_id)
    if not found or not rows.speaks(found[0], key, at=machine_now()):
        return None
    return decide(license=rows.facts_of(reads, found[0], at=at), use=use, at=at)


def _decide_many(
    reads: DriverReads, key: KeyText, uses: list[UseOfLicense], *, at: datetime
) -> list[DecisionAbout] | None:
    found = reads.rows(rows.LICENSES, key.prefix, rows.ids_text({license_id for license_id, _ in uses}))
    if not found or not rows.speaks(found[0], key, at=machine_now()):
        return None
    facts = {rows.license_id_of(row): rows.facts_of(reads, row, at=at) for row in found}
    return [
        DecisionAbout(
            license_id,
            decide(license=facts[license_id], use=use, at=at) if license_id in facts else unknown_license(at=at),
        )
        for license_id, use in uses
    ]


def _key_of(environ: Environ) -> KeyText | None:
    return key_text(bearer_of(environ.get("HTTP_AUTHORIZATION", "")) or "")


def _is_plain(environ: Environ, longest: int) -> bool:
    length = environ.get("CONTENT_LENGTH", "")
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("CONTENT_TYPE") == "application/json"
        and not environ.get("QUERY_STRING")
        and not environ.get("SCRIPT_NAME")
        and "HTTP_TRANSFER_ENCODING" not in environ
        and length.isascii()
        and length.isdecimal()
        and int(length) <= longest
    )


def _body_of(environ: Environ) -> bytes:
    """Read the body, and leave it for whoever reads it next; nothing where less came than was said."""
    length = int(environ["CONTENT_LENGTH"])
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == length else b""
