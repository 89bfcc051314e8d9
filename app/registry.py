"""The whole wiring on one screen: tables, routes with their authentication, who listens to what, what runs when."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from app.audit import models as audit_models
from app.catalog import models as catalog_models
from app.identity import access
from app.identity import models as identity_models
from app.infrastructure import clock
from app.infrastructure.events import Subscribers
from app.infrastructure.http import health, idempotency
from app.infrastructure.jobs import models as job_models
from app.ledger import models as ledger_models
from app.moderation import models as moderation_models
from app.parties import models as parties_models
from app.payments import models as payments_models

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
    moderation_models,
)
"""Importing them is what fills `SQLModel.metadata`."""

API: Sequence[tuple[Blueprint, access.Authentication]] = ()
"""Blueprints documented in OpenAPI."""

PAGES: Sequence[tuple[Blueprint, access.Authentication]] = ((health.blueprint, access.nobody),)
"""Pages for people, and addresses for machines outside the API."""

ROUTES = (*API, *PAGES)

SUBSCRIBERS: Subscribers = {}
"""Handlers run in this order, in the transaction of the event."""

JOBS: dict[str, object] = {}
"""Handlers of queued work, by kind."""

SCHEDULE: dict[str, timedelta] = {}
"""Jobs enqueued once per slot of this length, however many workers run."""
