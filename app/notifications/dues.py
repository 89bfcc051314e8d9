"""Who hears of money that falls due."""

from datetime import datetime

from sqlmodel import Session

from app.licensing.dues.events import DueCharged, DueOverdue
from app.licensing.queries import license_of
from app.notifications.service import tell
from app.values.money import Money


def on_due_charged(*, session: Session, event: DueCharged, at: datetime) -> None:
    """Tell the licensee what it is asked to pay, and until when it is in time."""
    tell(
        session=session,
        at=at,
        party_id=event.licensee_party_id,
        about=event.charge_id,
        subject=f"{event.title} is due: {_package(session, event.license_id)}",
        body=f"{event.title} of the license {event.license_id} is due: {_amount(event.money)}. It is in time until "
        f"{event.overdue_at:%Y-%m-%d %H:%M} UTC. The page to pay on is with the license and among your payments.\n",
    )


def on_due_overdue(*, session: Session, event: DueOverdue, at: datetime) -> None:
    """Tell who was asked for a part, once, that it is still unpaid."""
    tell(
        session=session,
        at=at,
        party_id=event.payer_party_id,
        about=event.license_id,
        subject=f"{event.title} is overdue: {_package(session, event.license_id)}",
        body=f"{event.title} of the license {event.license_id}, {_amount(event.money)}, fell due at "
        f"{event.due_at:%Y-%m-%d %H:%M} UTC and is not paid. The license runs on; its licensor sees this as well "
        "and may suspend or terminate it. The page to pay on is among your payments.\n",
    )


def _package(session: Session, license_id: str) -> str:
    title: str = license_of(session, license_id).latest.terms.document["package"]["title"]
    return title


def _amount(money: Money) -> str:
    return f"{money.to_decimal_text()} {money.currency}"
