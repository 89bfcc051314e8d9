"""The root and the signers of marks at rest: made when needed, rotated, encrypted, withdrawn.

Everything here is machine time: certificates are judged by the clocks of whoever reads a file. A signer's key signs
for `SIGNS_FOR` and is then erased; what it signed stays trusted as long as its certificate lasts.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import Fernet
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure.db.database import Database
from app.infrastructure.db.insert_once import insert_once
from app.infrastructure.derived_keys import key_for
from app.licensing.marks.certificates import KeyPair, make_root, make_signer
from app.licensing.marks.models import MarkRoot, MarkSigner
from app.values.errors import NotFound

SIGNS_FOR = timedelta(days=14)
_ROOT = 1


@dataclass(frozen=True, slots=True)
class Signer:
    """What a mark is signed with."""

    id: str
    certificate_pem: str
    private_key_pem: str
    root_pem: str


def current_signer(*, session: Session, host: str, at: datetime) -> Signer:
    """Return the signer of this instant, in a writing session that makes it, and the root, where there is none."""
    root = session.exec(select(MarkRoot).where(MarkRoot.number == _ROOT).with_for_update()).first()
    if root is None:
        root = _make_root(session, host=host, at=at)
    found = _active(session, at) or _make_signer(session, root, host=host, at=at)
    assert found.private_key is not None  # noqa: S101  erased only after it has retired
    return Signer(found.id, found.certificate_pem, _opened(session, found.private_key), root.certificate_pem)


def root_pem(session: Session) -> str | None:
    """Return the certificate that marks are trusted by, once anything was ever signed."""
    return session.exec(select(MarkRoot.certificate_pem).where(MarkRoot.number == _ROOT)).first()


def ensure_root(*, database: Database, host: str, at: datetime) -> str:
    """Return the root's certificate to readers, who cannot make one."""
    with database.read() as session:
        found = root_pem(session)
    if found is not None:
        return found
    with database.write() as session:
        return current_signer(session=session, host=host, at=at).root_pem


def erase_retired(*, session: Session, at: datetime) -> int:
    """Erase the private keys that sign no more; return how many."""
    retired = select(MarkSigner).where(MarkSigner.retires_at <= at, col(MarkSigner.private_key).is_not(None))
    rows = session.exec(retired.with_for_update()).all()
    for row in rows:
        row.private_key = None
        session.add(row)
    return len(rows)


def every_signer(session: Session) -> Sequence[MarkSigner]:
    """Return all signers, the newest first."""
    return session.exec(select(MarkSigner).order_by(col(MarkSigner.id).desc())).all()


def withdraw_signer(*, session: Session, at: datetime, serial: str, reason: str = "") -> MarkSigner:
    """Trust a compromised key no more: it signs nothing, and of what it signed only the recorded files count.

    Raises: NotFound.
    """
    found = session.exec(select(MarkSigner).where(MarkSigner.serial == serial).with_for_update()).first()
    if found is None:
        raise NotFound("There is no such signer of marks.")
    if found.withdrawn_at is not None:
        return found
    found.withdrawn_at = at
    found.retires_at = min(found.retires_at, at)
    found.private_key = None
    session.add(found)
    session.flush()
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="mark_signer.withdrawn",
        subject_id=found.id,
        serial=serial,
        reason=reason,
    )
    return found


def _active(session: Session, at: datetime) -> MarkSigner | None:
    return session.exec(
        select(MarkSigner)
        .where(MarkSigner.retires_at > at, col(MarkSigner.private_key).is_not(None))
        .order_by(col(MarkSigner.retires_at).desc(), col(MarkSigner.id).desc())
    ).first()


def _make_root(session: Session, *, host: str, at: datetime) -> MarkRoot:
    """Make the root unless another process makes it at this moment: then wait for that one and take it."""
    made = make_root(host=host, at=at)
    row = MarkRoot(
        number=_ROOT,
        certificate_pem=made.certificate_pem,
        private_key=_closed(session, made.private_key_pem),
        created_at=at,
        expires_at=made.expires_at,
    )
    insert_once(session, row)
    return session.exec(select(MarkRoot).where(MarkRoot.number == _ROOT).with_for_update()).one()


def _make_signer(session: Session, root: MarkRoot, *, host: str, at: datetime) -> MarkSigner:
    issuer = KeyPair(root.certificate_pem, _opened(session, root.private_key), "", root.expires_at)
    made = make_signer(root=issuer, host=host, at=at)
    row = MarkSigner(
        serial=made.serial,
        certificate_pem=made.certificate_pem,
        private_key=_closed(session, made.private_key_pem),
        created_at=at,
        retires_at=at + SIGNS_FOR,
        expires_at=made.expires_at,
    )
    session.add(row)
    session.flush()
    return row


def _closed(session: Session, pem: str) -> str:
    return _cipher(session).encrypt(pem.encode()).decode()


def _opened(session: Session, text: str) -> str:
    return _cipher(session).decrypt(text.encode()).decode()


def _cipher(session: Session) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for(session, "mark signing keys at rest")))
