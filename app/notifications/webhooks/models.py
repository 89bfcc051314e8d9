"""Endpoints with their secrets, deliveries, and each attempt to deliver."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.columns import ID_LENGTH, enum_field, id_field, json_field, ref_field, text_field
from app.notifications.webhooks.states import DeliveryStatus, OffReason, Outcome


class WebhookEndpoint(SQLModel, table=True):
    """An address of a party to which news are sent."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        sa.CheckConstraint("(off_at IS NULL) = (off_reason IS NULL)", name="off_for_a_reason"),
        sa.CheckConstraint("failures_in_a_row >= 0", name="failures_are_counted"),
    )

    id: str = id_field("whe")
    party_id: str = ref_field("party.id")
    url: str = text_field()
    description: str = Field(max_length=120)
    event_types: list[str] = json_field(list)
    """Names of the catalog, or `*` for every one, those to come included."""
    created_at: datetime
    off_at: datetime | None = None
    """Since when nothing is sent to it."""
    off_reason: OffReason | None = enum_field(OffReason, nullable=True)
    deleted_at: datetime | None = None
    """From then on it is nobody's any more; its deliveries stay as a record."""
    failures_in_a_row: int = 0
    """Attempts since the last that was answered well."""
    last_success_at: datetime | None = None
    """Machine time, as `rests_until`."""
    rests_until: datetime | None = None
    """It made us wait, and is left alone until then."""


class WebhookSecret(SQLModel, table=True):
    """What messages to an endpoint are signed with. All instants here are machine time."""

    __tablename__ = "webhook_secret"

    id: str = id_field("whs")
    endpoint_id: str = ref_field("webhook_endpoint.id")
    sealed: str = text_field()
    """Encrypted with a key derived from the service's secret."""
    created_at: datetime
    expires_at: datetime | None = None
    """Until when it signs beside the one that took its place; nothing: it is the present one."""


class WebhookDelivery(SQLModel, table=True):
    """One event for one endpoint, written with what it tells."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.UniqueConstraint("endpoint_id", "event_id"),
        sa.Index(None, "endpoint_id", "id"),
    )

    id: str = id_field("whd")
    endpoint_id: str = ref_field("webhook_endpoint.id", index=False)
    event_id: str = Field(max_length=ID_LENGTH)
    """The `webhook-id`: the same for all endpoints and attempts."""
    event_type: str = Field(max_length=64)
    license_id: str | None = Field(default=None, max_length=ID_LENGTH)
    """Which license it is about, if it is about one."""
    occurred_at: datetime
    """When it happened; business time, as `created_at`."""
    data: dict[str, Any] = json_field()
    created_at: datetime
    status: DeliveryStatus = enum_field(DeliveryStatus)
    attempts: int = 0
    """All attempts so far, those before it was sent again by hand included."""
    tried: int = 0
    """Attempts since it was written, or since it was sent again by hand."""
    trying_since: datetime
    """Machine time, as `next_attempt_at` and `delivered_at`."""
    next_attempt_at: datetime | None = None
    delivered_at: datetime | None = None


class WebhookAttempt(SQLModel, table=True):
    """One attempt and how it ended. What the receiver wrote back is not kept."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (sa.UniqueConstraint("delivery_id", "number"),)

    id: str = id_field("wha")
    delivery_id: str = ref_field("webhook_delivery.id", index=False)
    number: int
    attempted_at: datetime
    """Machine time."""
    outcome: Outcome = enum_field(Outcome)
    status_code: int | None = None
    took_ms: int
