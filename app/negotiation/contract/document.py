"""The contract as a document, `contract_version` 1. Everything that the readable file says is in it.

{
 "contract_version": 1,
 "deal_id", "license_id", "offer_number",
 "amends": what the deal changes, as its terms say it, or null,
 "terms": the terms document as it was signed, "terms_sha256": the hash of its canonical JSON,
 "signatures": [{"party_id", "party_name", "side", "signer_name", "signed_at"}],    in the order of signing; the
     side is `licensor`, `licensee`, `assignor` or `co_holder`
 "signed_at": the instant of execution,
 "law": {"tables_version", "findings": [...]}     what was known of the law then, see `law.rules.findings`
}
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.law.rules.findings import Finding
from app.values.term import format_instant

CONTRACT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature: who signed for which party, and when."""

    party_id: str
    party_name: str
    signer_name: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Execution:
    """The circumstances of a deal that its terms do not hold."""

    deal_id: str
    license_id: str
    offer_number: int
    terms_sha256: str
    signed_at: datetime
    tables_version: str | None
    """Which edition of the law tables spoke; nothing where no finding was kept."""
    talked_as_licensee: str | None = None
    """The licensee's side of the talks: in an assignment, who hands the license on to the licensee of the terms."""


def contract_document(
    execution: Execution, terms: Mapping[str, Any], signatures: Iterable[Signed], findings: Sequence[Finding]
) -> dict[str, Any]:
    """Return the document of an executed deal, the same each time for the same facts."""
    return {
        "contract_version": CONTRACT_VERSION,
        "deal_id": execution.deal_id,
        "license_id": execution.license_id,
        "offer_number": execution.offer_number,
        "amends": terms.get("amends"),
        "terms": terms,
        "terms_sha256": execution.terms_sha256,
        "signatures": [_signature(signed, terms, execution) for signed in sorted(signatures, key=_order)],
        "signed_at": format_instant(execution.signed_at),
        "law": {
            "tables_version": execution.tables_version,
            "findings": [finding.as_json() for finding in findings],
        },
    }


def _order(signed: Signed) -> tuple[datetime, str, str]:
    return signed.signed_at, signed.party_id, signed.signer_name


def _signature(signed: Signed, terms: Mapping[str, Any], execution: Execution) -> dict[str, Any]:
    return {
        "party_id": signed.party_id,
        "party_name": signed.party_name,
        "side": _side(signed.party_id, terms, execution),
        "signer_name": signed.signer_name,
        "signed_at": format_instant(signed.signed_at),
    }


def _side(party_id: str, terms: Mapping[str, Any], execution: Execution) -> str:
    """Who signs beside those who made the bargain holds a part of the rights that are licensed."""
    for side in ("licensor", "licensee"):
        if terms[side]["id"] == party_id:
            return side
    return "assignor" if party_id == execution.talked_as_licensee else "co_holder"
