"""Money that is held: earnings of licenses under a failed authority, and of beneficiaries without a tax form."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure.db.insert_once import insert_once
from app.royalties.models import PayoutHold
from app.royalties.states import HoldKind


def hold_for_authority(
    *, session: Session, at: datetime, license_ids: Iterable[str], representation_id: str, reason: str
) -> int:
    """Hold what these licenses earn, until the authority is restored; return how many were not held for it before.

    `reason` is a sentence for the estate and its beneficiaries. Asked again, nothing changes.
    """
    held = 0
    for license_id in sorted(set(license_ids)):
        hold = PayoutHold(
            kind=HoldKind.AUTHORITY,
            license_id=license_id,
            representation_id=representation_id,
            reason=reason,
            since_at=at,
        )
        if insert_once(session, hold):
            held += 1
            audit.record(
                session=session, actor=SYSTEM, at=at, action="payout.held", subject_id=hold.id, reason=reason
            )
    return held


def release_authority_hold(*, session: Session, at: datetime, representation_id: str, reason: str) -> int:
    """End the holds for an authority; what waited goes on by itself. Return how many licenses were held for it."""
    holds = session.exec(
        select(PayoutHold)
        .where(PayoutHold.kind == HoldKind.AUTHORITY, PayoutHold.representation_id == representation_id)
        .where(col(PayoutHold.released_at).is_(None))
        .order_by(col(PayoutHold.id))
        .with_for_update()
    ).all()
    for hold in holds:
        hold.released_at, hold.release_reason = at, reason
        session.add(hold)
        audit.record(
            session=session, actor=SYSTEM, at=at, action="payout.released", subject_id=hold.id, reason=reason
        )
    return len(holds)
