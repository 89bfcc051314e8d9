"""Write deliveries in the transaction of what they tell, and queue their attempts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.insert_once import insert_once
from app.infrastructure.jobs.queue import enqueue
from app.notifications.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.notifications.webhooks.rules.identity import message_id
from app.notifications.webhooks.states import DeliveryStatus

DELIVER = "notifications.deliver_webhook"
EVERY_TYPE = "*"


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, for whom, and what may be told of it: ids, codes and instants, never terms."""

    identity: str
    """Names it among all events of its type, for ever."""
    party_ids: Sequence[str]
    occurred_at: datetime
    license_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


def write(*, session: Session, at: datetime, event_type: str, news: News) -> None:
    """Write a delivery for each endpoint that asked for this type; what was written before is left as it is.

    An endpoint that is switched off has it withheld: its party can have it sent when it is on again.
    """
    endpoints = session.exec(
        select(WebhookEndpoint)
        .where(col(WebhookEndpoint.party_id).in_(set(news.party_ids)), col(WebhookEndpoint.deleted_at).is_(None))
        .order_by(col(WebhookEndpoint.id))
    ).all()
    for endpoint in endpoints:
        if event_type in endpoint.event_types or EVERY_TYPE in endpoint.event_types:
            write_to(session=session, at=at, endpoint=endpoint, event_type=event_type, news=news)


def write_to(
    *, session: Session, at: datetime, endpoint: WebhookEndpoint, event_type: str, news: News
) -> WebhookDelivery:
    """Write a delivery for one endpoint, once; return it as it was given, not as it may stand by now."""
    present = machine_now()
    is_on = endpoint.off_at is None
    delivery = WebhookDelivery(
        endpoint_id=endpoint.id,
        event_id=message_id(event_type, news.identity),
        event_type=event_type,
        license_id=news.license_id,
        occurred_at=news.occurred_at,
        data=news.data,
        created_at=at,
        status=DeliveryStatus.PENDING if is_on else DeliveryStatus.WITHHELD,
        trying_since=present,
        next_attempt_at=present if is_on else None,
    )
    if insert_once(session, delivery) and is_on:
        enqueue_attempt(session, delivery, run_at=present)
    return delivery


def enqueue_attempt(session: Session, delivery: WebhookDelivery, *, run_at: datetime, again: str = "") -> None:
    """Queue the next attempt; `again` tells a request to send it now from the plan that it overtakes."""
    number = delivery.attempts + 1
    enqueue(
        session,
        kind=DELIVER,
        key=f"{DELIVER}/{delivery.id}/{number}{again}",
        payload={"delivery_id": delivery.id, "number": number},
        run_at=run_at,
    )
