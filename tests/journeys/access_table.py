"""Who may use which route: one line for each, held against the app's own list of routes.

A new route needs a line here. `own(...)` and `page_own(...)` name the side whose object it is and, where the route
takes one, a payload that its owner could send, so that a stranger is refused for being a stranger.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Access(Enum):
    OPEN = "anybody, without a key"
    KEY = "any key; nothing of others is shown"
    OWN = "the parties of the object; for others it does not exist"
    ADMINISTRATOR = "administrators; others are forbidden"
    DEMONSTRATION = "administrators, and only where the service runs as a demonstration"
    PAGE_OPEN = "anybody with a browser"
    PAGE = "whoever has signed in"
    PAGE_OWN = "the parties of the object; for others there is no such page"
    PAGE_SIDE = "one side of the market; for the other there is no such page"

    @property
    def is_page(self) -> bool:
        return self.name.startswith("PAGE")


Payload = Callable[[Mapping[str, str]], dict[str, Any]]
"""Given the ids of the objects, the keyword arguments of a test client's call."""


@dataclass(frozen=True)
class Row:
    access: Access
    by: str = ""
    """Whose object it is: licensor, licensee or administrator."""
    payload: Payload = field(default=lambda _: {})
    objects: Mapping[str, str] = field(default_factory=dict)
    """Which object stands for a parameter of the path, where that is not the one of the same name."""


def own(by: str, payload: Payload | dict[str, Any] | None = None, **objects: str) -> Row:
    return Row(Access.OWN, by, _payload(payload), objects)


def administrator(payload: Payload | dict[str, Any] | None = None) -> Row:
    return Row(Access.ADMINISTRATOR, "administrator", _payload(payload))


def page_own(by: str, payload: dict[str, Any] | None = None, **objects: str) -> Row:
    return Row(Access.PAGE_OWN, by, lambda _: {"data": payload or {}}, objects)


def page_side(by: str, **objects: str) -> Row:
    return Row(Access.PAGE_SIDE, by, objects=objects)


def _payload(payload: Payload | dict[str, Any] | None) -> Payload:
    if callable(payload):
        return payload
    return (lambda _: {}) if payload is None else (lambda _: {"json": payload})


OPEN, KEY = Row(Access.OPEN), Row(Access.KEY)
DEMONSTRATION = Row(Access.DEMONSTRATION, "administrator", lambda _: {"json": {"move_to": "2030-01-01T00:00:00Z"}})
PAGE_OPEN, PAGE = Row(Access.PAGE_OPEN), Row(Access.PAGE)

REASON = {"reason": "For a good reason."}
TERMS_NAMED = {"offer_number": 1, "terms_sha256": "0" * 64}
COMPONENT = {"axes": ["scripted"], "media": ["game"], "territory": "+WORLD", "delivery": "export"}
USE = {"component": "voice", "axis": "scripted", "media": "game.scripted_performance", "territory": "DE"}
AVAILS = {
    "components": ["voice"],
    "axes": ["scripted"],
    "media": ["game"],
    "territory": "+WORLD -CN",
    "first_day": "2027-06-01",
    "last_day": "2027-12-31",
    "zone": "UTC",
}
TERMS = {
    "term": {"first_day": "2027-06-15", "last_day": "2027-12-31", "zone": "UTC"},
    "grants": [
        {
            "component": "voice",
            "axes": ["scripted"],
            "media": ["game.scripted_performance"],
            "territory": "+WORLD -US -CN",
        }
    ],
    "fee": {"amount_minor": 100, "currency": "USD"},
    "royalty": {"rate_bps": 250, "currency": "USD"},
    "survival": {"preset": "game"},
    "delivery": "export",
    "disclosure_label": "Digital replica",
    "credit_line": "By permission",
}


def request_for_a_license(ids: Mapping[str, str]) -> dict[str, Any]:
    """A request that names somebody's production."""
    return {
        "json": {
            "package_id": ids["listed_package_id"],
            "production_id": ids["production_id"],
            "intended_use": "Forty scripted lines of the harbor master in the second chapter, recorded once.",
            "terms": TERMS,
        }
    }


def upload(**fields: str) -> Payload:
    """A multipart form with a file."""

    def form(_ids: Mapping[str, str]) -> dict[str, Any]:
        content = io.BytesIO(b"%PDF-1.7\nLetters testamentary\n")
        return {"data": {"file": (content, "letters.pdf"), **fields}, "content_type": "multipart/form-data"}

    return form


USAGE_REPORT = upload(
    period_first_day="2026-07-01",
    period_last_day="2026-09-30",
    kind="original",
    layout="steam",
    mapping='{"701002": null}',
)

TABLE: dict[str, Row] = {
    # for everybody
    "GET /.well-known/jwks.json": OPEN,
    "GET /health/live": OPEN,
    "GET /health/ready": OPEN,
    "GET /metrics": OPEN,
    "GET /openapi.json": OPEN,
    "GET /static/<path:filename>": OPEN,
    "GET /v1/packages/<package_id>/assets/<asset_id>/preview": OPEN,
    "GET /v1/status-list": OPEN,
    "POST /webhooks/stripe": OPEN,  # proves itself by its signature
    # identity
    "GET /v1/me": KEY,
    "GET /v1/api-keys": KEY,
    "POST /v1/api-keys": KEY,
    "DELETE /v1/api-keys/<key_id>": own("licensor"),
    # parties
    "GET /v1/parties": KEY,
    "POST /v1/parties": administrator({"kind": "studio", "name": "N", "country": "US", "email": "a@example.com"}),
    "GET /v1/parties/<party_id>": own("licensor"),
    "GET /v1/parties/<party_id>/beneficiaries": own("licensor"),
    "PUT /v1/parties/<party_id>/beneficiaries": own(
        "licensor", lambda ids: {"json": {"shares": [{"party_id": ids["party_id"], "share_bps": 10_000}]}}
    ),
    "GET /v1/parties/<party_id>/connected-account": own("licensor"),
    "POST /v1/parties/<party_id>/connected-account": own("licensor", {}),
    "GET /v1/parties/<party_id>/tax-forms": own("licensor"),
    "POST /v1/parties/<party_id>/tax-forms": own(
        "licensor", {"kind": "w9", "country": "US", "signed_on": "2026-01-05"}
    ),
    "GET /v1/parties/<party_id>/withholding": own("licensor"),
    "GET /v1/tax-forms": KEY,
    "POST /v1/tax-forms/<tax_form_id>/confirmation": administrator(),
    "POST /v1/tax-forms/<tax_form_id>/revocation": own("licensor", REASON),
    "GET /v1/performers": KEY,
    "POST /v1/performers": KEY,
    "GET /v1/performers/<performer_id>": own("licensor", performer_id="unknown_performer_id"),
    "POST /v1/performers/<performer_id>/death": administrator({"died_on": "2026-01-05", **REASON}),
    "GET /v1/performers/<performer_id>/directives": own("licensor", performer_id="unknown_performer_id"),
    "POST /v1/performers/<performer_id>/directives": own(
        "licensor", {"wording": "No tobacco.", "categories": ["tobacco"]}
    ),
    "POST /v1/directives/<directive_id>/withdrawal": own("administrator", REASON),
    "GET /v1/performers/<performer_id>/statute-clocks": own("licensor", performer_id="unknown_performer_id"),
    "GET /v1/performers/<performer_id>/claim-registrations": own("licensor"),
    "POST /v1/performers/<performer_id>/claim-registrations": own(
        "licensor", {"jurisdiction": "US-CA", "registered_on": "2020-01-05", "number": "2020-17"}
    ),
    "GET /v1/performers/<performer_id>/use-evidence": own("licensor"),
    "POST /v1/performers/<performer_id>/use-evidence": own(
        "licensor", {"used_on": "2026-01-05", "description": "A poster, on sale in Nashville."}
    ),
    "GET /v1/law/postmortem": KEY,
    "GET /v1/law/consent": KEY,
    "GET /v1/law/withholding": KEY,
    "GET /v1/law/overrides": administrator(),
    "POST /v1/law/overrides": administrator(
        {"table": "consent", "row_key": "EU-50-1", "enforcement": "warn", **REASON}
    ),
    "POST /v1/law/overrides/<override_id>/end": administrator(REASON),
    "GET /v1/representations": KEY,
    "POST /v1/representations": KEY,
    "GET /v1/representations/<representation_id>": own("licensor"),
    "POST /v1/representations/<representation_id>/documents": own("licensor", upload(kind="court_order")),
    "GET /v1/representations/<representation_id>/documents/<document_id>/content": own("licensor"),
    "POST /v1/representations/<representation_id>/verification": administrator(
        {"decision": "failed", "reason": "The letters are forged."}
    ),
    "GET /v1/representations/<representation_id>/history": own("licensor"),
    "POST /v1/representations/<representation_id>/failure": administrator(
        {"as_of": "2026-01-01T00:00:00Z", **REASON}
    ),
    "POST /v1/representations/<representation_id>/restoration": administrator(REASON),
    "GET /v1/representations/<representation_id>/consents": own("licensor"),
    "POST /v1/representations/<representation_id>/consents": own(
        "licensor", lambda ids: {"json": {"licensor_party_id": ids["party_id"]}}
    ),
    "POST /v1/representations/<representation_id>/consents/<consent_id>/withdrawal": own("licensor", {}),
    "GET /v1/performers/<performer_id>/authority": own("licensor", performer_id="unknown_performer_id"),
    "GET /v1/performers/<performer_id>/authority-history": own("licensor"),
    "GET /v1/performers/<performer_id>/quorum-rules": own("licensor"),
    "PUT /v1/performers/<performer_id>/quorum-rules": administrator({"rule": "all", **REASON}),
    # catalog and moderation
    "GET /v1/packages": KEY,
    "POST /v1/packages": KEY,
    "GET /v1/packages/<package_id>": own("licensor"),
    "PATCH /v1/packages/<package_id>": own(
        "licensor", lambda _: {"json": {"title": "Mine now"}, "headers": {"If-Match": '"read-before"'}}
    ),
    "PUT /v1/packages/<package_id>/components/<any(face, voice, behavior):component>": own("licensor", COMPONENT),
    "DELETE /v1/packages/<package_id>/components/<any(face, voice, behavior):component>": own("licensor"),
    "POST /v1/packages/<package_id>/components/<any(face, voice, behavior):component>/assets": own(
        "licensor", upload(purpose="deliverable")
    ),
    "DELETE /v1/packages/<package_id>/assets/<asset_id>": own("licensor"),
    "PUT /v1/packages/<package_id>/rate-card": own("licensor", {"lines": []}),
    "POST /v1/packages/<package_id>/submission": own("licensor", {}),
    "POST /v1/packages/<package_id>/withdrawal": own("licensor", REASON),
    "POST /v1/packages/<package_id>/review-decision": administrator({"decision": "rejected", **REASON}),
    "GET /v1/listing-reviews": KEY,
    "GET /v1/authority-cases": administrator(),
    "GET /v1/authority-cases/<case_id>": administrator(),
    "GET /v1/authority-cases/<case_id>/licenses": administrator(),
    "GET /v1/authority-cases/<case_id>/deliveries": administrator(),
    "GET /v1/authority-cases/<case_id>/payments": administrator(),
    "GET /v1/authority-cases/<case_id>/negotiations": administrator(),
    # rights: of what is not listed nobody learns whether it is free
    "POST /v1/packages/<package_id>/avails": own("licensor", AVAILS),
    "POST /v1/packages/<package_id>/indicative-price": own(
        "licensor", {name: AVAILS[name] for name in ("components", "axes", "media", "first_day", "last_day")}
    ),
    "POST /v1/avails": Row(Access.KEY, payload=_payload(AVAILS)),
    "GET /v1/packages/<package_id>/restrictions": own("licensor"),
    "POST /v1/packages/<package_id>/restrictions": own("licensor", {"kind": "holdback", "components": ["voice"]}),
    "POST /v1/restrictions/<restriction_id>/release": own("licensor", REASON),
    "GET /v1/packages/<package_id>/holds": own("licensor"),
    "GET /v1/milestones": KEY,
    "POST /v1/milestones": KEY,
    "POST /v1/milestones/<milestone_id>/expectation": own("licensor", {"earliest_on": None}),
    "POST /v1/milestones/<milestone_id>/occurrence": own("licensor", {"happened_on": "2026-01-01"}),
    "POST /v1/milestones/<milestone_id>/cancellation": own("licensor", REASON),
    # negotiation
    "GET /v1/productions": KEY,
    "POST /v1/productions": KEY,
    "GET /v1/productions/<production_id>": own("licensee"),
    "GET /v1/negotiations": KEY,
    "POST /v1/negotiations": own("licensee", request_for_a_license),
    "GET /v1/negotiations/<negotiation_id>": own("licensee"),
    "POST /v1/negotiations/<negotiation_id>/offers": own("licensor", {"terms": TERMS}),
    "GET /v1/negotiations/<negotiation_id>/offers/<int(min=1, max=1000000):number>": own("licensor"),
    "GET /v1/negotiations/<negotiation_id>/offers/<int(min=1, max=1000000):before>"
    "/difference/<int(min=1, max=1000000):after>": own("licensor"),
    "POST /v1/negotiations/<negotiation_id>/acceptance": own("licensor", TERMS_NAMED),
    "POST /v1/negotiations/<negotiation_id>/projections": own("licensor", {"terms": TERMS}),
    "POST /v1/licenses/<license_id>/projections": own("licensee", {}),
    "POST /v1/negotiations/<negotiation_id>/decline": own("licensor", REASON),
    "POST /v1/negotiations/<negotiation_id>/withdrawal": own("licensee", {}),
    "GET /v1/negotiations/<negotiation_id>/hold": own("licensor"),
    "POST /v1/negotiations/<negotiation_id>/hold": own("licensee", {}),
    "POST /v1/negotiations/<negotiation_id>/hold/release": own("licensee"),
    "POST /v1/negotiations/<negotiation_id>/hold/challenge": own("licensee", {}),
    "POST /v1/negotiations/<negotiation_id>/hold/match": own("licensee"),
    # money
    "GET /v1/charges": KEY,
    "GET /v1/charges/<charge_id>": own("licensee"),
    "POST /v1/charges/<charge_id>/checkout": own("licensee", {}),
    "GET /v1/ledger": administrator(),
    # licensing
    "GET /v1/licenses": KEY,
    "GET /v1/licenses/<license_id>": own("licensee"),
    "GET /v1/licenses/<license_id>/assets": own("licensee"),
    "GET /v1/licenses/<license_id>/dues": own("licensor"),
    "GET /v1/licenses/<license_id>/history": own("licensor"),
    "POST /v1/licenses/<license_id>/credential": own("licensee", {}),
    "POST /v1/licenses/<license_id>/decision": own("licensee", USE),
    # royalties
    "GET /v1/licenses/<license_id>/usage-reports": own("licensee"),
    "POST /v1/licenses/<license_id>/usage-reports": own("licensee", USAGE_REPORT),
    "GET /v1/usage-reports/<report_id>": own("licensee"),
    "GET /v1/usage-reports/<report_id>/lines": own("licensee"),
    "POST /v1/royalty-runs": administrator({"period": "2026-Q3"}),
    "GET /v1/payout-holds": KEY,
    "GET /v1/statements": KEY,
    "GET /v1/statements/<statement_id>": own("licensor"),
    "GET /v1/statements/<statement_id>/document": own("licensor"),
    "GET /v1/statements/<statement_id>/lines": own("licensor"),
    "GET /v1/statements/<statement_id>/lines/<line_id>/report-lines": own("licensor"),
    # the demonstration
    "GET /v1/demo/clock": DEMONSTRATION,
    "POST /v1/demo/clock": DEMONSTRATION,
    # pages for everybody
    "GET /": PAGE_OPEN,
    "GET /catalog": PAGE_OPEN,
    "GET /docs": PAGE_OPEN,
    "GET /packages/<package_id>": Row(Access.PAGE_OPEN, objects={"package_id": "listed_package_id"}),
    "GET /packages/<package_id>/portrait.svg": Row(Access.PAGE_OPEN, objects={"package_id": "listed_package_id"}),
    "GET /sign-in": PAGE_OPEN,
    "POST /sign-in": PAGE_OPEN,
    "POST /sign-out": PAGE_OPEN,
    # pages for whoever has signed in
    "GET /licenses": PAGE,
    "GET /licenses/<license_id>": page_own("licensee"),
    "POST /licenses/<license_id>/credential": page_own("licensee"),
    "POST /licenses/<license_id>/files": page_own("licensee"),
    "GET /deliveries/<delivery_id>": page_own("licensee"),
    "GET /negotiations": PAGE,
    "GET /negotiations/<negotiation_id>": page_own("licensee"),
    "GET /negotiations/<negotiation_id>/projection": page_own("licensee"),
    "POST /negotiations/<negotiation_id>/accept": page_own("licensor"),
    "GET /negotiations/<negotiation_id>/counter": page_own("licensor"),
    "POST /negotiations/<negotiation_id>/counter": page_own("licensor"),
    "POST /negotiations/<negotiation_id>/decline": page_own("licensor", REASON),
    "POST /negotiations/<negotiation_id>/withdraw": page_own("licensee"),
    # pages of the licensee
    "POST /negotiations/<negotiation_id>/hold": page_own("licensee", {"lasts_days": "3"}),
    "POST /negotiations/<negotiation_id>/hold/release": page_own("licensee"),
    "POST /negotiations/<negotiation_id>/hold/challenge": page_own("licensee", {"respond_within_hours": "48"}),
    "POST /negotiations/<negotiation_id>/hold/match": page_own("licensee"),
    "GET /licenses/<license_id>/report": page_own("licensee"),
    "POST /licenses/<license_id>/report": page_own("licensee"),
    "GET /packages/<package_id>/request": page_side("licensee", package_id="listed_package_id"),
    "POST /packages/<package_id>/request": page_side("licensee", package_id="listed_package_id"),
    "POST /packages/<package_id>/request/check": page_side("licensee", package_id="listed_package_id"),
    "GET /payments": page_side("licensee"),
    "POST /payments/<charge_id>": page_own("licensee"),
    "POST /productions": page_side("licensee"),
    # pages of the licensor
    "GET /my/packages": page_side("licensor"),
    "GET /avails": PAGE,
    "GET /performers": page_side("licensor"),
    "POST /performers": page_side("licensor"),
    "GET /performers/<performer_id>": page_own("licensor", performer_id="unknown_performer_id"),
    "POST /performers/<performer_id>/representations": page_side("licensor"),
    "POST /performers/<performer_id>/directives": page_own("licensor", {"wording": "No."}),
    "POST /performers/<performer_id>/directives/<directive_id>/withdrawal": page_own("administrator", REASON),
    "POST /performers/<performer_id>/claims": page_own(
        "licensor", {"jurisdiction": "US-CA", "registered_on": "2026-01-05", "number": "7"}
    ),
    "POST /performers/<performer_id>/evidence": page_own(
        "licensor", {"used_on": "2026-01-05", "description": "A broadcast."}
    ),
    "POST /performers/<performer_id>/quorum": page_side("administrator"),
    "POST /performers/<performer_id>/death": page_side("administrator"),
    "GET /representations/<representation_id>": page_own("licensor"),
    "POST /representations/<representation_id>/documents": page_own("licensor"),
    "GET /representations/<representation_id>/documents/<document_id>": page_own("licensor"),
    "POST /representations/<representation_id>/consents": page_own("licensor", {"licensor_party_id": "pty_x"}),
    "POST /representations/<representation_id>/consents/<consent_id>/withdrawal": page_own("licensor"),
    "POST /representations/<representation_id>/decision": page_side("administrator"),
    "POST /representations/<representation_id>/failure": page_side("administrator"),
    "POST /representations/<representation_id>/restoration": page_side("administrator"),
    "GET /packages/<package_id>/book": page_own("licensor"),
    "POST /packages/<package_id>/book/restrictions": page_own("licensor"),
    "POST /packages/<package_id>/book/restrictions/<restriction_id>/release": page_own("licensor", REASON),
    "POST /packages/<package_id>/book/milestones": page_own("licensor"),
    "POST /packages/<package_id>/book/milestones/<milestone_id>": page_own("licensor"),
    "POST /packages/<package_id>/book/milestones/<milestone_id>/cancellation": page_own("licensor", REASON),
    "GET /payouts": page_side("licensor"),
    "POST /payouts": page_side("licensor"),
    "POST /payouts/tax-form": page_side("licensor"),
    "GET /statements": page_side("licensor"),
    "GET /statements/<statement_id>": page_own("licensor"),
    "GET /statements/<statement_id>/lines/<line_id>": page_own("licensor"),
    # pages of the operator
    "GET /reviews": page_side("administrator"),
    "GET /reviews/<package_id>": page_own("administrator", package_id="submitted_package_id"),
    "POST /reviews/<package_id>": page_own("administrator", package_id="submitted_package_id"),
    "GET /authority": page_side("administrator"),
    "GET /authority-cases": page_side("administrator"),
    "GET /authority-cases/<case_id>": page_own("administrator"),
    "GET /law": page_side("administrator"),
    "POST /law/overrides": page_side("administrator"),
    "POST /law/overrides/<override_id>/end": page_side("administrator"),
    "GET /clock": page_side("administrator"),
    "POST /clock": page_side("administrator"),
    "GET /tax-forms": page_side("administrator"),
    "POST /tax-forms/<tax_form_id>": page_own("administrator"),
    "GET /runs": page_side("administrator"),
    "POST /runs": page_side("administrator"),
}
