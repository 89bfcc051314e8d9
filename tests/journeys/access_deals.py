"""Who may use the routes and pages of signatures, signed deals and contracts: a part of the table of access."""

from tests.journeys.access_table import OPEN, PAGE_OPEN, REASON, TERMS, TERMS_NAMED, Row, own, page_own

DEALS: dict[str, Row] = {
    "POST /v1/negotiations/<negotiation_id>/holder-signatures": own("licensor", TERMS_NAMED),
    "POST /v1/negotiations/<negotiation_id>/holder-refusals": own("licensor", TERMS_NAMED | REASON),
    "GET /v1/deals/<deal_id>": own("licensor"),
    "GET /v1/deals/<deal_id>/contract": own("licensor"),
    "GET /v1/deals/<deal_id>/contract.pdf": own("licensee"),
    "GET /v1/deals/<deal_id>/versions": own("licensor"),
    "POST /v1/deals/<deal_id>/amendments": own("licensor", {"terms": TERMS}),
    "POST /v1/deals/<deal_id>/assignments": own("licensee", {"assignee_party_id": "pty_1"}),
    "POST /v1/deals/<deal_id>/extensions": own("licensee"),
    "POST /v1/deals/<deal_id>/renewals": own("licensor", {"terms": TERMS}),
    "POST /v1/deals/<deal_id>/terminations": own("licensor", {"last_day": "2026-12-01"}),
    "POST /v1/contract-checks": OPEN,  # tells nothing about parties and terms
    "GET /contract-check": PAGE_OPEN,
    "POST /contract-check": PAGE_OPEN,
    "GET /contract-check/<sha256>": PAGE_OPEN,
    "GET /deals/<deal_id>/contract.json": page_own("licensor"),
    "GET /deals/<deal_id>/contract.pdf": page_own("licensee"),
    "GET /licenses/<license_id>/amendment": page_own("licensee"),
    "POST /licenses/<license_id>/amendment": page_own("licensor"),
    "GET /licenses/<license_id>/renewal": page_own("licensor"),
    "POST /licenses/<license_id>/renewal": page_own("licensee"),
    "POST /licenses/<license_id>/early-end": page_own("licensor", {"last_day": "2026-12-01"}),
    "POST /licenses/<license_id>/assignment": page_own("licensee", {"assignee_party_id": "pty_1"}),
    "POST /licenses/<license_id>/extension": page_own("licensee"),
    "POST /negotiations/<negotiation_id>/sign": page_own("licensor"),
    "POST /negotiations/<negotiation_id>/refuse": page_own("licensor", REASON),
}
