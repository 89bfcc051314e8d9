"""Where a party is paid, its tax form, and what is held back."""

from typing import Any

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.parties.tax_forms.queries import tax_forms_page, valid_tax_forms
from app.parties.tax_forms.schemas import TaxFormIn
from app.parties.tax_forms.service import record_tax_form
from app.parties.tax_forms.states import TaxFormKind
from app.payments import queries, service
from app.royalties.queries import payout_holds_page
from app.values import formats
from app.values.errors import DomainError
from app.values.territory import world
from app.web import forms
from app.web.visitor import Audience, Visitor, require

SHOWN_HOLDS = 50


def show(refusal: DomainError | None = None) -> str:
    visitor = require(Audience.LICENSOR)
    holds = payout_holds_page(session(), visitor.actor, cursor=None, limit=SHOWN_HOLDS, in_force=True)
    return render_template(
        "licensor/payouts.html",
        account=queries.connected_account_of(session(), visitor.party.id),
        holds=holds.items,
        countries=sorted(((code, formats.country(code)) for code in world()), key=lambda place: place[1]),
        kinds=TaxFormKind,
        typed=request.form,
        refusal=refusal,
        **_tax_form(visitor),
    )


def _tax_form(visitor: Visitor) -> dict[str, Any]:
    """The form that holds, or else the one that waits for its confirmation."""
    valid = valid_tax_forms(session(), [visitor.party.id], now()).get(visitor.party.id)
    latest = tax_forms_page(session(), visitor.actor, visitor.party.id, cursor=None, limit=1).items
    waiting = [form for form in latest if form.confirmed_at is None and form.revoked_at is None]
    return {"party": visitor.party, "tax_form": valid, "waiting": waiting[0] if waiting else None}


def open_account() -> forms.Answer:
    actor = require(Audience.LICENSOR).actor

    def work() -> str:
        service.open_connected_account(
            session=session(), actor=actor, at=now(), party_id=actor.party_id, return_path=url_for(".payouts")
        )
        return url_for(".payouts")

    return forms.answer(work, show)


def send_tax_form() -> forms.Answer:
    actor = require(Audience.LICENSOR).actor

    def work() -> str:
        typed: dict[str, Any] = {name: forms.text(name) for name in ("kind", "country", "signed_on")}
        declared = TaxFormIn().load(typed | {"claims_treaty": bool(forms.text("claims_treaty"))})
        record_tax_form(session=session(), actor=actor, at=now(), party_id=actor.party_id, **declared)
        return url_for(".payouts", _anchor="tax")

    return forms.answer(work, show)
