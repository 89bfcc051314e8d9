"""What royalties does when features below it report."""

from datetime import datetime

from sqlmodel import Session

from app.licensing.events import FeeEarned
from app.payments.events import PaymentCaptured, TransferRejected, TransferSent
from app.royalties.service import fees, shares


def on_fee_earned(*, session: Session, event: FeeEarned, at: datetime) -> None:
    fees.note_fee(session=session, at=at, fee=event)


def on_payment_captured(*, session: Session, event: PaymentCaptured, at: datetime) -> None:
    shares.release_shares(session=session, at=at, source=event.reference)


def on_transfer_sent(*, session: Session, event: TransferSent, at: datetime) -> None:
    shares.note_sent(session=session, at=at, reference=event.reference)


def on_transfer_rejected(*, session: Session, event: TransferRejected, at: datetime) -> None:
    shares.note_rejected(session=session, reference=event.reference, reason=event.reason)
