"""Webhook endpoints of the visitor's party: where news are sent, what became of them, and a test."""

from typing import Any

from flask import render_template, request, url_for

from app.infrastructure.http import idempotency
from app.infrastructure.http.context import now, services, session
from app.notifications.webhooks import queries, service
from app.notifications.webhooks.catalog import EVENT_TYPES, NAMES
from app.notifications.webhooks.rules.urls import LONGEST_URL
from app.notifications.webhooks.service import WithSecret
from app.values.errors import DomainError, InvalidInput
from app.web import forms
from app.web.visitor import require

SHOWN = 20


def show_all(refusal: DomainError | None = None) -> str:
    page = queries.endpoints_page(session(), require().actor, cursor=request.args.get("cursor"), limit=SHOWN)
    return render_template(
        "account/webhooks.html",
        endpoints=page.items,
        next_url=url_for(".webhooks", cursor=page.next_cursor) if page.next_cursor else None,
        event_types=EVENT_TYPES,
        chosen=request.form.getlist("event_types"),
        typed=request.form,
        is_local=services().settings.demo,
        refusal=refusal,
    )


def show(endpoint_id: str, refusal: DomainError | None = None, secret: str = "") -> str:
    actor = require().actor
    endpoint = queries.endpoint(session(), actor, endpoint_id)
    page = queries.deliveries_page(session(), actor, endpoint_id, cursor=request.args.get("cursor"), limit=SHOWN)
    return render_template(
        "account/webhook.html",
        endpoint=endpoint,
        deliveries=page.items,
        attempts=queries.attempts_of(session(), page.items),
        next_url=url_for(".webhook", endpoint_id=endpoint_id, cursor=page.next_cursor)
        if page.next_cursor
        else None,
        secret=secret,
        refusal=refusal,
    )


def create() -> forms.Answer:
    """Make an endpoint and show its secret: it is shown this once, so there is nothing to come back to."""
    actor = require().actor

    def work() -> WithSecret:
        chosen = request.form.getlist("event_types")[: len(NAMES) + 1]
        if not chosen:
            raise InvalidInput.at("/event_types", "Choose at least one kind of news.")
        return service.create_endpoint(
            session=session(),
            actor=actor,
            at=now(),
            url=forms.needed("url", "The address", longest=LONGEST_URL),
            event_types=chosen,
            description=forms.text("description", longest=120),
            may_be_local=services().settings.demo,
        )

    return _with_secret(work, show_all)


def rotate(endpoint_id: str) -> forms.Answer:
    return _with_secret(
        lambda: service.rotate_secret(**_about(endpoint_id)), lambda refusal: show(endpoint_id, refusal)
    )


def switch(endpoint_id: str) -> forms.Answer:
    def work() -> str:
        is_wanted_on = forms.text("wanted") == "on"
        (service.switch_endpoint_on if is_wanted_on else service.switch_endpoint_off)(**_about(endpoint_id))
        return _page_of(endpoint_id)

    return forms.answer(work, lambda refusal: show(endpoint_id, refusal))


def ping(endpoint_id: str) -> forms.Answer:
    def work() -> str:
        service.send_ping(**_about(endpoint_id))
        return _page_of(endpoint_id)

    return forms.answer(work, lambda refusal: show(endpoint_id, refusal))


def redeliver(endpoint_id: str, delivery_id: str) -> forms.Answer:
    def work() -> str:
        service.redeliver(**_about(endpoint_id), delivery_id=delivery_id)
        return _page_of(endpoint_id)

    return forms.answer(work, lambda refusal: show(endpoint_id, refusal))


def delete(endpoint_id: str) -> forms.Answer:
    def work() -> str:
        service.delete_endpoint(**_about(endpoint_id))
        return url_for(".webhooks")

    return forms.answer(work, lambda refusal: show(endpoint_id, refusal))


def _with_secret(work: Any, page: Any) -> forms.Answer:
    try:
        made: WithSecret = work()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        session().rollback()
        return str(page(refusal)), refusal.status
    idempotency.keep_out(made.secret)
    return show(made.endpoint.id, secret=made.secret)


def _about(endpoint_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": require().actor, "at": now(), "endpoint_id": endpoint_id}


def _page_of(endpoint_id: str) -> str:
    return url_for(".webhook", endpoint_id=endpoint_id)
