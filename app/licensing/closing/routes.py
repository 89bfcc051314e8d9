"""Routes of what happens around and after the end of a license."""

import json
from datetime import datetime
from typing import Any

from flask import Response
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.infrastructure.http.files import BINARY, send_stored_file
from app.infrastructure.http.paging import Page, PageArgs
from app.infrastructure.storage import AssetStore
from app.licensing.closing import copies, icalendar, paper, queries, schemas
from app.licensing.closing.ending import closing_view, end_of, sees_all, terms_at_end
from app.licensing.closing.models import DerivedModel, DestructionCertificate, DutyEvidence, EvidenceAnswer
from app.licensing.closing.recurring import recurring_of
from app.licensing.closing.service import certificates, evidence
from app.licensing.closing.service.certificates import CertifiedCopy
from app.licensing.closing.sunset import SunsetNotice, sunset_notice
from app.licensing.queries import license_view

closing = api_blueprint("closing", "/v1/licenses", "What must happen around and after the end of a license")
duties = api_blueprint("duties", "/v1/duties", "The calendar of duties over all licenses")

CALENDAR = {"type": "string"}
"""The OpenAPI schema of an iCalendar file."""


@duties.route("")
class AllDuties(MethodView):
    @duties.arguments(schemas.DutiesArgs, location="query")
    @duties.response(200, schemas.DutyPageOut)
    def get(self, args: dict[str, Any]) -> Any:
        """List the days of the calendars of all your licenses, earliest first

        An administrator sees those of everybody; with `escalated` what both sides have left overdue for 30 days.
        """
        found = queries.duties_page(session(), actor(), at=now(), **args)
        return found, 200, Page(items=(), next_cursor=found.next_cursor).headers


@duties.route("/calendar.ics")
@duties.response(200, CALENDAR, content_type=icalendar.MEDIA_TYPE)
def get_calendar_file() -> Response:
    """Download the calendar of all your licenses for a calendar program: from 90 days back on, and what is open"""
    return calendar_file(all_days(now()), "Licenses")


@closing.route("/<license_id>/duties")
class Duties(MethodView):
    @closing.response(200, schemas.DutiesOut)
    def get(self, license_id: str) -> Any:
        """List what happens around and after the end of a license, and how each duty stands now

        Days count from the actual end, also where that came earlier, by agreement or by termination. Who handed a
        license on sees what it has to destroy.
        """
        found = queries.duties_of(session(), actor(), license_id, at=now())
        view = closing_view(session(), actor(), license_id)
        is_running = sees_all(view, actor()) and now() < end_of(session(), view).actual
        recurring = list(recurring_of(view.terms_at(now()).document)) if is_running else []
        return {"items": found, "recurring": recurring}


@closing.route("/<license_id>/duties.ics")
@closing.response(200, CALENDAR, content_type=icalendar.MEDIA_TYPE)
def get_license_calendar_file(license_id: str) -> Response:
    """Download the calendar of a license for a calendar program"""
    return calendar_file(queries.duties_of(session(), actor(), license_id, at=now()), "License")


@closing.route("/<license_id>/duties/<duty_id>/evidence")
class Evidence(MethodView):
    @closing.arguments(schemas.EvidenceIn, location="json_or_multipart")
    @closing.response(201, schemas.FiledOut)
    def post(self, filed: dict[str, Any], license_id: str, duty_id: str) -> DutyEvidence:
        """Show that a duty was done, by words, a file or both

        It counts as done from then on, unless the licensor disputes it. What is in stock before a sell-off is
        listed here as well.
        """
        upload = filed.get("file")
        return evidence.file_evidence(
            **_act(license_id),
            store=services().store,
            duty_id=duty_id,
            text=filed["text"],
            stream=upload.stream if upload else None,
            filename=file_name(upload) if upload else "",
        )


@closing.route("/<license_id>/duties/<duty_id>/evidence/<evidence_id>/answer")
class Answer(MethodView):
    @closing.arguments(schemas.EvidenceAnswerIn)
    @closing.response(201, schemas.EvidenceAnswerOut)
    def post(self, answer: dict[str, Any], license_id: str, duty_id: str, evidence_id: str) -> EvidenceAnswer:
        """Accept what was filed, or dispute it with a reason, as the licensor

        A duty whose evidence is disputed is open again until something else is filed.
        """
        return evidence.answer_evidence(**_act(license_id), duty_id=duty_id, evidence_id=evidence_id, **answer)


@closing.route("/<license_id>/duties/<duty_id>/evidence/<evidence_id>/content")
@closing.response(200, BINARY, content_type="*/*")
def get_evidence_content(license_id: str, duty_id: str, evidence_id: str) -> Response:
    """Download the file of evidence; where only words were filed there is none"""
    _, _, found = queries.own_evidence(session(), actor(), license_id, duty_id, evidence_id)
    return send_evidence(services().store, found)


@closing.route("/<license_id>/copies")
class Copies(MethodView):
    @closing.arguments(schemas.CopiesArgs, location="query")
    @closing.response(200, schemas.CopyPageOut)
    def get(self, args: dict[str, Any], license_id: str) -> Any:
        """List delivered copies and derived models, newest first, each with the certificate of its destruction"""
        found = copies.copies_page(session(), actor(), license_id, **args)
        return found, 200, Page(items=(), next_cursor=found.next_cursor).headers


@closing.route("/<license_id>/derived-models")
class DerivedModels(MethodView):
    @closing.arguments(schemas.DerivedModelIn)
    @closing.response(201, schemas.DerivedModelOut)
    def post(self, declared: dict[str, Any], license_id: str) -> DerivedModel:
        """Declare a model that was trained, tuned or converted from what was delivered

        Also one for which the license gives no right: it says so, and is destroyed as the others.
        """
        return certificates.declare_model(**_act(license_id), **declared)


@closing.route("/<license_id>/destruction-certificates")
class Certificates(MethodView):
    @closing.arguments(PageArgs, location="query")
    @closing.response(200, schemas.CertificatePageOut)
    def get(self, page: dict[str, Any], license_id: str) -> Any:
        """List the certificates of destruction, newest first"""
        found = copies.certificates_page(session(), actor(), license_id, **page)
        return found, 200, found.headers

    @closing.arguments(schemas.CertificateIn)
    @closing.response(201, schemas.SignedCertificateOut)
    def post(self, signed: dict[str, Any], license_id: str) -> Any:
        """Certify that copies were destroyed, as the licensee that received them; some of them are enough

        Every line names a copy that is still outstanding with the hash it was delivered with; a line that does not
        is refused, and with it the certificate (`certificate_refused`).
        """
        lines = [CertifiedCopy(**line) for line in signed.pop("items")]
        return schemas.signed_out(certificates.sign_certificate(**_act(license_id), **signed, items=lines))


@closing.route("/<license_id>/destruction-certificates/<certificate_id>")
class OneCertificate(MethodView):
    @closing.response(200, schemas.OneCertificateOut)
    def get(self, license_id: str, certificate_id: str) -> Any:
        """Return a certificate with everything it says"""
        _, found = copies.own_certificate(session(), actor(), license_id, certificate_id)
        return found.model_dump() | {"document": json.loads(found.document_json)}


@closing.route("/<license_id>/destruction-certificates/<certificate_id>/document")
@closing.response(200, content_type="application/json")
def get_certificate_document(license_id: str, certificate_id: str) -> Response:
    """Download the bytes whose SHA-256 names a certificate"""
    _, found = copies.own_certificate(session(), actor(), license_id, certificate_id)
    return Response(found.document_json.encode(), content_type="application/json")


@closing.route("/<license_id>/destruction-certificates/<certificate_id>/document.pdf")
@closing.response(200, BINARY, content_type="application/pdf")
def get_certificate_file(license_id: str, certificate_id: str) -> Response:
    """Download a certificate as a PDF, with the document attached; the same bytes each time"""
    _, found = copies.own_certificate(session(), actor(), license_id, certificate_id)
    return certificate_file(found)


@closing.route("/<license_id>/sunset-notice")
class Sunset(MethodView):
    @closing.arguments(schemas.SunsetArgs, location="query")
    @closing.response(200, schemas.SunsetOut)
    def get(self, args: dict[str, Any], license_id: str) -> SunsetNotice:
        """Write a text for players: what ends when, and what keeps working; nothing of the deal's terms"""
        view = license_view(session(), actor(), license_id)
        end = end_of(session(), view)
        return sunset_notice(terms_at_end(view, end), end=end, at=now(), **args)


def all_days(at: datetime) -> list[queries.DutyView]:
    """Return the days of all calendars of the asker's that a calendar program is given."""
    since = at - queries.LOOK_BACK
    found = queries.duties_page(session(), actor(), at=at, from_at=since, keeps_open=True, limit=queries.MOST_SHOWN)
    return found.items


def calendar_file(views: list[queries.DutyView], name: str) -> Response:
    """Send days as an iCalendar file to save."""
    body = icalendar.write_calendar(views, at=now(), public_url=services().settings.public_url, name=name)
    response = Response(body, content_type=f"{icalendar.MEDIA_TYPE}; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def certificate_file(found: DestructionCertificate) -> Response:
    """Send the PDF of a certificate as a file to save."""
    response = Response(paper.render(found.document_json, sha256=found.sha256), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.id}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def send_evidence(store: AssetStore, found: DutyEvidence) -> Response:
    """Stream the file of evidence as a file to save, kept by no cache. Raises: NotFound where there is none."""
    response = send_stored_file(store, queries.file_of(found), as_attachment=True)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _act(license_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": actor(), "at": now(), "license_id": license_id}
