"""Say of a file or a hash whether it is a contract of this service. Open to anybody: nothing about the parties or
their terms is told, and nothing that was sent is kept or repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.negotiation.contract.models import Contract, ContractFile
from app.negotiation.contract.reading import read_file
from app.negotiation.contract.states import CheckVerdict
from app.negotiation.models import Deal, DealVersion


@dataclass(frozen=True, slots=True)
class CheckedContract:
    """What anybody who holds a contract may know of it."""

    deal_id: str
    signed_at: datetime
    contract_sha256: str
    terms_sha256: str
    is_amended: bool
    """Whether a later deal changes, extends, ends or hands over what was executed here."""


@dataclass(frozen=True, slots=True)
class ContractCheck:
    verdict: CheckVerdict
    sentence: str
    contract: CheckedContract | None


_UNKNOWN = ContractCheck(
    CheckVerdict.UNKNOWN,
    "This is no contract of this service, or it was changed since. Ask a party of the contract for the file anew.",
    None,
)


def check_hash(session: Session, sha256: str) -> ContractCheck:
    """Check the SHA-256 of a contract document, or of the file made of it."""
    found = _by_document(session, [sha256])
    if found is not None:
        return ContractCheck(CheckVerdict.GENUINE, "A contract with this hash was executed here.", found)
    found = _by_file(session, sha256)
    if found is not None:
        return ContractCheck(CheckVerdict.GENUINE, "The file with this hash is a contract made here.", found)
    return _UNKNOWN


def check_file(session: Session, content: bytes) -> ContractCheck:
    """Check a file: the contract's PDF, or its document."""
    read = read_file(content)
    found = _by_file(session, read.sha256)
    if found is not None:
        return ContractCheck(CheckVerdict.GENUINE, "This file is, byte for byte, the contract made here.", found)
    document = _by_document(session, [read.sha256, *([read.document_sha256] if read.document_sha256 else [])])
    if document is not None:
        return _of_document(read.sha256, document)
    attached = _by_document(session, read.attached)
    if attached is not None:
        sentence = (
            "These bytes were not made here, so what the pages show may have been changed. A document attached to "
            "them is the contract that was executed here, unchanged: ask a party for the file anew."
        )
        return ContractCheck(CheckVerdict.CHANGED_COPY, sentence, attached)
    named = _by_document(session, read.named)
    if named is not None:
        sentence = (
            "These bytes were not made here, so what they show may have been changed. The file names a contract "
            "that was executed here: rely only on a copy from one of its parties that is found genuine."
        )
        return ContractCheck(CheckVerdict.CHANGED_COPY, sentence, named)
    return _UNKNOWN


def _of_document(sha256: str, found: CheckedContract) -> ContractCheck:
    if sha256 == found.contract_sha256:
        sentence = "This document is, byte for byte, the contract that was executed here."
    else:
        sentence = "This document says the same as the contract that was executed here, only spaced differently."
    return ContractCheck(CheckVerdict.GENUINE, sentence, found)


def _by_document(session: Session, hashes: Sequence[str]) -> CheckedContract | None:
    return _checked(session, col(Contract.contract_sha256).in_(hashes)) if hashes else None


def _by_file(session: Session, sha256: str) -> CheckedContract | None:
    files = select(ContractFile.deal_id).where(ContractFile.sha256 == sha256)
    return _checked(session, col(Contract.deal_id).in_(files))


def _checked(session: Session, which: sa.ColumnElement[bool]) -> CheckedContract | None:
    columns = sa.select(
        col(Deal.id), col(Deal.signed_at), col(Deal.terms_sha256), col(Contract.contract_sha256)
    ).join(Contract, col(Contract.deal_id) == col(Deal.id))
    row = session.execute(columns.where(which).order_by(col(Deal.id)).limit(1)).first()
    if row is None:
        return None
    return CheckedContract(
        row.id, row.signed_at, row.contract_sha256, row.terms_sha256, _is_amended(session, row.id)
    )


def _is_amended(session: Session, deal_id: str) -> bool:
    """Say whether a deal was signed after this one that changes the license it made or changed."""
    this = aliased(DealVersion)
    later = (
        select(DealVersion.deal_id)
        .join(this, col(this.license_id) == col(DealVersion.license_id))
        .where(this.deal_id == deal_id, col(DealVersion.version) > col(this.version))
    )
    return session.exec(later.limit(1)).first() is not None
