"""Media stamped with a license, for both sides: a form for the licensee, and every mark that was made."""

from typing import Any

import marshmallow as ma
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.infrastructure.http.context import now, session
from app.licensing.marks import queries, routes
from app.licensing.marks.intake import MOST_BYTES
from app.licensing.marks.schemas import MarkIn
from app.licensing.marks.states import SourceType
from app.licensing.queries import LicenseView, license_view
from app.values.errors import DomainError, InvalidInput
from app.values.survival import Action
from app.web import forms
from app.web.visitor import require

ASKED = ("component", "axis", "media", "territory", "language", "category", "action", "digital_source_type")

limit_size = routes.limit_upload({"account.stamp": MOST_BYTES})


def show(license_id: str, refusal: DomainError | None = None) -> str:
    actor = require().actor
    view = license_view(session(), actor, license_id)
    page = queries.marks_page(session(), actor, license_id, cursor=request.args.get("cursor"), limit=20)
    return render_template(
        "account/marks.html",
        license=view.license,
        terms=view.terms_at(now()).document,
        standing=view.standing(now()),
        is_licensee=actor.party_id == view.license.licensee_party_id,
        marks=page.items,
        made=request.args.get("made", ""),
        next_url=url_for(".marks", license_id=license_id, cursor=page.next_cursor) if page.next_cursor else None,
        asked=_asked(view),
        source_types=SourceType,
        most_bytes=MOST_BYTES,
        refusal=refusal,
    )


def stamp(license_id: str) -> forms.Answer:
    """Stamp a file, then show it at the head of the list."""
    license_view(session(), require().actor, license_id)
    session().rollback()  # nothing is held while the file is stamped

    def work() -> str:
        made = routes.make_mark(license_id, _form())
        return url_for(".marks", license_id=license_id, made=made.id) + "#marks"

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def download(mark_id: str) -> Response:
    return routes.send_marked(require().actor, mark_id)


def _form() -> dict[str, Any]:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InvalidInput.at("/file", "Choose a file.")
    given = {name: forms.text(name) for name in ASKED}
    read: dict[str, Any] = MarkIn(unknown=ma.EXCLUDE).load(
        {"file": upload, **{name: value for name, value in given.items() if value}}
    )
    return read


def _asked(view: LicenseView) -> dict[str, str]:
    """Return what was chosen before; at first, the first use that was granted."""
    grant = view.terms_at(now()).grants[0]
    granted = {
        "component": grant.component.value,
        "axis": min(grant.axes),
        "media": min(grant.media),
        "territory": "US" if "US" in grant.territory else min(grant.territory),
        "language": "",
        "category": "",
        "action": Action.RELEASE.value,
        "digital_source_type": "",
    }
    return {name: request.form.get(name, granted[name])[:40] for name in ASKED}
