"""Reads of a party's own endpoints and deliveries. As with API keys, they are shown to nobody else."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.notifications.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.notifications.webhooks.states import DeliveryStatus
from app.values.errors import NotFound


def endpoint(session: Session, actor: Actor, endpoint_id: str, *, lock: bool = False) -> WebhookEndpoint:
    """Raises: NotFound, also for one of another party."""
    statement = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, *_theirs(actor))
    if lock:
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("There is no such webhook endpoint.")
    return found


def endpoints_page(session: Session, actor: Actor, *, cursor: str | None, limit: int) -> Page[WebhookEndpoint]:
    statement = select(WebhookEndpoint).where(*_theirs(actor))
    return paginate(session, statement, id_column=col(WebhookEndpoint.id), cursor=cursor, limit=limit)


def count_endpoints(session: Session, actor: Actor) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(WebhookEndpoint).where(*_theirs(actor))) or 0


def delivery(
    session: Session, actor: Actor, endpoint_id: str, delivery_id: str, *, lock: bool = False
) -> WebhookDelivery:
    """Raises: NotFound, also for a delivery to another endpoint."""
    endpoint(session, actor, endpoint_id)
    statement = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id, WebhookDelivery.endpoint_id == endpoint_id
    )
    if lock:
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("There is no such delivery to this endpoint.")
    return found


def deliveries_page(
    session: Session,
    actor: Actor,
    endpoint_id: str,
    *,
    cursor: str | None = None,
    limit: int = 25,
    status: DeliveryStatus | None = None,
) -> Page[WebhookDelivery]:
    """Return one page of what was sent, or is to be, to an endpoint of the actor's, newest first."""
    statement = select(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint(session, actor, endpoint_id).id
    )
    if status is not None:
        statement = statement.where(WebhookDelivery.status == status)
    return paginate(session, statement, id_column=col(WebhookDelivery.id), cursor=cursor, limit=limit)


def attempts_of(session: Session, deliveries: Sequence[WebhookDelivery]) -> Mapping[str, Sequence[WebhookAttempt]]:
    """Return the attempts of deliveries, the first first."""
    found: defaultdict[str, list[WebhookAttempt]] = defaultdict(list)
    ids = [row.id for row in deliveries]
    statement = select(WebhookAttempt).where(col(WebhookAttempt.delivery_id).in_(ids))
    for attempt in session.exec(statement.order_by(col(WebhookAttempt.number))):
        found[attempt.delivery_id].append(attempt)
    return found


def _theirs(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return col(WebhookEndpoint.party_id) == actor.party_id, col(WebhookEndpoint.deleted_at).is_(None)
