"""Executed contracts as documents, and their files, without a database."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from app.law.rules.findings import Finding
from app.negotiation.contract import pdf
from app.negotiation.contract.document import Execution, Signed, contract_document
from app.values.canonical import canonical_bytes, sha256_hex
from app.values.law.citation import Citation
from app.values.law.vocabulary import Confidence, Enforcement

SIGNED_AT = datetime(2026, 11, 20, 16, 4, 5, tzinfo=UTC)
CHECK_URL = "https://likeness.example/contract-check/"

FINDING = Finding(
    "EU-50-1",
    Enforcement.WARN,
    "Whoever shows a replica in the European Union labels it as made by artificial intelligence.",
    "Name a label.",
    Citation(
        "EU-50-1", "EU", "Regulation (EU) 2024/1689, Article 50(4)", "", next(iter(Confidence)), lawyer_confirm=True
    ),
)


def contract_bytes(terms: dict[str, Any], *, co_holder: str = "Verne Family Trust") -> bytes:
    """A contract of these terms, signed by the two sides and a co-holder between them."""
    execution = Execution("dea_1", "lic_1", 2, sha256_hex(terms), SIGNED_AT, "2026.1")
    signatures = [
        Signed("pty_heir", co_holder, "Paul Verne", datetime(2026, 11, 19, 16, 4, tzinfo=UTC)),
        Signed(terms["licensor"]["id"], terms["licensor"]["name"], "Margaret Verne", SIGNED_AT),
        Signed(
            terms["licensee"]["id"], terms["licensee"]["name"], "Dana Reyes", datetime(2026, 11, 18, tzinfo=UTC)
        ),
    ]
    return canonical_bytes(contract_document(execution, terms, signatures, [FINDING]))


def contract_pdf(content: bytes) -> bytes:
    sha256 = hashlib.sha256(content).hexdigest()
    return pdf.render(content, contract_sha256=sha256, check_url=CHECK_URL + sha256)
