"""Routes of marks: stamping for licensees, reading back and the root certificate for everybody."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from flask.views import MethodView
from sqlmodel import Session

from app.identity.access import actor
from app.identity.actor import Actor
from app.infrastructure.clock import machine_now
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.infrastructure.http.files import BINARY
from app.infrastructure.http.paging import PageArgs, page_schema
from app.infrastructure.http.unit_of_work import reads_only
from app.licensing.delivery.routes import file_response
from app.licensing.marks import checking, queries, schemas, signers, stamping
from app.licensing.marks.intake import MOST_BYTES, MOST_READ_BYTES
from app.licensing.marks.models import LicenseMark

FORM_BYTES = 1 << 20
"""What a form may hold beside its file."""

marks = api_blueprint("marks", "/v1/licenses", "Media stamped with their license")
mark_files = api_blueprint("mark-files", "/v1/marks", "Stamped files")
mark_checks = api_blueprint("mark-checks", "/v1/mark-checks", "What a stamped file is")
mark_root = api_blueprint("mark-root", "/", "The certificate that stamped media are trusted by")


def limit_upload(endpoints: dict[str, int]) -> Any:
    """Return a preprocessor that bounds what is sent to these endpoints, before anything reads the request."""

    def limit(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        if endpoint in endpoints:
            most = endpoints[endpoint] + FORM_BYTES
            request.max_content_length = min(most, services().settings.max_upload_mb << 20)

    return limit


def _limited(blueprint: Blueprint, endpoint: str, most_bytes: int) -> None:
    blueprint.url_value_preprocessor(limit_upload({f"{blueprint.name}.{endpoint}": most_bytes}))


_limited(marks, "LicenseMarks", MOST_BYTES)
_limited(mark_checks, "MarkChecks", MOST_READ_BYTES)


@marks.route("/<license_id>/marks")
class LicenseMarks(MethodView):
    @marks.arguments(PageArgs, location="query")
    @marks.response(200, page_schema(schemas.MarkOut))
    def get(self, page: dict[str, Any], license_id: str) -> Any:
        """List the files that were stamped under a license, newest first"""
        found = queries.marks_page(session(), actor(), license_id, cursor=page.get("cursor"), limit=page["limit"])
        return found, 200, found.headers

    @marks.arguments(schemas.MarkIn, location="multipart")
    @marks.response(201, schemas.MarkOut)
    def post(self, form: dict[str, Any], license_id: str) -> LicenseMark:
        """Stamp a file with your license, while it allows the use that the file is made for

        The file comes back at `content_url` with a C2PA manifest that names the license, reserves training and
        mining, and is signed under `/.well-known/c2pa-root.pem`. A manifest that it has already is kept as its
        history. Refused with the decision's code where the use is not allowed. Takes some seconds for a large file.
        """
        return make_mark(license_id, form)


@mark_files.route("/<mark_id>/content")
class MarkContent(MethodView):
    @mark_files.response(200, BINARY, content_type="*/*")
    @mark_files.alt_response(206, description="The range asked for")
    def get(self, mark_id: str) -> Response:
        """Fetch a stamped file, whole or in ranges, while the license stands"""
        return send_marked(actor(), mark_id)


@mark_checks.route("")
class MarkChecks(MethodView):
    @mark_checks.arguments(schemas.MarkCheckIn, location="multipart")
    @mark_checks.response(200, schemas.MarkCheckOut)
    @reads_only
    def post(self, form: dict[str, Any]) -> checking.MarkCheck:
        """Read a file back: trusted, expired, tampered or unknown

        Open to everybody; nothing that is sent is kept. The license in the file is only its claim: how that license
        stands is asked of this service at that instant. That other readers find a manifest valid says nothing about
        who signed it.
        """
        file = form["file"]
        return checking.check_file(services=services(), at=now(), stream=file.stream, filename=file_name(file))


@mark_root.route("/.well-known/c2pa-root.pem")
@mark_root.response(200, {"type": "string"}, content_type="application/x-pem-file")
def root_certificate() -> Response:
    """Return the root certificate that other C2PA readers can be told to trust"""
    host = stamping.issuing_host(services().settings.public_url)
    text = signers.ensure_root(database=services().database, host=host, at=machine_now())
    response = Response(text, content_type="application/x-pem-file")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def send_marked(asker: Actor, mark_id: str) -> Response:
    """Send a stamped file; the license is asked again while the answer is under way."""

    def ask(session: Session, at: datetime) -> LicenseMark:
        return queries.content_of(session=session, actor=asker, at=at, present=machine_now(), mark_id=mark_id)

    return file_response(ask(session(), now()), ask)


def make_mark(license_id: str, form: dict[str, Any]) -> LicenseMark:
    """Stamp and record. The request's own transaction begins only when the file is ready."""
    wish = stamping.Wish(
        license_id=license_id,
        use=form["use"],
        stream=form["file"].stream,
        filename=file_name(form["file"]),
        source_type=form["digital_source_type"],
    )
    stamped = stamping.stamp(services=services(), actor=actor(), at=now(), wish=wish)
    return stamping.keep(session=session(), actor=actor(), at=now(), stamped=stamped)
