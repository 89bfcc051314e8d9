"""Who may use the routes and pages of stamped media: a part of the table of access."""

import io
from collections.abc import Mapping
from typing import Any

from tests.factories.media import media
from tests.journeys.access_table import OPEN, PAGE_OPEN, USE, Row, own, page_own


def _picture(_ids: Mapping[str, str]) -> dict[str, Any]:
    file = (io.BytesIO(media("still.png")), "still.png")
    return {"data": {"file": file, **USE}, "content_type": "multipart/form-data"}


MARKS: dict[str, Row] = {
    "GET /v1/licenses/<license_id>/marks": own("licensor"),
    "POST /v1/licenses/<license_id>/marks": own("licensee", _picture),
    "GET /v1/marks/<mark_id>/content": own("licensee"),
    "POST /v1/mark-checks": OPEN,  # tells what the public record tells
    "GET /.well-known/c2pa-root.pem": OPEN,
    "GET /check-media": PAGE_OPEN,
    "POST /check-media": PAGE_OPEN,
    "GET /licenses/<license_id>/marks": page_own("licensor"),
    "POST /licenses/<license_id>/marks": page_own("licensee"),
    "GET /marks/<mark_id>": page_own("licensee"),
}
