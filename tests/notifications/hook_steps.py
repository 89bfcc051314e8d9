"""What tests about webhooks do and look at."""

from sqlmodel import col, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import JobContext
from app.licensing.jobs import announce_due
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction
from app.notifications.webhooks import service
from app.notifications.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.notifications.webhooks.states import Outcome
from tests.factories.licensing import (
    Licensed,
)
from tests.factories.webhooks import make_endpoint
from tests.notifications.hook_receiver import Receiver
from tests.support.clock import FrozenClock


def hook_up(database: Database, licensed: Licensed, receiver: Receiver, *types: str) -> service.WithSecret:
    """Have the licensee's receiver told."""
    with database.write() as session:
        return make_endpoint(session, licensed.licensee, receiver.url, types or ("*",))


def change(database: Database, licensed: Licensed, clock: FrozenClock, *actions: LicenseAction) -> None:
    for action in actions:
        with database.write() as session:
            lifecycle.change_standing(
                session=session,
                actor=licensed.licensor,
                at=clock.now(),
                license_id=licensed.id,
                action=action,
                reason="The credit line is missing.",
            )


def announce(services: Services) -> None:
    announce_due(context=JobContext(services, 1), payload={})


def the_delivery(database: Database, endpoint_id: str) -> WebhookDelivery:
    with database.read() as session:
        return session.exec(select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)).one()


def outcomes(database: Database, delivery_id: str) -> list[tuple[int, Outcome, int | None]]:
    with database.read() as session:
        rows = select(WebhookAttempt).where(WebhookAttempt.delivery_id == delivery_id)
        found = session.exec(rows.order_by(col(WebhookAttempt.number))).all()
    return [(row.number, row.outcome, row.status_code) for row in found]


def is_on(database: Database, endpoint_id: str) -> bool:
    with database.read() as session:
        return session.get_one(WebhookEndpoint, endpoint_id).off_at is None
