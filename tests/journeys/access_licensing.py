"""Who may use the routes about quotas; continued from `access_table`."""

from tests.journeys.access_table import USE, Row, own, page_own

LICENSING: dict[str, Row] = {
    "GET /v1/licenses/<license_id>/quotas": own("licensor"),
    "GET /v1/licenses/<license_id>/reservations": own("licensor"),
    "POST /v1/licenses/<license_id>/reservations": own("licensee", USE | {"amounts": {"lines": 1}}),
    "POST /v1/reservations/<reservation_id>/commit": own("licensee", {}),
    "POST /v1/reservations/<reservation_id>/release": own("licensee", {}),
    "GET /licenses/<license_id>/quotas": page_own("licensor"),
}
