"""Negotiations, for both sides: every offer as it was sent, what changed, and the answer that is awaited."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, services, session
from app.negotiation import queries, service, views
from app.negotiation.queries import NegotiationView, OfferView
from app.negotiation.terms.versions import as_current
from app.values.errors import DomainError, NotFound
from app.values.survival import read_matrix
from app.web import changes, forms, terms_form
from app.web.account import talk
from app.web.visitor import Audience, require


def show_all() -> str:
    visitor = require(Audience.LICENSEE, Audience.LICENSOR)
    page = queries.negotiations_page(session(), visitor.actor, cursor=request.args.get("cursor"), limit=20)
    return render_template(
        "account/negotiations.html",
        views=queries.negotiation_views(session(), now(), page.items, reader=visitor.actor),
        next_url=url_for(".negotiations", cursor=page.next_cursor) if page.next_cursor else None,
    )


def show(negotiation_id: str, refusal: DomainError | None = None) -> str:
    actor = require().actor
    view = _view(negotiation_id)
    latest = _offer(negotiation_id, view.latest_offer.number)
    terms = as_current(latest.terms or {})
    before, after = _compared(latest.number)
    return render_template(
        "account/negotiation.html",
        view=view,
        latest=latest,
        terms=terms,
        matrix=read_matrix(terms["survival"]["matrix"]),
        compared=(before, after),
        changes=_changes(negotiation_id, before, after) if latest.number > 1 else [],
        amended=_amended(terms),
        findings=[finding.as_json() for finding in view.findings],
        longest_hold_days=services().settings.hold_longest_days,
        is_licensee=view.negotiation.licensee_party_id == actor.party_id,
        is_awaited=view.awaited_party_id == actor.party_id,
        is_sender=latest.by_party_id == actor.party_id,
        deal=queries.deal_view(session(), actor, view.deal_id) if view.deal_id else None,
        talk=talk.of(view.negotiation, latest) if view.role is None or view.role.is_side else None,
        refusal=refusal,
    )


def show_counter(negotiation_id: str, refusal: DomainError | None = None) -> str:
    actor = require().actor
    queries.own_negotiation(session(), actor, negotiation_id)
    view = _view(negotiation_id)
    latest = _offer(negotiation_id, view.latest_offer.number)
    return render_template(
        "account/counter.html",
        view=view,
        latest=latest,
        amends=as_current(latest.terms or {})["amends"],
        typed=request.form,
        refusal=refusal,
        **terms_form.shown(terms_form.typed() if refusal else terms_form.of_offer(latest), refusal),
    )


def counter(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        day = forms.day("effective_on", "The day from which it holds") if forms.text("effective_on") else None
        service.counter(**_move(negotiation_id), **terms_form.read_offer(), effective_on=day)
        return url_for(".negotiation", negotiation_id=negotiation_id)

    return forms.answer(work, lambda refusal: show_counter(negotiation_id, refusal))


def accept(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        deal = service.accept(
            **_move(negotiation_id),
            offer_number=forms.whole("offer_number", "The number of the offer", low=1, high=1_000_000),
            terms_sha256=forms.needed("terms_sha256", "The hash of the terms", longest=64),
        )
        if deal is None:
            return url_for(".negotiation", negotiation_id=negotiation_id)
        return url_for(".license", license_id=deal.license_id)

    return forms.answer(work, lambda refusal: show(negotiation_id, refusal))


def decline(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        service.decline(**_move(negotiation_id), reason=forms.needed("reason", "The reason", longest=2000))
        return url_for(".negotiation", negotiation_id=negotiation_id)

    return forms.answer(work, lambda refusal: show(negotiation_id, refusal))


def withdraw(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        service.withdraw(**_move(negotiation_id), reason=forms.text("reason", longest=2000))
        return url_for(".negotiation", negotiation_id=negotiation_id)

    return forms.answer(work, lambda refusal: show(negotiation_id, refusal))


def _move(negotiation_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": require().actor, "at": now(), "negotiation_id": negotiation_id}


def _view(negotiation_id: str) -> NegotiationView:
    row = queries.readable_negotiation(session(), require().actor, negotiation_id)
    return views.opened_negotiation(session(), now(), row, reader=require().actor)


def _offer(negotiation_id: str, number: int) -> OfferView:
    return queries.offer_view(session(), require().actor, now(), negotiation_id, number)


def _compared(latest: int) -> tuple[int, int]:
    """Return the numbers of the two offers that the address compares; else the latest with the one before it."""
    after = request.args.get("after", latest, type=int)
    before = request.args.get("before", after - 1, type=int)
    return min(max(before, 1), latest), min(max(after, 1), latest)


def _changes(negotiation_id: str, before: int, after: int) -> list[changes.Change]:
    one, other = (_offer(negotiation_id, number).terms or {} for number in (before, after))
    return changes.in_words(one, other)


def _amended(terms: Mapping[str, Any]) -> list[changes.Change]:
    """Return what terms change of the signed deal that they name; nothing for those who may not read that deal."""
    if terms["amends"] is None:
        return []
    try:
        signed = queries.deal_view(session(), require().actor, terms["amends"]["deal_id"])
    except NotFound:
        return []
    return changes.in_words(signed.terms, terms)
