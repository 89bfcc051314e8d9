"""A licensor's own packages, in every status."""

from flask import render_template, request, url_for

from app.catalog.search import found_packages, search
from app.infrastructure.http.context import session
from app.web.visitor import Audience, require


def show() -> str:
    actor = require(Audience.LICENSOR).actor
    page = search(session(), owner=actor, cursor=request.args.get("cursor"), limit=24)
    return render_template(
        "licensor/packages.html",
        found=found_packages(session(), page.items),
        next_url=url_for(".packages", cursor=page.next_cursor) if page.next_cursor else None,
    )
