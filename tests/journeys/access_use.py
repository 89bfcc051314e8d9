"""Who may use what systems ask while they use a license. A part of the table of access."""

from tests.journeys.access_table import USE, Access, Row, own

IN_USE: dict[str, Row] = {
    "GET /v1/licenses/<license_id>/check-ins": own("licensor"),
    "POST /v1/licenses/<license_id>/check-ins": own("licensee", {"client": "Harbor server", "build": "1.4.2"}),
    "GET /v1/licenses/<license_id>/guard-list": own("licensee"),
    "POST /v1/decisions": Row(
        Access.KEY, payload=lambda ids: {"json": {"uses": [USE | {"license_id": ids["license_id"]}]}}
    ),
}
