"""Hold and release what licenses earn that were signed under an authority now said to be void."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from app.royalties.models import PayoutHold, StatementShare
from app.royalties.service.funding import lock_licenses
from app.royalties.service.gate import end_holds, record
from app.royalties.service.shares import take_back
from app.royalties.states import HoldKind, ShareStatus


def hold_for_authority(
    *, session: Session, at: datetime, license_ids: Iterable[str], representation_id: str, reason: str
) -> int:
    """Hold what these licenses earn, until the authority is restored; return how many were not held for it before.

    `reason` is a sentence for the estate and its beneficiaries. Asked again, nothing changes. What was handed to
    payments is taken back, unless it is on its way already.
    """
    wanted = set(license_ids)
    lock_licenses(session, wanted)
    standing = select(PayoutHold.license_id).where(
        col(PayoutHold.license_id).in_(wanted),
        PayoutHold.representation_id == representation_id,
        col(PayoutHold.released_at).is_(None),
    )
    fresh = sorted(wanted - {license_id for license_id in session.exec(standing) if license_id})
    for license_id in fresh:
        session.add(
            PayoutHold(
                kind=HoldKind.AUTHORITY,
                license_id=license_id,
                representation_id=representation_id,
                reason=reason,
                since_at=at,
            )
        )
    session.flush()
    if fresh:
        record(session, at, "payouts.held", representation_id, reason=reason, license_ids=fresh)
    handed_over = select(StatementShare).where(
        col(StatementShare.license_id).in_(fresh), StatementShare.status == ShareStatus.REQUESTED
    )
    take_back(session=session, at=at, shares=session.exec(handed_over).all(), reason=reason)
    return len(fresh)


def release_authority_hold(*, session: Session, at: datetime, representation_id: str, reason: str) -> int:
    """End the holds for an authority; return for how many licenses. What nothing else holds goes on by itself."""
    ended = end_holds(
        session,
        at,
        reason,
        PayoutHold.kind == HoldKind.AUTHORITY,
        PayoutHold.representation_id == representation_id,
    )
    if ended:
        licenses = [hold.license_id for hold in ended]
        record(session, at, "payouts.released", representation_id, reason=reason, license_ids=licenses)
    return len(ended)
