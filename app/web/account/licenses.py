"""Licenses, for both sides: how one stands now, what outlives it, and what may be done with it today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask import render_template, request, url_for

from app.infrastructure.http.context import now, services, session
from app.licensing import queries
from app.licensing.dues.queries import DueView, dues_view
from app.licensing.queries import LicenseView
from app.licensing.rules.decision import Decision, phase
from app.licensing.rules.facts import IntendedUse
from app.licensing.schemas import IntendedUseIn
from app.licensing.service import credentials, decisions
from app.licensing.service.credentials import IssuedCredential
from app.licensing.states import LicenseStatus
from app.negotiation.terms.vocabulary import GuardContext
from app.payments.models import Charge
from app.values.errors import DomainError
from app.values.survival import Phase
from app.values.term import Term
from app.web import forms
from app.web.account import outlook
from app.web.account.clocks import clocks_of
from app.web.visitor import require

ASKED = ("component", "axis", "media", "territory", "language", "category", "action", "context")


@dataclass(frozen=True, slots=True)
class TermBar:
    """A term as a bar 1,000 wide: how much of it is gone."""

    gone: int
    is_over: bool
    has_begun: bool


def show_all() -> str:
    actor = require().actor
    page = queries.licenses_page(session(), actor, cursor=request.args.get("cursor"), limit=20)
    return render_template(
        "account/licenses.html",
        views=queries.views_of(session(), page.items),
        next_url=url_for(".licenses", cursor=page.next_cursor) if page.next_cursor else None,
    )


def show(license_id: str, refusal: DomainError | None = None, issued: IssuedCredential | None = None) -> str:
    actor = require().actor
    view = queries.license_view(session(), actor, license_id)
    decision, complaint = _decision(license_id)
    owed = dues_view(session(), actor, license_id, at=now())
    return render_template(
        "account/license.html",
        view=view,
        license=view.license,
        terms=view.terms_at(now()).document,
        survival=view.terms_at(now()).survival,
        standing=view.standing(now()),
        bar=term_bar(view.terms_at(now()).term, now()),
        phase=phase_of(view, now()),
        clocks=clocks_of(view, now()),
        is_licensee=actor.party_id == view.license.licensee_party_id,
        is_licensor=actor.party_id == view.license.licensor_party_id or actor.is_administrator,
        dues=owed,
        charge=_awaited(view, owed),
        changes=queries.status_changes(session(), license_id),
        notices=queries.notices_of(session(), license_id),
        later=outlook.of(view),
        asked=_asked(view),
        contexts=GuardContext,
        check_in=view.facts_at(now()),
        decision=decision,
        complaint=complaint,
        issued=issued,
        refusal=refusal,
    )


def issue_credential(license_id: str) -> forms.Answer:
    """Sign a credential and show it: its text is not kept, so there is nothing to come back to."""
    actor = require().actor
    try:
        issued = credentials.issue_credential(
            session=session(),
            actor=actor,
            at=now(),
            license_id=license_id,
            issuer=services().settings.public_url,
        )
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        session().rollback()
        return show(license_id, refusal), refusal.status
    return show(license_id, issued=issued)


def term_bar(term: Term, at: datetime) -> TermBar:
    """Return how much of a term is gone at an instant."""
    ends_at = term.ends_at or at
    whole = (ends_at - term.starts_at).total_seconds()
    gone = (at - term.starts_at).total_seconds()
    share = 1.0 if whole <= 0 else min(max(gone / whole, 0.0), 1.0)
    return TermBar(gone=round(share * 1000), is_over=at >= ends_at, has_begun=at >= term.starts_at)


def phase_of(view: LicenseView, at: datetime) -> Phase:
    """Return the column of the survival matrix that counts at an instant."""
    found = phase(license=view.facts_at(at), at=at)
    return Phase.EXPIRED if found is Phase.ACTIVE and at >= view.license.ends_at else found


def _awaited(view: LicenseView, owed: list[DueView]) -> Charge | None:
    """Return the next charge that the license waits for before it counts, if it does."""
    if view.license.status is not LicenseStatus.AWAITING_PAYMENT:
        return None
    return next((part.charge for part in owed if part.due.is_at_signature and not part.due.paid_at), None)


def _asked(view: LicenseView) -> dict[str, str]:
    """Return the use asked about; before anybody asked, the first that was granted."""
    grant = view.terms_at(now()).grants[0]
    granted = {
        "component": grant.component.value,
        "axis": min(grant.axes),
        "media": min(grant.media),
        "territory": "US" if "US" in grant.territory else min(grant.territory),
        "language": "",
        "category": "",
        "action": "generate",
        "context": "",
    }
    return {name: request.args.get(name, granted[name]) for name in ASKED}


def _decision(license_id: str) -> tuple[Decision | None, str]:
    """Decide about the use in the address, if one is asked about; or say what cannot be read."""
    if "component" not in request.args:
        return None, ""
    given: dict[str, Any] = {name: request.args[name] for name in ASKED if request.args.get(name)}
    if "context" in given:
        given["contexts"] = [given.pop("context")]
    try:
        use: IntendedUse = IntendedUseIn().load(given)
    except ma.ValidationError as error:
        return None, forms.first_complaint(error)
    decision = decisions.decide_use(
        session=session(), actor=require().actor, at=now(), license_id=license_id, use=use
    )
    return decision, ""
