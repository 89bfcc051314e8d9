"""Switch an endpoint off: what waits for it is withheld, and unless its party did it, its party is told by mail."""

from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Session, col

from app.audit import service as audit
from app.identity.actor import SYSTEM, Actor
from app.notifications.service import tell
from app.notifications.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.notifications.webhooks.states import DeliveryStatus, OffReason

_WHY = {
    OffReason.GONE: "It answered 410 Gone, which says that it wants no more messages.",
    OffReason.FAILING: "A message was tried for three days and never answered with a status from 200 to 299, and "
    "nor was any other in that time.",
}


def switch_off(
    *, session: Session, at: datetime, endpoint: WebhookEndpoint, reason: OffReason, actor: Actor = SYSTEM
) -> None:
    """Send nothing to a locked endpoint until it is switched on again; twice changes nothing."""
    if endpoint.off_at is not None:
        return
    endpoint.off_at, endpoint.off_reason = at, reason
    session.add(endpoint)
    withhold(session, endpoint.id)
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="webhook_endpoint.switched_off",
        subject_id=endpoint.id,
        reason=reason.value,
    )
    if reason in _WHY:
        host = urlsplit(endpoint.url).hostname
        tell(
            session=session,
            at=at,
            party_id=endpoint.party_id,
            about=endpoint.id,
            subject=f"Your webhook endpoint at {host} was switched off",
            body=f"Nothing is sent any more to your webhook endpoint {endpoint.id} at {host}.\n\n{_WHY[reason]}\n\n"
            "Switch it on again when it is ready; what was not sent meanwhile is listed there to be sent again. "
            "Licenses end when they end, whether or not a message arrives: ask for a decision before each use.\n",
        )


def withhold(session: Session, endpoint_id: str) -> None:
    """Stop what waits to be sent to an endpoint."""
    waiting = (
        col(WebhookDelivery.endpoint_id) == endpoint_id,
        col(WebhookDelivery.status) == DeliveryStatus.PENDING,
    )
    stopped = {"status": DeliveryStatus.WITHHELD, "next_attempt_at": None}
    session.execute(
        sa.update(WebhookDelivery).where(*waiting).values(**stopped).execution_options(synchronize_session="fetch")
    )
