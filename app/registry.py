"""The whole wiring on one screen: tables, routes with their authentication, who listens to what, what runs when."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from app.audit import models as audit_models
from app.catalog import models as catalog_models
from app.catalog import routes as catalog_routes
from app.catalog.events import PackageSubmitted, PackageWithdrawn
from app.identity import access
from app.identity import models as identity_models
from app.identity import routes as identity_routes
from app.infrastructure import clock
from app.infrastructure.events import Subscribers
from app.infrastructure.http import health, idempotency
from app.infrastructure.jobs import models as job_models
from app.infrastructure.jobs.worker import Handler
from app.ledger import models as ledger_models
from app.moderation import models as moderation_models
from app.moderation import routes as moderation_routes
from app.moderation import subscribers as moderation_subscribers
from app.negotiation import models as negotiation_models
from app.negotiation import routes as negotiation_routes
from app.parties import models as parties_models
from app.parties import routes as parties_routes
from app.payments import jobs as payments_jobs
from app.payments import models as payments_models
from app.payments import routes as payments_routes
from app.rights import models as rights_models
from app.rights import routes as rights_routes

MODELS = (
    clock,
    idempotency,
    job_models,
    audit_models,
    identity_models,
    parties_models,
    catalog_models,
    ledger_models,
    payments_models,
    rights_models,
    negotiation_models,
    moderation_models,
)
"""Importing them is what fills `SQLModel.metadata`."""

API: Sequence[tuple[Blueprint, access.Authentication]] = (
    (identity_routes.me, access.api_key),
    (identity_routes.api_keys, access.api_key),
    (parties_routes.parties, access.api_key),
    (parties_routes.performers, access.api_key),
    (parties_routes.representations, access.api_key),
    (catalog_routes.packages, access.api_key),
    (catalog_routes.previews, access.nobody),
    (payments_routes.charges, access.api_key),
    (payments_routes.connected_accounts, access.api_key),
    (rights_routes.avails, access.api_key),
    (negotiation_routes.productions, access.api_key),
    (negotiation_routes.negotiations, access.api_key),
    (negotiation_routes.deals, access.api_key),
    (moderation_routes.decisions, access.api_key),
    (moderation_routes.reviews, access.api_key),
)
"""Blueprints documented in OpenAPI."""

PAGES: Sequence[tuple[Blueprint, access.Authentication]] = (
    (health.blueprint, access.nobody),
    (payments_routes.webhooks, access.nobody),
)
"""Pages for people, and addresses for machines outside the API."""

ROUTES = (*API, *PAGES)

SUBSCRIBERS: Subscribers = {
    PackageSubmitted: [moderation_subscribers.open_review],
    PackageWithdrawn: [moderation_subscribers.close_review],
}
"""Handlers run in this order, in the transaction of the event."""

JOBS: dict[str, Handler] = {
    "payments.apply_webhook": payments_jobs.apply_webhook,
    "payments.call_stripe": payments_jobs.call_stripe,
    "payments.look_at": payments_jobs.look_at,
    "payments.reconcile": payments_jobs.reconcile,
}
"""Handlers of queued work, by kind."""

SCHEDULE: dict[str, timedelta] = {
    "payments.reconcile": timedelta(minutes=1),
}
"""Jobs enqueued once per slot of this length, however many workers run."""
