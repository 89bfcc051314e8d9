"""Tax forms that wait for somebody to look at them."""

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.parties.queries import party_names
from app.parties.tax_forms.queries import all_tax_forms_page
from app.parties.tax_forms.service import confirm_tax_form
from app.values.errors import DomainError
from app.web import forms
from app.web.visitor import Audience, require


def show(refusal: DomainError | None = None) -> str:
    actor = require(Audience.BACKOFFICE).actor
    page = all_tax_forms_page(session(), actor, cursor=request.args.get("cursor"), limit=25, is_waiting=True)
    return render_template(
        "backoffice/tax_forms.html",
        waiting=page.items,
        names=party_names(session(), [form.party_id for form in page.items]),
        next_url=url_for(".tax_forms", cursor=page.next_cursor) if page.next_cursor else None,
        refusal=refusal,
    )


def confirm(tax_form_id: str) -> forms.Answer:
    actor = require(Audience.BACKOFFICE).actor

    def work() -> str:
        confirm_tax_form(session=session(), actor=actor, at=now(), tax_form_id=tax_form_id)
        return url_for(".tax_forms")

    return forms.answer(work, show)
