"""The contract's PDF: made when somebody first asks for it or right after signing, and kept.

It is made outside of any transaction. Two who ask at once make the same bytes, and one of them is noted.
"""

import io
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.negotiation.contract import pdf, service
from app.negotiation.contract.models import Contract, ContractFile

MOST_BYTES = 64 << 20
MEDIA_TYPE = "application/pdf"
CHECK_PATH = "/contract-check/"
"""Where a page tells anybody about a contract by its hash; files that people hold name it."""


@dataclass(slots=True)
class StoredContract:
    """What is needed to send the file."""

    filename: str
    media_type: str
    sha256: str
    size_bytes: int


def executed_contract(services: Services, deal_id: str) -> Contract:
    """Return the contract of a deal of which the caller knows that the asker may see it."""
    with services.database.read() as session:
        found = session.get(Contract, deal_id)
    if found is not None:
        return found
    with services.database.write() as session:
        made = service.execute_contract(session=session, deal_id=deal_id)
        session.flush()
        session.expunge(made)
    return made


def contract_file(services: Services, deal_id: str, *, at: datetime) -> StoredContract:
    """Return the contract's PDF, made and stored now unless it has been; the caller has looked who asks."""
    with services.database.read() as session:
        found = session.get(ContractFile, deal_id)
        if found is not None:
            return _sendable(found)
    contract = executed_contract(services, deal_id)
    content = pdf.render(
        contract.contract_json.encode(),
        contract_sha256=contract.contract_sha256,
        check_url=f"{services.settings.public_url}{CHECK_PATH}{contract.contract_sha256}",
    )
    stored = services.store.put(io.BytesIO(content), max_bytes=MOST_BYTES)
    with services.database.write() as session:
        return _noted(session, at, deal_id, sha256=stored.sha256, size_bytes=stored.size_bytes)


def _noted(session: Session, at: datetime, deal_id: str, *, sha256: str, size_bytes: int) -> StoredContract:
    return _sendable(
        service.keep_file(session=session, at=at, deal_id=deal_id, sha256=sha256, size_bytes=size_bytes)
    )


def _sendable(row: ContractFile) -> StoredContract:
    return StoredContract(f"contract-{row.deal_id}.pdf", MEDIA_TYPE, row.sha256, row.size_bytes)
