"""What goes in and out of the routes of webhooks."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line
from app.infrastructure.http.paging import PageArgs, page_schema
from app.notifications.webhooks.catalog import NAMES
from app.notifications.webhooks.outbox import EVERY_TYPE
from app.notifications.webhooks.rules.urls import LONGEST_URL
from app.notifications.webhooks.states import DeliveryStatus, OffReason, Outcome


class EndpointIn(ma.Schema):
    url = Line(LONGEST_URL, required=True, metadata={"description": "Where to send, `https://...`"})
    event_types = ma.fields.List(
        ma.fields.Str(validate=ma.validate.OneOf([*NAMES, EVERY_TYPE])),
        required=True,
        validate=ma.validate.Length(1, 100),
        metadata={"description": "Which events; `*` stands for all, those to come included"},
    )
    description = Line(120, shortest=0, load_default="")


class EndpointOut(ma.Schema):
    id = ma.fields.Str(required=True)
    url = ma.fields.Str(required=True)
    description = ma.fields.Str(required=True)
    event_types = ma.fields.List(ma.fields.Str(), required=True)
    is_on = ma.fields.Function(lambda endpoint: endpoint.off_at is None, required=True)
    created_at = Instant(required=True)
    off_at = Instant(required=True, allow_none=True)
    off_reason = ma.fields.Enum(OffReason, by_value=True, required=True, allow_none=True)
    failures_in_a_row = ma.fields.Int(
        required=True, metadata={"description": "Attempts since the last that was answered well"}
    )
    last_success_at = Instant(required=True, allow_none=True, metadata={"description": "Machine time"})


class EndpointWithSecretOut(ma.Schema):
    endpoint = ma.fields.Nested(EndpointOut, required=True)
    secret = ma.fields.Str(
        required=True,
        allow_none=True,
        metadata={"description": "`whsec_...`, shown this once: null when the call is repeated"},
    )


class AttemptOut(ma.Schema):
    """One attempt to deliver, in machine time."""

    number = ma.fields.Int(required=True)
    attempted_at = Instant(required=True)
    outcome = ma.fields.Enum(Outcome, by_value=True, required=True)
    status_code = ma.fields.Int(required=True, allow_none=True)
    took_ms = ma.fields.Int(required=True)


class WebhookDeliveryOut(ma.Schema):
    """One event for one endpoint."""

    id = ma.fields.Str(attribute="delivery.id", required=True)
    endpoint_id = ma.fields.Str(attribute="delivery.endpoint_id", required=True)
    event_id = ma.fields.Str(
        attribute="delivery.event_id", required=True, metadata={"description": "The `webhook-id` it is sent under"}
    )
    event_type = ma.fields.Str(attribute="delivery.event_type", required=True)
    license_id = ma.fields.Str(attribute="delivery.license_id", required=True, allow_none=True)
    occurred_at = Instant(attribute="delivery.occurred_at", required=True)
    data = ma.fields.Dict(keys=ma.fields.Str(), attribute="delivery.data", required=True)
    status = ma.fields.Enum(DeliveryStatus, by_value=True, attribute="delivery.status", required=True)
    next_attempt_at = Instant(
        attribute="delivery.next_attempt_at",
        required=True,
        allow_none=True,
        metadata={"description": "Machine time"},
    )
    delivered_at = Instant(
        attribute="delivery.delivered_at", required=True, allow_none=True, metadata={"description": "Machine time"}
    )
    attempts = ma.fields.List(ma.fields.Nested(AttemptOut), required=True)


class DeliveryArgs(PageArgs):
    status = ma.fields.Enum(DeliveryStatus, by_value=True, metadata={"description": "Only those that stand so"})


class EventTypeOut(ma.Schema):
    """One kind of news."""

    name = ma.fields.Str(required=True)
    version = ma.fields.Int(required=True, metadata={"description": "Of its payload"})
    description = ma.fields.Str(required=True)


class EventTypesOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(EventTypeOut), required=True)


EndpointPageOut = page_schema(EndpointOut)
WebhookDeliveryPageOut = page_schema(WebhookDeliveryOut)
