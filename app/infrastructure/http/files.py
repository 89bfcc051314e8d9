"""Send a stored file: with ranges, its hash as ETag, and never as something a browser would run."""

from typing import Any, Protocol

from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.infrastructure.storage import AssetStore

BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
"""The OpenAPI schema of a file."""


class StoredFileInfo(Protocol):
    """What a row knows of a file in the asset store."""

    filename: str
    media_type: str
    sha256: str
    size_bytes: int


def send_stored_file(
    store: AssetStore, file: StoredFileInfo, *, as_attachment: bool, max_age: int | None = None
) -> Response:
    """Answer with a file, or the range of it that was asked for. The answer is streamed, not held in memory."""
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
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=file.size_bytes)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response
