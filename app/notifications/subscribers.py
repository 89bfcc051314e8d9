"""Who is told what."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.licensing.events import LicenseActivated, LicenseNoticeDue, LicenseStandingChanged
from app.licensing.queries import LicenseView, license_of
from app.negotiation.events import NegotiationEnded, OfferSent
from app.notifications.service import tell
from app.royalties.events import StatementIssued, UsageReported

_AFTER = (
    "From that instant nothing new may be made with the likeness; its survival table says what may go on. "
    "Usage reports, corrections and payments are still accepted."
)


def on_license_notice(*, session: Session, event: LicenseNoticeDue, at: datetime) -> None:
    """Tell both sides that a license comes to its end, or has."""
    view = license_of(session, event.license_id)
    _tell_both_sides(
        session,
        at,
        view,
        subject=f"The license {_how_it_stands(event.ends_at, at)}: {_title(view)}",
        body=f"The license {event.license_id} of {_title(view)} "
        f"ends at {event.ends_at:%Y-%m-%d %H:%M} UTC.\n\n{_AFTER}\n",
    )


def on_standing_changed(*, session: Session, event: LicenseStandingChanged, at: datetime) -> None:
    """Tell both sides that a license was suspended, reinstated or terminated, and why."""
    view = license_of(session, event.license_id)
    done = {"suspend": "suspended", "reinstate": "reinstated", "terminate": "terminated"}[event.action]
    _tell_both_sides(
        session,
        at,
        view,
        subject=f"The license was {done}: {_title(view)}",
        body=f"The license {event.license_id} was {done} at {at:%Y-%m-%d %H:%M} UTC.\n\nReason: {event.reason}\n",
    )


def on_license_activated(*, session: Session, event: LicenseActivated, at: datetime) -> None:
    """Tell both sides that the license is paid and from when it may be used."""
    view = license_of(session, event.license_id)
    _tell_both_sides(
        session,
        at,
        view,
        subject=f"The license is active: {_title(view)}",
        body=f"The license {event.license_id} of {_title(view)} is active. It may be used from "
        f"{view.license.starts_at:%Y-%m-%d %H:%M} until {view.license.ends_at:%Y-%m-%d %H:%M} UTC.\n",
    )


def on_offer_sent(*, session: Session, event: OfferSent, at: datetime) -> None:
    """Tell the other side that an offer waits for its answer, and until when."""
    tell(
        session=session,
        at=at,
        party_id=event.to_party_id,
        about=event.negotiation_id,
        subject="A license request has arrived" if event.offer_number == 1 else "A new offer waits for your answer",
        body=f"Offer {event.offer_number} in negotiation {event.negotiation_id} can be accepted until "
        f"{event.expires_at:%Y-%m-%d %H:%M} UTC.\n",
    )


def on_negotiation_ended(*, session: Session, event: NegotiationEnded, at: datetime) -> None:
    """Tell the other side that there will be no deal, and why."""
    tell(
        session=session,
        at=at,
        party_id=event.to_party_id,
        about=event.negotiation_id,
        subject=f"The negotiation was {event.status.value}",
        body=f"The negotiation {event.negotiation_id} was {event.status.value}.\n\n"
        f"Reason: {event.reason or 'none given'}\n",
    )


def on_statement_issued(*, session: Session, event: StatementIssued, at: datetime) -> None:
    """Tell the estate and its beneficiaries that a statement is there."""
    amount = f"{event.payable.to_decimal_text()} {event.payable.currency}"
    for party_id in dict.fromkeys((event.licensor_party_id, *event.beneficiary_party_ids)):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=event.statement_id,
            subject=f"Royalty statement for {event.period}",
            body=f"The statement {event.statement_id} for {event.period} is issued: {amount} is payable to the "
            "beneficiaries.\n",
        )


def on_usage_reported(*, session: Session, event: UsageReported, at: datetime) -> None:
    """Tell the estate that sales were reported and what they come to."""
    amount = f"{event.royalty.to_decimal_text()} {event.royalty.currency}"
    tell(
        session=session,
        at=at,
        party_id=event.licensor_party_id,
        about=event.report_id,
        subject=f"Sales reported for {event.period_first_day} to {event.period_last_day}",
        body=f"The licensee of {event.license_id} has reported its sales from {event.period_first_day} to "
        f"{event.period_last_day}. The royalty comes to {amount}; it appears in your next statement.\n",
    )


def _tell_both_sides(session: Session, at: datetime, view: LicenseView, *, subject: str, body: str) -> None:
    for party_id in (view.license.licensee_party_id, view.license.licensor_party_id):
        tell(session=session, at=at, party_id=party_id, about=view.license.id, subject=subject, body=body)


def _title(view: LicenseView) -> str:
    document = view.latest.terms.document
    return f"{document['package']['title']} for {document['production']['title']}"


def _how_it_stands(ends_at: datetime, at: datetime) -> str:
    """Say what is true when the mail is written: a notice may be late."""
    days = -((at - ends_at) // timedelta(days=1))
    if days <= 0:
        return "has ended"
    return f"ends in {days} days" if days > 1 else "ends within a day"
