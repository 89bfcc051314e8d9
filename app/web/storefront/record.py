"""The public record of a license, for anybody who has its address or has read its QR code."""

from flask import Response, render_template, request

from app.infrastructure.http.context import now, services, session
from app.licensing.record import codes
from app.licensing.record.queries import record_of

CODE_MAX_AGE_SECONDS = 86_400
"""A code only names the address, which does not change."""


def show(license_id: str) -> Response:
    found = record_of(session(), license_id, at=now())
    response = Response(render_template("storefront/record.html", record=found, facts=found.facts))
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def code_svg(license_id: str) -> Response:
    return _code(license_id, codes.as_svg(_url(license_id)), "image/svg+xml", "svg")


def code_png(license_id: str) -> Response:
    return _code(license_id, codes.as_png(_url(license_id)), "image/png", "png")


def _url(license_id: str) -> str:
    """Return the address to draw. Raises: NotFound, so that nobody has codes drawn of what is not there."""
    record_of(session(), license_id, at=now())
    return codes.record_url(services().settings.public_url, license_id)


def _code(license_id: str, drawn: bytes, content_type: str, ending: str) -> Response:
    response = Response(drawn, content_type=content_type)
    response.headers["Cache-Control"] = f"public, max-age={CODE_MAX_AGE_SECONDS}"
    response.headers["Content-Disposition"] = f'inline; filename="{license_id}.{ending}"'
    response.add_etag()
    response.make_conditional(request)
    return response
