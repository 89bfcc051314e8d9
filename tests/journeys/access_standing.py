"""Who may use the routes and pages of a license's files and of its standing: a part of the table of access."""

from tests.journeys.access_table import OPEN, REASON, Row, own

STANDING: dict[str, Row] = {
    # files
    "GET /v1/delivery-links/<token>": OPEN,  # proves itself by its signature
    "GET /v1/licenses/<license_id>/deliveries": own("licensor"),
    "POST /v1/licenses/<license_id>/deliveries": own(
        "licensee", lambda ids: {"json": {"asset_id": ids["granted_asset_id"]}}
    ),
    "GET /v1/deliveries/<delivery_id>/content": own("licensee"),
    "POST /v1/deliveries/<delivery_id>/links": own("licensee", {}),
    # standing
    "POST /v1/licenses/<license_id>/suspension": own("licensor", REASON),
    "POST /v1/licenses/<license_id>/reinstatement": own("licensor", REASON),
    "POST /v1/licenses/<license_id>/termination": own("licensor", REASON),
}
