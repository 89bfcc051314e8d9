"""What a licensee has to pay and has paid."""

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.payments import queries, service
from app.values.errors import DomainError
from app.web import forms
from app.web.visitor import Audience, require


def show(refusal: DomainError | None = None) -> str:
    actor = require(Audience.LICENSEE).actor
    page = queries.charges_page(session(), actor, cursor=request.args.get("cursor"), limit=25)
    return render_template(
        "licensee/charges.html",
        charges=page.items,
        next_url=url_for(".charges", cursor=page.next_cursor) if page.next_cursor else None,
        refusal=refusal,
    )


def renew(charge_id: str) -> forms.Answer:
    """Ask for a page to pay on: the one there is, or a fresh one, made within seconds."""
    actor = require(Audience.LICENSEE).actor

    def work() -> str:
        service.renew_checkout(session=session(), actor=actor, at=now(), charge_id=charge_id)
        return forms.same_site(forms.text("next", longest=500))

    return forms.answer(work, show)
