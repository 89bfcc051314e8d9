"""Who may use the routes and pages of what two sides say to each other: a part of the table of access."""

from tests.journeys.access_table import REASON, Row, administrator, own, page_own, page_side, upload

DISCUSSION: dict[str, Row] = {
    "GET /v1/negotiations/<negotiation_id>/comments": own("licensor"),
    "POST /v1/negotiations/<negotiation_id>/comments": own("licensee", {"offer_number": 1, "text": "Hello."}),
    "GET /v1/negotiations/<negotiation_id>/agreed-fields": own("licensor"),
    "POST /v1/negotiations/<negotiation_id>/agreed-fields": own(
        "licensor", {"offer_number": 1, "pointer": "/fee", "value_sha256": "0" * 64}
    ),
    "POST /v1/negotiations/<negotiation_id>/agreed-fields/reopening": own(
        "licensor", {"pointer": "/fee", **REASON}
    ),
    "GET /v1/negotiations/<negotiation_id>/document-requests": own("licensor"),
    "POST /v1/negotiations/<negotiation_id>/document-requests": own("licensor", {"what": "The budget"}),
    "POST /v1/negotiations/<negotiation_id>/document-requests/<request_id>/decline": own("licensor", REASON),
    "POST /v1/negotiations/<negotiation_id>/document-requests/<request_id>/withdrawal": own("licensee", {}),
    "GET /v1/negotiations/<negotiation_id>/documents": own("licensor"),
    "POST /v1/negotiations/<negotiation_id>/documents": own("licensor", upload()),
    "GET /v1/negotiations/<negotiation_id>/documents/<document_id>/content": own(
        "licensor", document_id="shared_document_id"
    ),
    "GET /v1/negotiations/<negotiation_id>/inspections": own("licensor"),
    "POST /v1/negotiations/<negotiation_id>/inspections": administrator(REASON),
    "GET /v1/negotiations/<negotiation_id>/inspections/<inspection_id>": own("administrator"),
    "GET /v1/negotiations/<negotiation_id>/inspections/<inspection_id>/documents/<document_id>": own(
        "administrator", document_id="shared_document_id"
    ),
    # pages
    "POST /negotiations/<negotiation_id>/comments": page_own("licensee", {"offer_number": "1", "text": "Hello."}),
    "POST /negotiations/<negotiation_id>/agreed": page_own(
        "licensor", {"offer_number": "1", "pointer": "/fee", "value_sha256": "0" * 64}
    ),
    "POST /negotiations/<negotiation_id>/reopened": page_own("licensor", {"pointer": "/fee", **REASON}),
    "POST /negotiations/<negotiation_id>/document-requests": page_own("licensor", {"what": "The budget"}),
    "POST /negotiations/<negotiation_id>/document-requests/<request_id>/decline": page_own("licensor", REASON),
    "POST /negotiations/<negotiation_id>/document-requests/<request_id>/withdrawal": page_own("licensee"),
    "POST /negotiations/<negotiation_id>/documents": page_own("licensor"),
    "GET /negotiations/<negotiation_id>/documents/<document_id>": page_own(
        "licensor", document_id="shared_document_id"
    ),
    "GET /inspections": page_side("administrator"),
    "POST /inspections": page_side("administrator"),
    "GET /inspections/<inspection_id>": page_own("administrator"),
    "GET /inspections/<inspection_id>/documents/<document_id>": page_own(
        "administrator", document_id="shared_document_id"
    ),
}
