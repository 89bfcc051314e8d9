"""Who may use the routes and pages of a license's files and of its standing: a part of the table of access."""

from tests.journeys.access_table import OPEN, REASON, Row, own, page_own, page_side

BREACH = {"reason": "The label is missing.", "clause": "Disclosure"}

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
    "GET /v1/licenses/<license_id>/suspensions": own("licensee"),
    "GET /v1/licenses/<license_id>/breaches": own("licensee"),
    "POST /v1/licenses/<license_id>/breaches": own("licensor", BREACH),
    "POST /v1/licenses/<license_id>/breaches/<breach_id>/cure": own("licensee", {"evidence": "See the credits."}),
    "POST /v1/licenses/<license_id>/breaches/<breach_id>/acceptance": own("licensor", REASON),
    "POST /v1/licenses/<license_id>/breaches/<breach_id>/dispute": own("licensor", REASON),
    "POST /v1/licenses/<license_id>/breaches/<breach_id>/withdrawal": own("licensor", REASON),
    "GET /v1/licenses/<license_id>/tollings": own("licensee"),
    "POST /v1/licenses/<license_id>/tollings": own("licensee", {}),
    "POST /v1/licenses/<license_id>/tollings/<tolling_id>/acceptance": own("licensor", {"terms_sha256": "0" * 64}),
    # pages
    "GET /licenses/<license_id>/files": page_own("licensor"),
    "GET /licenses/<license_id>/standing": page_own("licensee"),
    "POST /licenses/<license_id>/standing": page_own("licensor", {"action": "suspend", **REASON}),
    "POST /licenses/<license_id>/standing/termination": page_own("licensor", {"confirmed": "yes", **REASON}),
    "POST /licenses/<license_id>/standing/breaches": page_own("licensor", BREACH),
    "POST /licenses/<license_id>/standing/breaches/<breach_id>": page_own(
        "licensor", {"action": "withdraw", "text": "No."}
    ),
    "POST /licenses/<license_id>/standing/tollings": page_own("licensee"),
    "GET /my/licenses": page_side("licensor"),
}
