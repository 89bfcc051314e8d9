"""Record changes; verify that the record is whole.

Records gather in the session and are written just before it commits, under the lock of the head row, so that
the chain has one order and no change waits for another longer than its commit.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import event
from sqlmodel import Session, col, select

from app.audit.models import AuditHead, AuditRecord
from app.infrastructure.derived_keys import key_for
from app.values.canonical import canonical_bytes
from app.values.term import format_instant

BATCH = 1000
SEAL = "audit seal"


class Author(Protocol):
    """Whoever acts: see `app.identity.actor.Actor`."""

    @property
    def label(self) -> str: ...

    @property
    def party_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the trail is whole; if not, the first position that does not hold."""

    is_whole: bool
    records: int
    broken_at: int | None = None


def record(*, session: Session, actor: Author, at: datetime, action: str, subject_id: str, **detail: Any) -> None:
    """Note a change in the trail; `detail` holds JSON values (integers, text, lists, mappings), never secrets."""
    entry = AuditRecord(
        position=0,
        recorded_at=at,
        actor=actor.label,
        party_id=actor.party_id,
        action=action,
        subject_id=subject_id,
        detail=canonical_bytes(detail).decode(),
        seal="",
    )
    pending = session.info.setdefault("audit_pending", [])
    if not pending:
        event.listen(session, "before_commit", _append, once=True)
        event.listen(session, "after_soft_rollback", _discard, once=True)
    pending.append(entry)


def _discard(session: Session, *_: object) -> None:
    session.info.pop("audit_pending", None)
    if event.contains(session, "before_commit", _append):
        event.remove(session, "before_commit", _append)


def _append(session: Session) -> None:
    pending: list[AuditRecord] = session.info.pop("audit_pending", [])
    if not pending:
        return
    session.flush()
    key = key_for(session, SEAL)
    head = session.get(AuditHead, 1, with_for_update=True) or AuditHead()
    for entry in pending:
        head.position += 1
        entry.position = head.position
        head.seal = entry.seal = _seal(key, entry, head.seal)
        session.add(entry)
    head.head_seal = _seal_head(key, head)
    session.add(head)
    session.flush()


def verify(*, session: Session) -> Verdict:
    """Walk the whole trail in batches and say whether every record, their order and their number hold."""
    key = key_for(session, SEAL)
    head = session.get(AuditHead, 1) or AuditHead()
    if head.position and not hmac.compare_digest(head.head_seal, _seal_head(key, head)):
        return Verdict(is_whole=False, records=head.position, broken_at=head.position)
    seal, position = "", 0
    while True:
        page = select(AuditRecord).where(col(AuditRecord.position) > position)
        rows = session.exec(page.order_by(col(AuditRecord.position)).limit(BATCH)).all()
        for row in rows:
            position += 1
            seal = _seal(key, row, seal)
            if row.position != position or not hmac.compare_digest(row.seal, seal):
                return Verdict(is_whole=False, records=head.position, broken_at=position)
        session.expunge_all()
        if len(rows) < BATCH:
            break
    whole = position == head.position and seal == head.seal
    return Verdict(is_whole=whole, records=head.position, broken_at=None if whole else position + 1)


def _seal(key: bytes, entry: AuditRecord, before: str) -> str:
    content = {
        "position": entry.position,
        "recorded_at": format_instant(entry.recorded_at),
        "actor": entry.actor,
        "party_id": entry.party_id,
        "action": entry.action,
        "subject_id": entry.subject_id,
        "detail": json.loads(entry.detail),
        "before": before,
    }
    return hmac.new(key, canonical_bytes(content), hashlib.sha256).hexdigest()


def _seal_head(key: bytes, head: AuditHead) -> str:
    return hmac.new(key, f"head {head.position} {head.seal}".encode(), hashlib.sha256).hexdigest()
