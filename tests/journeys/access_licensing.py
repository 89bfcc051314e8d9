"""Who may use the routes about quotas and approvals; continued from `access_table`."""

from tests.journeys.access_table import USE, Row, own, page_own

PATCH = {"action": "patch", "phase": "expired", "description": "Taking the harbor master out."}

LICENSING: dict[str, Row] = {
    "GET /v1/licenses/<license_id>/quotas": own("licensor"),
    "GET /v1/licenses/<license_id>/reservations": own("licensor"),
    "POST /v1/licenses/<license_id>/reservations": own("licensee", USE | {"amounts": {"lines": 1}}),
    "POST /v1/reservations/<reservation_id>/commit": own("licensee", {}),
    "POST /v1/reservations/<reservation_id>/release": own("licensee", {}),
    "GET /licenses/<license_id>/quotas": page_own("licensor"),
    "GET /v1/licenses/<license_id>/approvals": own("licensor"),
    "POST /v1/licenses/<license_id>/approvals": own("licensee", PATCH),
    "GET /v1/approvals/<approval_id>": own("licensee"),
    "GET /v1/approvals/<approval_id>/content": own("licensor"),
    "POST /v1/approvals/<approval_id>/answer": own("licensor", {"answer": "approve"}),
    "GET /licenses/<license_id>/approvals": page_own("licensor"),
    "POST /licenses/<license_id>/approvals": page_own("licensee", PATCH),
    "POST /licenses/<license_id>/approvals/<approval_id>": page_own("licensor", {"answer": "approve"}),
    "GET /licenses/<license_id>/approvals/<approval_id>/file": page_own("licensee"),
}
