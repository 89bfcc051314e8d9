"""Who is told what."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.licensing.events import LicenseNoticeDue, LicenseStandingChanged
from app.licensing.queries import license_of
from app.notifications.service import tell

_AFTER = (
    "From that instant nothing new may be made with the likeness; its survival table says what may go on. "
    "Usage reports, corrections and payments are still accepted."
)


def on_license_notice(*, session: Session, event: LicenseNoticeDue, at: datetime) -> None:
    """Tell both sides that a license comes to its end, or has."""
    document = license_of(session, event.license_id).terms.document
    title, production = document["package"]["title"], document["production"]["title"]
    for party_id in (event.licensee_party_id, event.licensor_party_id):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=event.license_id,
            subject=f"The license {_how_it_stands(event.ends_at, at)}: {title} for {production}",
            body=f"The license {event.license_id} of {title} for {production} "
            f"ends at {event.ends_at:%Y-%m-%d %H:%M} UTC.\n\n{_AFTER}\n",
        )


def _how_it_stands(ends_at: datetime, at: datetime) -> str:
    """Say what is true when the mail is written: a notice may be late."""
    days = -((at - ends_at) // timedelta(days=1))
    if days <= 0:
        return "has ended"
    return f"ends in {days} days" if days > 1 else "ends within a day"


def on_standing_changed(*, session: Session, event: LicenseStandingChanged, at: datetime) -> None:
    """Tell both sides that a license was suspended, reinstated or terminated, and why."""
    view = license_of(session, event.license_id)
    done = {"suspend": "suspended", "reinstate": "reinstated", "terminate": "terminated"}[event.action]
    for party_id in (view.license.licensee_party_id, view.license.licensor_party_id):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=event.license_id,
            subject=f"The license was {done}: {view.terms.document['package']['title']}",
            body=f"The license {event.license_id} was {done} at {at:%Y-%m-%d %H:%M} UTC.\n\n"
            f"Reason: {event.reason}\n",
        )
