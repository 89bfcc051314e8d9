"""Who may use what tells others about a license: its public record, webhooks.

A part of the table of access."""

from tests.journeys.access_table import KEY, OPEN, PAGE, PAGE_OPEN, Row, own, page_own

OUTWARD: dict[str, Row] = {
    "GET /v1/license-records/<license_id>": OPEN,  # tells what both sides agreed to be public
    "GET /verify/<license_id>": PAGE_OPEN,
    "GET /verify/<license_id>/qr.svg": PAGE_OPEN,
    "GET /verify/<license_id>/qr.png": PAGE_OPEN,
    "GET /licenses/<license_id>/record": page_own("licensor"),
    "GET /v1/webhook-event-types": KEY,
    "GET /v1/webhook-endpoints": KEY,
    "POST /v1/webhook-endpoints": KEY,
    "GET /v1/webhook-endpoints/<endpoint_id>": own("licensee"),
    "DELETE /v1/webhook-endpoints/<endpoint_id>": own("licensee"),
    "POST /v1/webhook-endpoints/<endpoint_id>/activation": own("licensee", {}),
    "POST /v1/webhook-endpoints/<endpoint_id>/deactivation": own("licensee", {}),
    "POST /v1/webhook-endpoints/<endpoint_id>/pings": own("licensee", {}),
    "POST /v1/webhook-endpoints/<endpoint_id>/secret-rotation": own("licensee", {}),
    "GET /v1/webhook-endpoints/<endpoint_id>/deliveries": own("licensee"),
    "GET /v1/webhook-endpoints/<endpoint_id>/deliveries/<delivery_id>": own(
        "licensee", delivery_id="webhook_delivery_id"
    ),
    "POST /v1/webhook-endpoints/<endpoint_id>/deliveries/<delivery_id>/redelivery": own(
        "licensee", {}, delivery_id="webhook_delivery_id"
    ),
    "GET /webhook-endpoints": PAGE,
    "POST /webhook-endpoints": PAGE,
    "GET /webhook-endpoints/<endpoint_id>": page_own("licensee"),
    "POST /webhook-endpoints/<endpoint_id>/switch": page_own("licensee"),
    "POST /webhook-endpoints/<endpoint_id>/secret": page_own("licensee"),
    "POST /webhook-endpoints/<endpoint_id>/ping": page_own("licensee"),
    "POST /webhook-endpoints/<endpoint_id>/deletion": page_own("licensee"),
    "POST /webhook-endpoints/<endpoint_id>/deliveries/<delivery_id>/redelivery": page_own(
        "licensee", delivery_id="webhook_delivery_id"
    ),
}
