"""Where a party is paid, and what it still has to tell the payment provider."""

from flask import render_template, url_for

from app.infrastructure.http.context import now, session
from app.payments import queries, service
from app.values.errors import DomainError
from app.web import forms
from app.web.visitor import Audience, require


def show(refusal: DomainError | None = None) -> str:
    visitor = require(Audience.LICENSOR)
    account = queries.connected_account_of(session(), visitor.party.id)
    return render_template("licensor/payouts.html", account=account, refusal=refusal)


def open_account() -> forms.Answer:
    actor = require(Audience.LICENSOR).actor

    def work() -> str:
        service.open_connected_account(
            session=session(), actor=actor, at=now(), party_id=actor.party_id, return_path=url_for(".payouts")
        )
        return url_for(".payouts")

    return forms.answer(work, show)
