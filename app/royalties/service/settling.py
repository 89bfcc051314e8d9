"""Bring what is held, and what is handed over, up to the holds as they are now.

Nothing that begins or ends a hold has to see every share at that moment, nor what happens beside it: what it missed
is found here, soon after and then every minute.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.royalties.models import PayoutHold, StatementShare
from app.royalties.service.funding import lock_sources
from app.royalties.service.gate import hold_without_tax_form, release_tax_form_holds
from app.royalties.service.shares import request_shares, take_back
from app.royalties.states import ShareStatus

BATCH = 200


def keep_back(*, session: Session, at: datetime) -> None:
    """Take back what waits at payments and may not go any more: a form ran out, or a transfer was refused late."""
    handed_over = select(StatementShare.beneficiary_party_id).where(StatementShare.status == ShareStatus.REQUESTED)
    hold_without_tax_form(session=session, at=at, party_ids=session.exec(handed_over.distinct()).all())
    rows = session.execute(
        sa.select(StatementShare, col(PayoutHold.reason))
        .join(PayoutHold, _concerns())
        .where(col(StatementShare.status) == ShareStatus.REQUESTED, col(PayoutHold.released_at).is_(None))
        .order_by(col(StatementShare.id))
    )
    by_reason: defaultdict[str, list[StatementShare]] = defaultdict(list)
    for share, reason in rows:
        by_reason[reason].append(share)
    for reason, shares in by_reason.items():
        take_back(session=session, at=at, shares=shares, reason=reason)


def let_go(*, session: Session, at: datetime) -> int:
    """Hand over a batch of shares that nothing holds any more; return how many were found, at most `BATCH`."""
    release_tax_form_holds(session=session, at=at)
    in_force = sa.exists().where(_concerns(), col(PayoutHold.released_at).is_(None))
    free = (
        select(StatementShare)
        .where(StatementShare.status == ShareStatus.HELD, ~in_force)
        .order_by(col(StatementShare.id))
        .limit(BATCH)
    )
    found = session.exec(free).all()
    lock_sources(session, {share.source for share in found})
    still_held = (
        select(StatementShare)
        .where(col(StatementShare.id).in_([share.id for share in found]), StatementShare.status == ShareStatus.HELD)
        .order_by(col(StatementShare.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    request_shares(session=session, at=at, shares=session.exec(still_held).all())
    session.flush()
    return len(found)


def _concerns() -> Any:
    """A hold is about a share: it holds the license's money, or the beneficiary's."""
    return sa.or_(
        col(PayoutHold.license_id) == col(StatementShare.license_id),
        col(PayoutHold.party_id) == col(StatementShare.beneficiary_party_id),
    )
