"""What a party does with its endpoints."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure.clock import machine_now
from app.infrastructure.ids import new_id
from app.notifications.webhooks import queries, sealing
from app.notifications.webhooks.catalog import NAMES, PING
from app.notifications.webhooks.errors import EndpointOff, TooManyEndpoints, TooManySecrets
from app.notifications.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.notifications.webhooks.outbox import EVERY_TYPE, News, enqueue_attempt, write_to
from app.notifications.webhooks.rules.urls import read_url
from app.notifications.webhooks.states import DeliveryStatus, OffReason
from app.notifications.webhooks.switching import switch_off, withhold
from app.values.errors import InvalidInput, InvalidValue

MOST_ENDPOINTS = 10
MOST_SECRETS = 5
OLD_SECRET_SIGNS_FOR = timedelta(hours=24)


class WithSecret(NamedTuple):
    """An endpoint and the secret that is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


def create_endpoint(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    url: str,
    event_types: Collection[str],
    description: str = "",
    may_be_local: bool = False,
) -> WithSecret:
    """Send what happens to a new address of the actor's party. Raises: InvalidInput, TooManyEndpoints."""
    try:
        read_url(url, may_be_local=may_be_local)
    except InvalidValue as error:
        raise InvalidInput.at("/url", str(error)) from None
    unknown = set(event_types) - {*NAMES, EVERY_TYPE}
    if unknown or not event_types:
        raise InvalidInput.at("/event_types", f"Choose from {', '.join(NAMES)}, or {EVERY_TYPE} for all.")
    if queries.count_endpoints(session, actor) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(f"A party has at most {MOST_ENDPOINTS} endpoints; delete one first.")
    wanted = [EVERY_TYPE] if EVERY_TYPE in event_types else sorted(set(event_types))
    endpoint = WebhookEndpoint(
        party_id=actor.party_id, url=url, description=description, event_types=wanted, created_at=at
    )
    session.add(endpoint)
    session.flush()
    secret = sealing.new_secret(session=session, present=machine_now(), endpoint_id=endpoint.id)
    _record(session, actor, at, "created", endpoint)
    return WithSecret(endpoint, secret)


def switch_endpoint_off(*, session: Session, actor: Actor, at: datetime, endpoint_id: str) -> WebhookEndpoint:
    """Send nothing to an endpoint for now. Raises: NotFound."""
    endpoint = queries.endpoint(session, actor, endpoint_id, lock=True)
    switch_off(session=session, at=at, endpoint=endpoint, reason=OffReason.BY_ITS_PARTY, actor=actor)
    return endpoint


def switch_endpoint_on(*, session: Session, actor: Actor, at: datetime, endpoint_id: str) -> WebhookEndpoint:
    """Send what happens from now on; what was withheld stays so until it is asked for. Raises: NotFound."""
    endpoint = queries.endpoint(session, actor, endpoint_id, lock=True)
    if endpoint.off_at is not None:
        endpoint.off_at = endpoint.off_reason = endpoint.rests_until = None
        endpoint.failures_in_a_row = 0
        session.add(endpoint)
        _record(session, actor, at, "switched_on", endpoint)
    return endpoint


def delete_endpoint(*, session: Session, actor: Actor, at: datetime, endpoint_id: str) -> None:
    """Forget an endpoint and its secrets. What was sent to it stays on record. Raises: NotFound."""
    endpoint = queries.endpoint(session, actor, endpoint_id, lock=True)
    endpoint.deleted_at = at
    session.add(endpoint)
    withhold(session, endpoint.id)
    sealing.forget_secrets(session, endpoint.id)
    _record(session, actor, at, "deleted", endpoint)


def rotate_secret(*, session: Session, actor: Actor, at: datetime, endpoint_id: str) -> WithSecret:
    """Give an endpoint a new secret; the one before signs beside it for a day. Raises: NotFound, TooManySecrets."""
    endpoint = queries.endpoint(session, actor, endpoint_id, lock=True)
    present = machine_now()
    sealing.forget_secrets(session, endpoint.id, expired_by=present)
    signing = sealing.signing_rows(session, endpoint.id, present)
    if len(signing) >= MOST_SECRETS:
        raise TooManySecrets(
            f"{MOST_SECRETS} secrets sign for this endpoint by now; wait until the oldest is over."
        )
    for row in signing:
        row.expires_at = row.expires_at or present + OLD_SECRET_SIGNS_FOR
        session.add(row)
    secret = sealing.new_secret(session=session, present=present, endpoint_id=endpoint.id)
    _record(session, actor, at, "secret_rotated", endpoint)
    return WithSecret(endpoint, secret)


def send_ping(*, session: Session, actor: Actor, at: datetime, endpoint_id: str) -> WebhookDelivery:
    """Send a message that tells nothing, to try an endpoint out. Raises: NotFound, EndpointOff."""
    endpoint = _switched_on(session, actor, endpoint_id)
    news = News(
        identity=new_id("png"), party_ids=(actor.party_id,), occurred_at=at, data={"endpoint_id": endpoint.id}
    )
    written = write_to(session=session, at=at, endpoint=endpoint, event_type=PING, news=news)
    return queries.delivery(session, actor, endpoint.id, written.id)


def redeliver(
    *, session: Session, actor: Actor, at: datetime, endpoint_id: str, delivery_id: str
) -> WebhookDelivery:
    """Send a delivery again at once, under the id that it has, and try it as long as a new one.

    Raises: NotFound, EndpointOff.
    """
    endpoint = _switched_on(session, actor, endpoint_id)
    delivery = queries.delivery(session, actor, endpoint.id, delivery_id, lock=True)
    present = machine_now()
    delivery.status, delivery.tried, delivery.trying_since = DeliveryStatus.PENDING, 0, present
    delivery.next_attempt_at = present
    session.add(delivery)
    enqueue_attempt(session, delivery, run_at=present, again=f"/{new_id('agn')}")
    audit.record(session=session, actor=actor, at=at, action="webhook_delivery.sent_again", subject_id=delivery.id)
    return delivery


def _switched_on(session: Session, actor: Actor, endpoint_id: str) -> WebhookEndpoint:
    endpoint = queries.endpoint(session, actor, endpoint_id, lock=True)
    if endpoint.off_at is not None:
        raise EndpointOff("This endpoint is switched off; switch it on first.")
    return endpoint


def _record(session: Session, actor: Actor, at: datetime, done: str, endpoint: WebhookEndpoint) -> None:
    audit.record(session=session, actor=actor, at=at, action=f"webhook_endpoint.{done}", subject_id=endpoint.id)
