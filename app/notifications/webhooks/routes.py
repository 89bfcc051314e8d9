"""The routes of webhooks."""

from collections.abc import Sequence
from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http import idempotency
from app.infrastructure.http.api import Empty, api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.paging import PageArgs
from app.notifications.webhooks import queries, schemas, service
from app.notifications.webhooks.catalog import EVENT_TYPES
from app.notifications.webhooks.models import WebhookDelivery, WebhookEndpoint

endpoints = api_blueprint(
    "webhook-endpoints", "/v1/webhook-endpoints", "Where to send what happens to your licenses"
)
event_types = api_blueprint("webhook-event-types", "/v1/webhook-event-types", "What webhooks tell")


@event_types.route("")
@event_types.response(200, schemas.EventTypesOut)
def list_event_types() -> Any:
    """List the kinds of events that endpoints can ask for"""
    return {"items": EVENT_TYPES}


@endpoints.route("")
class Endpoints(MethodView):
    @endpoints.arguments(PageArgs, location="query")
    @endpoints.response(200, schemas.EndpointPageOut)
    def get(self, page: dict[str, Any]) -> Any:
        """List your party's endpoints, newest first"""
        found = queries.endpoints_page(session(), actor(), cursor=page.get("cursor"), limit=page["limit"])
        return found, found.headers

    @endpoints.arguments(schemas.EndpointIn)
    @endpoints.response(201, schemas.EndpointWithSecretOut)
    def post(self, wanted: dict[str, Any]) -> service.WithSecret:
        """Have events sent to an address; the secret that signs them is shown this once

        Messages follow Standard Webhooks. Redirects are not followed, and addresses in private networks not called.
        """
        idempotency.show_once("secret")
        return service.create_endpoint(**_about(), **wanted, may_be_local=services().settings.demo)


@endpoints.route("/<endpoint_id>")
class OneEndpoint(MethodView):
    @endpoints.response(200, schemas.EndpointOut)
    def get(self, endpoint_id: str) -> WebhookEndpoint:
        """Return an endpoint and how it fares"""
        return queries.endpoint(session(), actor(), endpoint_id)

    @endpoints.response(204)
    def delete(self, endpoint_id: str) -> None:
        """Forget an endpoint and its secrets; nothing is sent to it any more"""
        service.delete_endpoint(**_about(), endpoint_id=endpoint_id)


@endpoints.route("/<endpoint_id>/deactivation")
class Deactivation(MethodView):
    @endpoints.arguments(Empty)
    @endpoints.response(201, schemas.EndpointOut)
    def post(self, _body: dict[str, Any], endpoint_id: str) -> WebhookEndpoint:
        """Switch an endpoint off; what happens meanwhile is withheld, not lost"""
        return service.switch_endpoint_off(**_about(), endpoint_id=endpoint_id)


@endpoints.route("/<endpoint_id>/activation")
class Activation(MethodView):
    @endpoints.arguments(Empty)
    @endpoints.response(201, schemas.EndpointOut)
    def post(self, _body: dict[str, Any], endpoint_id: str) -> WebhookEndpoint:
        """Switch an endpoint on again, for what happens from now on"""
        return service.switch_endpoint_on(**_about(), endpoint_id=endpoint_id)


@endpoints.route("/<endpoint_id>/secret-rotation")
class SecretRotation(MethodView):
    @endpoints.arguments(Empty)
    @endpoints.response(201, schemas.EndpointWithSecretOut)
    def post(self, _body: dict[str, Any], endpoint_id: str) -> service.WithSecret:
        """Change the secret; the one before signs beside the new one for 24 hours"""
        idempotency.show_once("secret")
        return service.rotate_secret(**_about(), endpoint_id=endpoint_id)


@endpoints.route("/<endpoint_id>/pings")
class Pings(MethodView):
    @endpoints.arguments(Empty)
    @endpoints.response(201, schemas.WebhookDeliveryOut)
    def post(self, _body: dict[str, Any], endpoint_id: str) -> Any:
        """Send a message of the type `ping`, to try an endpoint out"""
        return _shown([service.send_ping(**_about(), endpoint_id=endpoint_id)])[0]


@endpoints.route("/<endpoint_id>/deliveries")
class Deliveries(MethodView):
    @endpoints.arguments(schemas.DeliveryArgs, location="query")
    @endpoints.response(200, schemas.WebhookDeliveryPageOut)
    def get(self, asked: dict[str, Any], endpoint_id: str) -> Any:
        """List what was sent to an endpoint, or is to be, with every attempt; newest first"""
        found = queries.deliveries_page(session(), actor(), endpoint_id, **asked)
        return {"items": _shown(found.items), "next_cursor": found.next_cursor}, found.headers


@endpoints.route("/<endpoint_id>/deliveries/<delivery_id>")
class OneDelivery(MethodView):
    @endpoints.response(200, schemas.WebhookDeliveryOut)
    def get(self, endpoint_id: str, delivery_id: str) -> Any:
        """Return a delivery with every attempt"""
        return _shown([queries.delivery(session(), actor(), endpoint_id, delivery_id)])[0]


@endpoints.route("/<endpoint_id>/deliveries/<delivery_id>/redelivery")
class Redelivery(MethodView):
    @endpoints.arguments(Empty)
    @endpoints.response(201, schemas.WebhookDeliveryOut)
    def post(self, _body: dict[str, Any], endpoint_id: str, delivery_id: str) -> Any:
        """Send a delivery again at once, under the same id"""
        return _shown([service.redeliver(**_about(), endpoint_id=endpoint_id, delivery_id=delivery_id)])[0]


def _about() -> dict[str, Any]:
    return {"session": session(), "actor": actor(), "at": now()}


def _shown(deliveries: Sequence[WebhookDelivery]) -> list[dict[str, Any]]:
    attempts = queries.attempts_of(session(), deliveries)
    return [{"delivery": delivery, "attempts": attempts.get(delivery.id, [])} for delivery in deliveries]
