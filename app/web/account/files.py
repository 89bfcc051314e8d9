"""The files of a license, for both sides: what was delivered when to whom, and what is yet to be destroyed."""

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.licensing.closing.copies import copies_page
from app.licensing.delivery import service
from app.licensing.queries import license_view
from app.parties.queries import party_names
from app.web.visitor import require

PER_PAGE = 50


def show(license_id: str) -> str:
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
        assets=service.granted_assets(session=session(), actor=actor, at=now(), license_id=license_id),
        copies=page.items,
        holders=party_names(session(), {copy.party_id for copy in page.items}),
        outstanding=outstanding,
        next_url=url_for(".files", license_id=license_id, cursor=page.next_cursor) if page.next_cursor else None,
    )
