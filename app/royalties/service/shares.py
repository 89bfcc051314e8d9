"""The way of a beneficiary's share: waiting for the licensee's money, held or handed to payments, sent."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from app.payments import service as payments
from app.payments.errors import AmountNotPayable
from app.royalties.models import StatementShare
from app.royalties.service.funding import locked_source
from app.royalties.service.gate import stopped
from app.royalties.states import ShareAction, ShareStatus, next_status
from app.values.errors import NotFound
from app.values.money import Money

_PREFIX = "share/"


def share_reference(share_id: str) -> str:
    """Return the name under which payments knows the transfer of a share."""
    return f"{_PREFIX}{share_id}"


def release_shares(*, session: Session, at: datetime, source: str) -> None:
    """The licensee's money came in: hand over every share that waited for it. Ignores payments of others."""
    paid = locked_source(session, source)
    if paid is None:
        return
    paid.captured_at = paid.captured_at or at
    session.add(paid)
    waiting = select(StatementShare).where(
        StatementShare.source == source, StatementShare.status == ShareStatus.AWAITING_FUNDS
    )
    request_shares(session=session, at=at, shares=session.exec(waiting.order_by(col(StatementShare.id))).all())


def request_shares(*, session: Session, at: datetime, shares: Iterable[StatementShare]) -> None:
    """Hand shares whose money is there to payments, which sends each when its beneficiary can be paid.

    Those that a hold stands in the way of wait here for its end.
    """
    ready = sorted(shares, key=lambda share: (share.source, share.id))  # charges are locked in one order
    waiting = stopped(session=session, at=at, shares=ready)
    for share in ready:
        if share.id in waiting:
            _hold(session, share)
            continue
        _advance(session, share, ShareAction.REQUEST)
        share.requested_at = at
        try:
            payments.request_transfer(
                session=session,
                at=at,
                reference=share_reference(share.id),
                party_id=share.beneficiary_party_id,
                charge_reference=share.source,
                money=Money(share.amount_minor, share.currency),
            )
        except AmountNotPayable as error:
            _advance(session, share, ShareAction.REJECT)
            share.rejection = error.detail


def take_back(*, session: Session, at: datetime, shares: Iterable[StatementShare], reason: str) -> None:
    """Hold shares that were handed to payments, except for those on their way already."""
    references = [share_reference(share.id) for share in shares]
    for reference in payments.hold_transfers(session=session, at=at, references=references, reason=reason):
        _hold(session, _share(session, reference))


def _hold(session: Session, share: StatementShare) -> None:
    if share.status is not ShareStatus.HELD:
        _advance(session, share, ShareAction.HOLD)


def note_sent(*, session: Session, at: datetime, reference: str) -> None:
    """A transfer went out; ignores those that are no shares."""
    if reference.startswith(_PREFIX):
        share = _share(session, reference)
        _advance(session, share, ShareAction.SEND)
        share.sent_at = at


def note_rejected(*, session: Session, reference: str, reason: str) -> None:
    """A transfer was refused for good; ignores those that are no shares. The amount stays owed."""
    if reference.startswith(_PREFIX):
        share = _share(session, reference)
        _advance(session, share, ShareAction.REJECT)
        share.rejection = reason


def _share(session: Session, reference: str) -> StatementShare:
    found = session.get(StatementShare, reference.removeprefix(_PREFIX), with_for_update=True)
    if found is None:
        raise NotFound(f"There is no {reference}.")
    return found


def _advance(session: Session, share: StatementShare, action: ShareAction) -> None:
    share.status = next_status(share.status, action)
    session.add(share)
