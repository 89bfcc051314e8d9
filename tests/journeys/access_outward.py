"""Who may use what tells others about a license: its public record. A part of the table of access."""

from tests.journeys.access_table import OPEN, PAGE_OPEN, Row, page_own

OUTWARD: dict[str, Row] = {
    "GET /v1/license-records/<license_id>": OPEN,  # tells what both sides agreed to be public
    "GET /verify/<license_id>": PAGE_OPEN,
    "GET /verify/<license_id>/qr.svg": PAGE_OPEN,
    "GET /verify/<license_id>/qr.png": PAGE_OPEN,
    "GET /licenses/<license_id>/record": page_own("licensor"),
}
