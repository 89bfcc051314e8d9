"""What becomes of a license: amend it, let another one follow, end it early, hand it on, use its option."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, services, session
from app.licensing.queries import LicenseView, license_view
from app.negotiation.changes import service
from app.negotiation.models import Deal
from app.negotiation.queries import declared_with_deal
from app.values.errors import DomainError
from app.values.term import add_months
from app.web import forms, terms_form
from app.web.account import licenses
from app.web.terms_form import Values
from app.web.visitor import require


def show_amendment(license_id: str, refusal: DomainError | None = None) -> str:
    view = license_view(session(), require().actor, license_id)
    begun = _begun(view)
    return _form("account/amendment.html", view, begun, refusal)


def amend(license_id: str) -> forms.Answer:
    def work() -> str:
        day = forms.day("effective_on", "The day from which it holds") if forms.text("effective_on") else None
        opened = service.open_amendment(**_about(license_id), **terms_form.read_offer(), effective_on=day)
        return _talks(opened.id)

    return forms.answer(work, lambda refusal: show_amendment(license_id, refusal))


def show_renewal(license_id: str, refusal: DomainError | None = None) -> str:
    view = license_view(session(), require().actor, license_id)
    begun = _begun(view) | _following(view.latest.terms.document["term"])
    return _form("account/renewal.html", view, begun, refusal)


def renew(license_id: str) -> forms.Answer:
    def work() -> str:
        fee = services().settings.platform_fee_bps
        opened = service.open_renewal(**_about(license_id), **terms_form.read_offer(), platform_fee_bps=fee)
        return _talks(opened.id)

    return forms.answer(work, lambda refusal: show_renewal(license_id, refusal))


def end_early(license_id: str) -> forms.Answer:
    def work() -> str:
        last_day = forms.day("last_day", "The last day")
        opened = service.open_termination(**_about(license_id), last_day=last_day, message=forms.text("message"))
        return _talks(opened.id)

    return _on_license(license_id, work)


def assign(license_id: str) -> forms.Answer:
    def work() -> str:
        party_id = forms.needed("assignee_party_id", "The other party", longest=32)
        opened = service.open_assignment(
            **_about(license_id), assignee_party_id=party_id, message=forms.text("message")
        )
        return _talks(opened.id)

    return _on_license(license_id, work)


def extend(license_id: str) -> forms.Answer:
    def work() -> str:
        service.exercise_extension(**_about(license_id))
        return url_for(".license", license_id=license_id)

    return _on_license(license_id, work)


def _form(template: str, view: LicenseView, begun: Values, refusal: DomainError | None) -> str:
    values = terms_form.typed() if refusal else begun
    shown = terms_form.shown(values, refusal)
    terms = view.latest.terms.document
    return render_template(
        template, view=view, license=view.license, terms=terms, refusal=refusal, typed=request.form, **shown
    )


def _begun(view: LicenseView) -> Values:
    """Return the terms signed last as a form, with what was declared with them."""
    declared, _ = declared_with_deal(session(), session().get_one(Deal, view.latest.deal_id))
    return terms_form.of_document(view.latest.terms.document) | terms_form.of_declarations(declared)


def _following(term: dict[str, Any]) -> Values:
    """Return the days of a term as long that begins when this one is over."""
    first, last = date.fromisoformat(term["first_day"]), date.fromisoformat(term["last_day"])
    begins = last + timedelta(days=1)
    months = (begins.year - first.year) * 12 + begins.month - first.month
    ends = add_months(begins, max(1, months)) - timedelta(days=1)
    return {"first_day": [begins.isoformat()], "last_day": [ends.isoformat()]}


def _about(license_id: str) -> dict[str, Any]:
    actor = require().actor
    deal_id = license_view(session(), actor, license_id).latest.deal_id
    return {"session": session(), "actor": actor, "at": now(), "deal_id": deal_id}


def _talks(negotiation_id: str) -> str:
    return url_for(".negotiation", negotiation_id=negotiation_id)


def _on_license(license_id: str, work: Any) -> forms.Answer:
    return forms.answer(work, lambda refusal: licenses.show(license_id, refusal))
