"""Write the executed contract of a deal, once."""

import json
from datetime import datetime

from sqlmodel import Session, col, select

from app.infrastructure.db.insert_once import insert_once
from app.negotiation.contract.document import Execution, Signed, contract_document
from app.negotiation.contract.models import Contract, ContractFile
from app.negotiation.findings import kept_findings
from app.negotiation.models import Deal, DealFinding, Negotiation, Signature
from app.parties import queries as parties
from app.values.canonical import canonical_bytes, sha256_hex


def execute_contract(*, session: Session, deal_id: str) -> Contract:
    """Return the contract of a signed deal; written now, unless it has been.

    Part of the transaction that signs. For deals that were signed before contracts were kept, it is written when
    somebody first asks; the caller knows that the deal may be seen.
    """
    found = session.get(Contract, deal_id)
    if found is not None:
        return found
    deal = session.get_one(Deal, deal_id)
    terms = json.loads(deal.terms_json)
    version = select(DealFinding.tables_version).where(DealFinding.deal_id == deal_id).limit(1)
    execution = Execution(
        deal_id=deal.id,
        license_id=deal.license_id,
        offer_number=deal.offer_number,
        terms_sha256=deal.terms_sha256,
        signed_at=deal.signed_at,
        tables_version=session.exec(version).first(),
        talked_as_licensee=session.get_one(Negotiation, deal.negotiation_id).licensee_party_id,
    )
    signatures, findings = _signatures(session, deal_id), kept_findings(session, deal_id)
    document = contract_document(execution, terms, signatures, findings)
    insert_once(
        session,
        Contract(
            deal_id=deal.id,
            contract_json=canonical_bytes(document).decode(),
            contract_sha256=sha256_hex(document),
        ),
    )
    return session.get_one(Contract, deal_id)


def keep_file(*, session: Session, at: datetime, deal_id: str, sha256: str, size_bytes: int) -> ContractFile:
    """Note which stored file is the contract's; the first one stays, whoever comes second."""
    row = ContractFile(deal_id=deal_id, sha256=sha256, size_bytes=size_bytes, rendered_at=at)
    insert_once(session, row)
    return session.get_one(ContractFile, deal_id)


def _signatures(session: Session, deal_id: str) -> list[Signed]:
    rows = session.exec(select(Signature).where(Signature.deal_id == deal_id).order_by(col(Signature.id))).all()
    names = parties.party_names(session, [row.party_id for row in rows])
    return [Signed(row.party_id, names[row.party_id], row.signer_name, row.signed_at) for row in rows]
