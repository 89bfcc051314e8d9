"""Send a stored file: with ranges, its hash as ETag, and never as something a browser would run."""

import errno
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.infrastructure.storage import AssetStore

BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
"""The OpenAPI schema of a file."""
ASKED_AGAIN_AFTER_BYTES = 8 << 20
ASKED_AGAIN_AFTER_SECONDS = 2.0
"""While a guarded answer is under way, whichever comes first."""

_log = logging.getLogger(__name__)


class StoredFileInfo(Protocol):
    """What a row knows of a file in the asset store."""

    filename: str
    media_type: str
    sha256: str
    size_bytes: int


class Cut(ConnectionResetError):
    """An answer under way is not finished: the server closes the connection, and the client sees a short body."""


def send_stored_file(
    store: AssetStore,
    file: StoredFileInfo,
    *,
    as_attachment: bool,
    max_age: int | None = None,
    may_go_on: Callable[[], bool] | None = None,
) -> Response:
    """Answer with a file, or the range of it that was asked for. The answer is streamed, not held in memory.

    With `may_go_on`, that is asked again and again while the answer is under way; at the first no it is cut.
    Several ranges at once are answered with the whole file, as RFC 9110 allows.
    """
    response = send_file(
        store.open(file.sha256),
        mimetype=file.media_type,
        as_attachment=as_attachment,
        download_name=file.filename,
        etag=file.sha256,
        conditional=False,
    )
    response.content_length = file.size_bytes
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if max_age is not None:
        response.headers["Cache-Control"] = f"public, max-age={max_age}"
    environ = dict(request.environ)
    if "," in environ.get("HTTP_RANGE", ""):
        del environ["HTTP_RANGE"]
    try:
        response.make_conditional(environ, accept_ranges=True, complete_length=file.size_bytes)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    if may_go_on is not None:
        response.response = _Guarded(response.response, may_go_on)
    return response


class _Guarded:
    """Passes the parts of an answer on for as long as that is allowed."""

    def __init__(self, parts: Iterable[Any], may_go_on: Callable[[], bool]) -> None:
        self._parts = parts
        self._may_go_on = may_go_on

    def __iter__(self) -> Iterator[Any]:
        sent, asked_at = 0, time.monotonic()
        for part in self._parts:
            if sent >= ASKED_AGAIN_AFTER_BYTES or time.monotonic() - asked_at >= ASKED_AGAIN_AFTER_SECONDS:
                if not self._may_go_on():
                    _log.info("an answer under way was cut: what allowed it has ended")
                    raise Cut(errno.ECONNRESET, "What allowed this answer has ended.")
                sent, asked_at = 0, time.monotonic()
            yield part
            sent += len(part)

    def close(self) -> None:
        """Close the file behind the parts."""
        close = getattr(self._parts, "close", None)
        if close is not None:
            close()
