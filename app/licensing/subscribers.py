"""What licensing does when features below it report."""

from datetime import datetime

from sqlmodel import Session

from app.licensing.service import authority, changes, lifecycle
from app.negotiation.events import DealChanged, DealSigned
from app.payments.events import PaymentCaptured


def on_deal_signed(*, session: Session, event: DealSigned, at: datetime) -> None:
    lifecycle.draft_license(session=session, at=at, deal=event)
    authority.note_authority(session=session, deal=event)


def on_deal_changed(*, session: Session, event: DealChanged, at: datetime) -> None:
    changes.adopt_terms(session=session, at=at, changed=event)


def on_payment_captured(*, session: Session, event: PaymentCaptured, at: datetime) -> None:
    lifecycle.note_payment(session=session, at=at, payment=event)
