"""Queued work of payments. Whatever could not be settled is put back without counting as a failure."""

from typing import Any

from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import JobContext
from app.payments import inbox, outbox, reconciliation
from app.payments.stripe_gateway import StripeGateway


def call_stripe(*, context: JobContext, payload: dict[str, Any]) -> None:
    outbox.call_stripe(
        services=context.services, gateway=_gateway(context.services), intent_id=payload["intent_id"]
    )


def apply_webhook(*, context: JobContext, payload: dict[str, Any]) -> None:
    inbox.apply_webhook(services=context.services, gateway=_gateway(context.services), event_id=payload["event_id"])


def look_at(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Look at one charge or account that has been without news."""
    services, gateway = context.services, _gateway(context.services)
    if "stripe_session_id" in payload:
        inbox.look_at_checkout(services=services, gateway=gateway, session_id=payload["stripe_session_id"])
    else:
        inbox.look_at_account(services=services, gateway=gateway, stripe_account_id=payload["stripe_account_id"])


def reconcile(*, context: JobContext, payload: dict[str, Any]) -> None:
    reconciliation.reconcile(services=context.services, present=machine_now())


def _gateway(services: Services) -> StripeGateway:
    settings = services.settings
    return StripeGateway(key=settings.stripe_key, url=settings.stripe_url, public_url=settings.public_url)
