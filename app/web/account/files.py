"""The files of a license, for both sides: what can be had, what was delivered when to whom, and what is yet to be
destroyed."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.infrastructure.http.context import now, session
from app.licensing.closing.copies import copies_page
from app.licensing.delivery import service
from app.licensing.delivery.routes import file_response
from app.licensing.queries import license_view
from app.parties.queries import party_names
from app.values.errors import DomainError
from app.web import forms
from app.web.visitor import require

PER_PAGE = 50


def show(license_id: str, refusal: DomainError | None = None) -> str:
    actor = require().actor
    view = license_view(session(), actor, license_id)
    outstanding = request.args.get("outstanding") == "1"
    page = copies_page(
        session(),
        actor,
        license_id,
        is_outstanding=outstanding,
        cursor=request.args.get("cursor"),
        limit=PER_PAGE,
    )
    return render_template(
        "account/files.html",
        license=view.license,
        terms=view.terms_at(now()).document,
        standing=view.standing(now()),
        is_licensee=actor.party_id == view.license.licensee_party_id,
        assets=service.granted_assets(session=session(), actor=actor, at=now(), license_id=license_id),
        copies=page.items,
        holders=party_names(session(), {copy.party_id for copy in page.items}),
        outstanding=outstanding,
        next_url=url_for(".files", license_id=license_id, cursor=page.next_cursor) if page.next_cursor else None,
        refusal=refusal,
    )


def deliver(license_id: str) -> forms.Answer:
    """Record the delivery of a file, then send it."""
    actor = require().actor

    def work() -> str:
        asset_id = forms.needed("asset_id", "The file", longest=32)
        made = service.deliver_asset(
            session=session(), actor=actor, at=now(), license_id=license_id, asset_id=asset_id
        )
        return url_for(".download", delivery_id=made.id)

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def download(delivery_id: str) -> Response:
    actor = require().actor
    found = service.content_of(session=session(), actor=actor, at=now(), delivery_id=delivery_id)
    return file_response(
        found,
        lambda own, at: service.content_of(session=own, actor=actor, at=at, delivery_id=delivery_id),
    )
