"""What the standing of licenses does when others report."""

from datetime import datetime

from sqlmodel import Session

from app.licensing.dues.queries import license_owing
from app.licensing.events import LicenseActivated
from app.licensing.standing.service import disputes, tolling
from app.negotiation.events import DealChanged
from app.payments.events import DisputeClosed, DisputeOpened


def on_dispute_opened(*, session: Session, event: DisputeOpened, at: datetime) -> None:
    license_id = license_owing(session, event.reference)
    if license_id is not None:
        disputes.note_dispute(session=session, at=at, license_id=license_id, reference=event.reference)


def on_dispute_closed(*, session: Session, event: DisputeClosed, at: datetime) -> None:
    """Only a payment that stands lifts a suspension; one that went back leaves it to the licensor."""
    license_id = license_owing(session, event.reference)
    if license_id is not None and event.is_won:
        disputes.note_dispute_won(session=session, at=at, license_id=license_id, reference=event.reference)


def on_license_activated(*, session: Session, event: LicenseActivated, at: datetime) -> None:
    disputes.suspend_if_contested(session=session, at=at, license_id=event.license_id)


def on_deal_changed(*, session: Session, event: DealChanged, at: datetime) -> None:
    tolling.note_tolled(session=session, at=at, changed=event)
