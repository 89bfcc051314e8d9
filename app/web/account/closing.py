"""What happens around the end of a license, on pages: calendar, evidence, certificates, a text for players."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

import marshmallow as ma
from flask import Response, render_template, request, url_for

from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.licensing.closing import copies, queries
from app.licensing.closing.ending import closing_view, end_of, holdings_of, sees_all, terms_at_end
from app.licensing.closing.icalendar import day_of
from app.licensing.closing.paper import METHODS
from app.licensing.closing.recurring import recurring_of
from app.licensing.closing.routes import all_days, calendar_file, certificate_file, send_evidence
from app.licensing.closing.schemas import CertificateIn, DerivedModelIn, EvidenceIn, SunsetArgs
from app.licensing.closing.service import certificates, evidence
from app.licensing.closing.service.certificates import CertifiedCopy
from app.licensing.closing.states import Verdict
from app.licensing.closing.sunset import SunsetNotice, sunset_notice
from app.licensing.queries import LicenseView
from app.values.errors import DomainError, InvalidInput
from app.web import forms
from app.web.account.timeline import timeline_of
from app.web.visitor import require

SHOWN = 100
"""How many copies and certificates a page shows."""
LANGUAGES = ("en", "en-GB", "de", "es", "fr", "it", "ja", "ko", "pl", "pt-BR", "zh")


def show(license_id: str, refusal: DomainError | None = None) -> str:
    actor = require().actor
    view = closing_view(session(), actor, license_id)
    end = end_of(session(), view)
    days = queries.duties_of(session(), actor, license_id, at=now())
    held = copies.copies_page(session(), actor, license_id, is_outstanding=True, limit=SHOWN)
    notice, complaint = _sunset(view)
    is_side = sees_all(view, actor)
    return render_template(
        "account/calendar.html",
        view=view,
        license=view.license,
        terms=view.latest.terms.document,
        sees_all=is_side,
        days=[(each, day_of(each)) for each in days],
        line=timeline_of(days, end=end, starts_at=view.license.starts_at, at=now()) if is_side else None,
        recurring=list(recurring_of(view.terms_at(now()).document)) if is_side and now() < end.actual else [],
        is_holder=actor.party_id in {holding.party_id for holding in holdings_of(view)},
        is_licensor=actor.party_id == view.license.licensor_party_id,
        mine=[copy for copy in held.items if copy.party_id == actor.party_id],
        others=[copy for copy in held.items if copy.party_id != actor.party_id],
        has_more=held.next_cursor is not None,
        certificates=copies.certificates_page(session(), actor, license_id, limit=SHOWN).items,
        methods=METHODS,
        today=_today(view),
        notice=notice,
        complaint=complaint,
        languages=LANGUAGES,
        refusal=refusal,
    )


def file(license_id: str, duty_id: str) -> forms.Answer:
    """Take what shows that a duty was done."""
    actor = require().actor

    def work() -> str:
        sent = request.files.get("file")
        upload = sent if sent is not None and sent.filename else None
        filed = EvidenceIn().load({"text": forms.text("text")})
        evidence.file_evidence(
            session=session(),
            actor=actor,
            at=now(),
            store=services().store,
            license_id=license_id,
            duty_id=duty_id,
            text=filed["text"],
            stream=cast(BinaryIO, upload.stream) if upload else None,
            filename=file_name(upload) if upload else "",
        )
        return url_for(".calendar", license_id=license_id)

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def answer(license_id: str, duty_id: str, evidence_id: str) -> forms.Answer:
    """Accept or dispute evidence."""
    actor = require().actor

    def work() -> str:
        wanted = forms.text("verdict")
        if wanted not in list(Verdict):
            raise InvalidInput.at("/verdict", "Accept the evidence or dispute it.")
        evidence.answer_evidence(
            session=session(),
            actor=actor,
            at=now(),
            license_id=license_id,
            duty_id=duty_id,
            evidence_id=evidence_id,
            verdict=Verdict(wanted),
            reason=forms.text("reason", longest=2000),
        )
        return url_for(".calendar", license_id=license_id)

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def evidence_file(license_id: str, duty_id: str, evidence_id: str) -> Response:
    _, _, found = queries.own_evidence(session(), require().actor, license_id, duty_id, evidence_id)
    return send_evidence(services().store, found)


def declare(license_id: str) -> forms.Answer:
    actor = require().actor

    def work() -> str:
        given = {"name": forms.text("name"), "sha256": forms.text("sha256").lower()}
        declared = DerivedModelIn().load(given)
        certificates.declare_model(session=session(), actor=actor, at=now(), license_id=license_id, **declared)
        return url_for(".calendar", license_id=license_id, _anchor="destruction")

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def certify(license_id: str) -> forms.Answer:
    """Sign a certificate about the copies that were ticked, each with the hash it was shown with."""
    actor = require().actor

    def work() -> str:
        given = {name: forms.text(name) for name in ("officer_name", "officer_title", "statement")}
        lines = list(_ticked())
        if not lines:
            raise InvalidInput.at("/items", "Tick the copies that were destroyed.")
        signed: dict[str, Any] = CertificateIn().load(given | {"items": lines})
        items = [CertifiedCopy(**line) for line in signed.pop("items")]
        made = certificates.sign_certificate(
            session=session(), actor=actor, at=now(), license_id=license_id, items=items, **signed
        )
        return url_for(".certificate", license_id=license_id, certificate_id=made.certificate.id)

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def certificate(license_id: str, certificate_id: str) -> str:
    actor = require().actor
    view, found = copies.own_certificate(session(), actor, license_id, certificate_id)
    return render_template(
        "account/certificate.html",
        license=view.license,
        terms=view.latest.terms.document,
        sees_all=sees_all(view, actor),
        certificate=found,
        document=json.loads(found.document_json),
        methods=METHODS,
    )


def certificate_document(license_id: str, certificate_id: str) -> Response:
    """Send the bytes whose SHA-256 names a certificate."""
    _, found = copies.own_certificate(session(), require().actor, license_id, certificate_id)
    response = Response(found.document_json.encode(), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.id}.json"'
    return response


def certificate_paper(license_id: str, certificate_id: str) -> Response:
    """Send a certificate as a PDF."""
    _, found = copies.own_certificate(session(), require().actor, license_id, certificate_id)
    return certificate_file(found)


def license_file(license_id: str) -> Response:
    """Send the calendar of a license as a file."""
    return calendar_file(queries.duties_of(session(), require().actor, license_id, at=now()), "License")


def show_all() -> str:
    """The calendar over all licenses: what is late or to come, or only what administrators look at."""
    actor = require().actor
    cursor, is_escalated = request.args.get("cursor"), request.args.get("late") == "long"
    page = queries.duties_page(
        session(),
        actor,
        at=now(),
        from_at=None if is_escalated else now() - queries.LOOK_BACK,
        is_escalated=is_escalated,
        keeps_open=True,
        cursor=cursor if cursor and re.fullmatch(r"dty_[0-9A-Z]{26}", cursor) else None,
        limit=50,
    )
    late: dict[str, Any] = {"late": "long"} if is_escalated else {}
    more = url_for(".all_days", cursor=page.next_cursor, **late) if page.next_cursor else None
    return render_template(
        "account/days.html",
        days=[(each, day_of(each)) for each in page.items],
        is_escalated=is_escalated,
        next_url=more,
    )


def file_of_all() -> Response:
    require()
    return calendar_file(all_days(now()), "Licenses")


def _sunset(view: LicenseView) -> tuple[SunsetNotice | None, str]:
    """Write the text for players in the language and with the title of the address, or say what is wrong."""
    given = {name: request.args[name] for name in ("language", "title") if request.args.get(name)}
    end = end_of(session(), view)
    try:
        asked = SunsetArgs().load(given)
        return sunset_notice(terms_at_end(view, end), end=end, at=now(), **asked), ""
    except ma.ValidationError as error:
        return None, forms.first_complaint(error)
    except DomainError as refusal:
        return None, refusal.detail


def _ticked() -> Iterator[dict[str, str]]:
    """Return a line for each copy that was ticked: `id sha256`."""
    done = {"method": forms.text("method"), "destroyed_on": forms.text("destroyed_on")}
    for ticked in request.form.getlist("copy"):
        copy_id, _, sha256 = ticked.partition(" ")
        yield {"id": copy_id, "sha256": sha256, **done}


def _today(view: LicenseView) -> date:
    return now().astimezone(ZoneInfo(view.latest.terms.document["term"]["zone"])).date()
