"""Mail about breaches of a license."""

from datetime import datetime

from sqlmodel import Session

from app.licensing.standing.events import BreachAnswered, BreachNoticed
from app.licensing.standing.states import BreachAction
from app.notifications.service import tell

_SAID = {
    BreachAction.ANSWER: "The licensee says that a breach was cured",
    BreachAction.ACCEPT: "The licensor takes a breach for cured",
    BreachAction.DISPUTE: "The licensor says that a breach is not cured",
    BreachAction.WITHDRAW: "The licensor took a notice of breach back",
}


def on_breach_noticed(*, session: Session, event: BreachNoticed, at: datetime) -> None:
    """Tell the licensee what was broken and until when it may be cured."""
    meanwhile = "It is suspended until then" if event.suspends else "It runs on meanwhile"
    tell(
        session=session,
        at=at,
        party_id=event.licensee_party_id,
        about=event.breach_id,
        subject=f"Notice of breach of the license {event.license_id}",
        body=f"Your licensor tells you of a breach: {event.clause or 'no clause is named'}.\n\n{event.reason}\n\n"
        f"Cure it before {event.cure_until:%Y-%m-%d %H:%M} UTC and say so on the page of the license. "
        f"{meanwhile}.\n",
    )


def on_breach_answered(*, session: Session, event: BreachAnswered, at: datetime) -> None:
    """Tell the other side what was said."""
    said = _SAID[event.action]
    tell(
        session=session,
        at=at,
        party_id=event.to_party_id,
        about=event.breach_id,
        subject=f"{said}: license {event.license_id}",
        body=f"{said}.\n\n{event.text}\n",
    )
