"""Mail about the days around the end of a license: to come, there, missed; and about what was filed."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.licensing.closing.events import CopiesDestroyed, DutyNoticeDue, EvidenceAnswered, EvidenceFiled
from app.licensing.closing.states import DutyStep
from app.licensing.queries import license_of
from app.notifications.service import tell


def on_duty_notice(*, session: Session, event: DutyNoticeDue, at: datetime) -> None:
    """Tell both sides of a day in the calendar of a license, in words that are true when the mail is written."""
    title = _title(session, event.license_id)
    day = f"{event.due_at:%Y-%m-%d %H:%M} UTC"
    if event.step.is_late:
        days = (at - event.due_at) // timedelta(days=1)
        late = "since today" if days == 0 else f"for {days} day{'' if days == 1 else 's'}"
        subject = f"Overdue {late}: {event.title} ({title})"
        body = f"{event.title} was to be done before {day}, and nothing shows that it was.\n"
        if event.step is DutyStep.OVERDUE_30_DAYS:
            body += "The administrators of the marketplace see it from now on as well.\n"
    elif event.step is DutyStep.SOON and at < event.due_at:
        days = -((at - event.due_at) // timedelta(days=1))
        subject = f"{'Within a day' if days == 1 else f'In {days} days'}: {event.title} ({title})"
        body = f"{event.title}: before {day}.\n"
    else:
        subject = f"{event.title} ({title})"
        body = f"{event.title}: {day}.\n"
    body += f"\nThe calendar of the license {event.license_id} says what is to be done and takes what shows it.\n"
    for party_id in dict.fromkeys((event.party_id, event.licensor_party_id)):
        tell(session=session, at=at, party_id=party_id, about=event.license_id, subject=subject, body=body)


def on_evidence_filed(*, session: Session, event: EvidenceFiled, at: datetime) -> None:
    """Tell the licensor that a duty is said to be done."""
    tell(
        session=session,
        at=at,
        party_id=event.licensor_party_id,
        about=event.license_id,
        subject=f"Evidence was filed: {event.title} ({_title(session, event.license_id)})",
        body=f"The licensee of {event.license_id} says that this is done: {event.title}. Look at it in the "
        "calendar of the license; you can accept or dispute it. It counts as done unless you dispute it.\n",
    )


def on_evidence_answered(*, session: Session, event: EvidenceAnswered, at: datetime) -> None:
    """Tell who filed evidence what the licensor said of it."""
    said = "accepted" if event.is_accepted else "disputed"
    reason = f"\nReason: {event.reason}\n" if event.reason else ""
    again = "" if event.is_accepted else "It counts as not done until you file something else.\n"
    tell(
        session=session,
        at=at,
        party_id=event.party_id,
        about=event.license_id,
        subject=f"Your evidence was {said}: {event.title} ({_title(session, event.license_id)})",
        body=f"The licensor of {event.license_id} has {said} what you filed about: {event.title}. {again}{reason}",
    )


def on_copies_destroyed(*, session: Session, event: CopiesDestroyed, at: datetime) -> None:
    """Tell the licensor which certificate was signed and what is left."""
    left = f"{event.outstanding} are left." if event.outstanding else "Nothing is left with that party."
    tell(
        session=session,
        at=at,
        party_id=event.licensor_party_id,
        about=event.license_id,
        subject=f"A destruction certificate was signed: {_title(session, event.license_id)}",
        body=f"The certificate {event.certificate_id} says that {event.copies} "
        f"cop{'y' if event.copies == 1 else 'ies'} delivered under the license {event.license_id} "
        f"{'was' if event.copies == 1 else 'were'} destroyed. {left}\nIts SHA-256 is {event.sha256}.\n",
    )


def _title(session: Session, license_id: str) -> str:
    document = license_of(session, license_id).latest.terms.document
    return f"{document['package']['title']} for {document['production']['title']}"
