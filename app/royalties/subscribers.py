"""What royalties does when features below it report."""

from datetime import datetime

from sqlmodel import Session

from app.licensing.closing.service import evidence
from app.licensing.events import FeeEarned, LicenseActivated
from app.licensing.standing.service import disputes
from app.negotiation.events import DealChanged
from app.parties.tax_forms.events import TaxFormConfirmed, TaxFormRevoked
from app.payments.events import DisputeClosed, DisputeOpened, PaymentCaptured, TransferRejected, TransferSent
from app.royalties.events import UsageReported
from app.royalties.queries import license_paid_by
from app.royalties.service import billing, fees, gate, shares


def on_fee_earned(*, session: Session, event: FeeEarned, at: datetime) -> None:
    fees.note_fee(session=session, at=at, fee=event)


def on_license_activated(*, session: Session, event: LicenseActivated, at: datetime) -> None:
    billing.bill_days(session=session, at=at, license_id=event.license_id)


def on_deal_changed(*, session: Session, event: DealChanged, at: datetime) -> None:
    billing.bill_days(session=session, at=at, license_id=event.reference)


def on_usage_reported(*, session: Session, event: UsageReported, at: datetime) -> None:
    evidence.note_reported(session=session, at=at, license_id=event.license_id, last_day=event.period_last_day)


def on_payment_captured(*, session: Session, event: PaymentCaptured, at: datetime) -> None:
    shares.release_shares(session=session, at=at, source=event.reference)


def on_dispute_opened(*, session: Session, event: DisputeOpened, at: datetime) -> None:
    """A royalty that is contested stops its license as a contested fee does."""
    license_id = license_paid_by(session, event.reference)
    if license_id is not None:
        disputes.note_dispute(session=session, at=at, license_id=license_id, reference=event.reference)


def on_dispute_closed(*, session: Session, event: DisputeClosed, at: datetime) -> None:
    license_id = license_paid_by(session, event.reference)
    if license_id is not None and event.is_won:
        disputes.note_dispute_won(session=session, at=at, license_id=license_id, reference=event.reference)


def on_transfer_sent(*, session: Session, event: TransferSent, at: datetime) -> None:
    shares.note_sent(session=session, at=at, reference=event.reference)


def on_transfer_rejected(*, session: Session, event: TransferRejected, at: datetime) -> None:
    shares.note_rejected(session=session, reference=event.reference, reason=event.reason)


def on_tax_form_confirmed(*, session: Session, event: TaxFormConfirmed, at: datetime) -> None:
    gate.release_tax_form_holds(session=session, at=at, party_id=event.party_id)


def on_tax_form_revoked(*, session: Session, event: TaxFormRevoked, at: datetime) -> None:
    gate.queue_settling(session, why=event.tax_form_id)
