"""Carry out one attempt: read what to send, send it outside of any transaction, note how it ended.

Between sending and noting this process may die; another then sends the same again, under the same id.
"""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import Postponed
from app.licensing.queries import license_of
from app.licensing.rules.codes import Code
from app.notifications.webhooks import sending
from app.notifications.webhooks.catalog import VERSIONS
from app.notifications.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.notifications.webhooks.outbox import enqueue_attempt
from app.notifications.webhooks.rules.pauses import pause_after, rest_after
from app.notifications.webhooks.rules.signing import signed_headers
from app.notifications.webhooks.rules.urls import Target, read_url
from app.notifications.webhooks.sealing import secrets_of
from app.notifications.webhooks.sending import Answer
from app.notifications.webhooks.states import DeliveryStatus, OffReason, Outcome
from app.notifications.webhooks.switching import switch_off
from app.values.canonical import canonical_bytes
from app.values.errors import InvalidValue
from app.values.term import format_instant


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, and where."""

    target: Target | None
    """Nothing where the address may not be called any more."""
    headers: dict[str, str]
    body: bytes


def deliver(*, services: Services, delivery_id: str, number: int) -> None:
    """Make the attempt of this number, unless it was made. Raises: Postponed while the endpoint is left alone."""
    present = machine_now()
    may_be_local = services.settings.demo
    with services.database.read() as session:
        message = _compose(session, delivery_id, number, services.clock.now(), present, may_be_local)
    if message is None:
        return
    answer = Answer(Outcome.FORBIDDEN_ADDRESS, 0)
    if message.target is not None:
        answer = sending.send(message.target, headers=message.headers, body=message.body, may_be_local=may_be_local)
    with services.database.write() as session:
        _note(session, services.clock.now(), present, delivery_id, number, answer)


def _compose(
    session: Session, delivery_id: str, number: int, at: datetime, present: datetime, may_be_local: bool
) -> Message | None:
    delivery = session.get_one(WebhookDelivery, delivery_id)
    endpoint = session.get_one(WebhookEndpoint, delivery.endpoint_id)
    if delivery.status is not DeliveryStatus.PENDING or delivery.attempts != number - 1:
        return None
    if endpoint.rests_until is not None and endpoint.rests_until > present:
        raise Postponed(
            "The endpoint made us wait and is left alone for now.", pause=endpoint.rests_until - present
        )
    body = canonical_bytes(payload(session, delivery, endpoint.party_id, at=at))
    secrets = secrets_of(session, endpoint.id, present=present)
    signed = signed_headers(secrets, message_id=delivery.event_id, at=present, body=body)
    headers = {"Content-Type": "application/json", "User-Agent": "Likeness-Webhooks/1", **signed}
    try:
        return Message(read_url(endpoint.url, may_be_local=may_be_local), headers, body)
    except InvalidValue:
        return Message(None, headers, body)


def payload(session: Session, delivery: WebhookDelivery, party_id: str, *, at: datetime) -> dict[str, Any]:
    """Return what is told, with how the license stands at the instant of sending.

    A message may be late, and what it tells may be over by then. `standing_now` is no permission either: a yes of
    now may be a no in a moment, so that use is always decided by asking.
    """
    told = {
        "type": delivery.event_type,
        "version": VERSIONS.get(delivery.event_type, 1),
        "timestamp": format_instant(delivery.occurred_at),
        "data": delivery.data,
    }
    if delivery.license_id is not None:
        code = _standing(session, delivery.license_id, party_id, at)
        told["standing_now"] = {"code": code.value, "as_of": format_instant(at)}
    return told


def _standing(session: Session, license_id: str, party_id: str, at: datetime) -> Code:
    """How a license stands for a party; for who is no side of it any more it is not there, as in the API."""
    view = license_of(session, license_id)
    if party_id not in (view.license.licensor_party_id, view.license.licensee_party_id):
        return Code.NOT_FOUND
    return view.standing(at)


def _note(session: Session, at: datetime, present: datetime, delivery_id: str, number: int, answer: Answer) -> None:
    endpoint_id = session.get_one(WebhookDelivery, delivery_id).endpoint_id
    endpoint = _locked(session, WebhookEndpoint, endpoint_id)
    delivery = _locked(session, WebhookDelivery, delivery_id)
    if delivery.attempts != number - 1:
        return
    session.add(
        WebhookAttempt(
            delivery_id=delivery.id,
            number=number,
            attempted_at=present,
            outcome=answer.outcome,
            status_code=answer.status_code,
            took_ms=answer.took_ms,
        )
    )
    delivery.attempts, delivery.tried = number, delivery.tried + 1
    delivery.next_attempt_at = None
    ended = machine_now()
    if answer.outcome is Outcome.DELIVERED:
        delivery.status, delivery.delivered_at = DeliveryStatus.DELIVERED, ended
        endpoint.failures_in_a_row, endpoint.last_success_at, endpoint.rests_until = 0, ended, None
    else:
        _note_failure(session, at, endpoint, delivery, answer, ended)
    session.add_all([endpoint, delivery])


def _note_failure(
    session: Session,
    at: datetime,
    endpoint: WebhookEndpoint,
    delivery: WebhookDelivery,
    answer: Answer,
    present: datetime,
) -> None:
    endpoint.failures_in_a_row += 1
    if answer.outcome.cost_time:
        endpoint.rests_until = present + rest_after(endpoint.failures_in_a_row)
    if delivery.status is not DeliveryStatus.PENDING:
        return  # switched off meanwhile
    pause = pause_after(delivery.tried, dice=random.random(), asked=answer.retry_after)  # noqa: S311
    if pause is not None and answer.outcome is not Outcome.GONE:
        delivery.next_attempt_at = present + pause
        enqueue_attempt(session, delivery, run_at=present + pause)
        return
    delivery.status = DeliveryStatus.FAILED
    session.flush()
    if answer.outcome is Outcome.GONE:
        switch_off(session=session, at=at, endpoint=endpoint, reason=OffReason.GONE)
    elif endpoint.last_success_at is None or endpoint.last_success_at < delivery.trying_since:
        switch_off(session=session, at=at, endpoint=endpoint, reason=OffReason.FAILING)


def _locked(session: Session, model: Any, row_id: str) -> Any:
    """Return a row as it is now and until this transaction ends; others may still refer to it meanwhile."""
    statement = select(model).where(model.id == row_id).with_for_update(key_share=True)
    return session.exec(statement.execution_options(populate_existing=True)).one()
