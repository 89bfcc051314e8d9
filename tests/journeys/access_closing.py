"""Who may use what happens around the end of a license: a part of the table of access."""

import io
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from app.infrastructure.http.context import Services
from app.licensing.closing.service.certificates import CertifiedCopy, declare_model, sign_certificate
from app.licensing.closing.service.evidence import file_evidence
from app.licensing.closing.states import DestructionMethod
from app.licensing.delivery.service import deliver_asset
from app.licensing.models import Delivery
from tests.factories.closing import step_duty
from tests.factories.royalties import REPORTED_AT, EarningLicense
from tests.journeys.access_table import KEY, PAGE, Row, own, page_own, upload

WINDING_DOWN: dict[str, Any] = {
    "days": 30,
    "steps": [{"step": "Take it out of the shop", "within_days": 14, "needs_evidence": True}],
}
MODEL = {"name": "voice-tuned-2", "sha256": "d" * 64}
SIGNED = {
    "officer_name": "Robin Example",
    "officer_title": "Head of Archives",
    "statement": "It is gone.",
    "copy": f"dlv_1 {'e' * 64}",
    "method": "erased",
    "destroyed_on": "2026-10-01",
}
DONE = {"text": "It is gone from the shop."}


def certificate(ids: Mapping[str, str]) -> dict[str, Any]:
    line = {
        "id": ids["delivery_id"],
        "sha256": ids["delivery_sha256"],
        "method": "erased",
        "destroyed_on": REPORTED_AT.date().isoformat(),
    }
    officer = {"officer_name": "Robin Example", "officer_title": "Head of Archives", "statement": "It is gone."}
    return {"json": officer | {"items": [line]}}


CLOSING: dict[str, Row] = {
    "GET /v1/duties": KEY,
    "GET /v1/duties/calendar.ics": KEY,
    "GET /v1/licenses/<license_id>/duties": own("licensee"),
    "GET /v1/licenses/<license_id>/duties.ics": own("licensor"),
    "POST /v1/licenses/<license_id>/duties/<duty_id>/evidence": own("licensee", upload(text="See the file.")),
    "POST /v1/licenses/<license_id>/duties/<duty_id>/evidence/<evidence_id>/answer": own(
        "licensor", {"verdict": "disputed", "reason": "It is still there."}
    ),
    "GET /v1/licenses/<license_id>/duties/<duty_id>/evidence/<evidence_id>/content": own("licensor"),
    "GET /v1/licenses/<license_id>/copies": own("licensor"),
    "POST /v1/licenses/<license_id>/derived-models": own("licensee", MODEL),
    "GET /v1/licenses/<license_id>/destruction-certificates": own("licensor"),
    "POST /v1/licenses/<license_id>/destruction-certificates": own("licensee", certificate),
    "GET /v1/licenses/<license_id>/destruction-certificates/<certificate_id>": own("licensor"),
    "GET /v1/licenses/<license_id>/destruction-certificates/<certificate_id>/document": own("licensee"),
    "GET /v1/licenses/<license_id>/destruction-certificates/<certificate_id>/document.pdf": own("licensor"),
    "GET /v1/licenses/<license_id>/sunset-notice": own("licensee"),
    "GET /calendar": PAGE,
    "GET /calendar.ics": PAGE,
    "GET /licenses/<license_id>/calendar": page_own("licensor"),
    "GET /licenses/<license_id>/calendar.ics": page_own("licensee"),
    "POST /licenses/<license_id>/calendar/<duty_id>/evidence": page_own("licensee", DONE),
    "GET /licenses/<license_id>/calendar/<duty_id>/evidence/<evidence_id>/file": page_own("licensor"),
    "POST /licenses/<license_id>/calendar/<duty_id>/evidence/<evidence_id>/answer": page_own(
        "licensor", {"verdict": "accepted"}
    ),
    "POST /licenses/<license_id>/calendar/models": page_own("licensee", MODEL),
    "POST /licenses/<license_id>/calendar/certificates": page_own("licensee", SIGNED),
    "GET /licenses/<license_id>/certificates/<certificate_id>": page_own("licensee"),
    "GET /licenses/<license_id>/certificates/<certificate_id>.pdf": page_own("licensor"),
    "GET /licenses/<license_id>/certificates/<certificate_id>/document.json": page_own("licensor"),
}


def closing_ids(session: Session, services: Services, license: EarningLicense) -> dict[str, str]:
    """Evidence of a step, and a certificate for another copy than the one that is still to be destroyed."""
    about: dict[str, Any] = {
        "session": session,
        "actor": license.studio,
        "at": REPORTED_AT,
        "license_id": license.id,
    }
    delivered = session.exec(select(Delivery).where(Delivery.license_id == license.id)).one()
    copy = deliver_asset(**about, asset_id=delivered.asset_id)
    duty = step_duty(session, license.id)
    evidence = file_evidence(
        **about,
        store=services.store,
        duty_id=duty.id,
        text="The shop without it.",
        stream=io.BytesIO(b"%PDF-1.7 a page"),
        filename="shop.pdf",
    )
    declare_model(**about, name="voice-tuned-1", sha256="c" * 64)
    signed = sign_certificate(
        **about,
        officer_name="Robin Example",
        officer_title="Head of Archives",
        statement="I saw it done.",
        items=[CertifiedCopy(copy.id, copy.sha256, DestructionMethod.ERASED, REPORTED_AT.date())],
    )
    return {
        "duty_id": duty.id,
        "evidence_id": evidence.id,
        "certificate_id": signed.certificate.id,
        "delivery_sha256": delivered.sha256,
    }
