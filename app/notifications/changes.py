"""Mail about signed deals that change."""

from datetime import datetime

from sqlmodel import Session

from app.negotiation.events import DealChanged
from app.negotiation.terms.vocabulary import ChangeOf
from app.notifications.service import tell

_DONE = {
    ChangeOf.AMENDMENT: "was amended",
    ChangeOf.EXTENSION: "was extended by its option",
    ChangeOf.TERMINATION: "ends earlier, by agreement",
    ChangeOf.ASSIGNMENT: "was assigned to another licensee",
    ChangeOf.TOLLING: "lasts longer by the days for which it was suspended",
}


def on_deal_changed(*, session: Session, event: DealChanged, at: datetime) -> None:
    """Tell everybody who is, or was, a side of the deal what was signed and from when on it holds."""
    done = _DONE[event.change_of]
    title = f"{event.terms['package']['title']} for {event.terms['production']['title']}"
    now_held_by = ""
    if event.change_of is ChangeOf.ASSIGNMENT:
        name = event.terms["licensee"]["name"]
        now_held_by = f" It is now the license of {name}; credentials of before are void."
    sides = (event.licensor_party_id, event.licensee_party_id, event.before_licensee_party_id)
    for party_id in dict.fromkeys(sides):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=event.deal_id,
            subject=f"A signed deal {done}: {title}",
            body=f"The license {event.reference} of {title} {done}.{now_held_by}\n\nThe new terms hold from "
            f"{event.effective_at:%Y-%m-%d %H:%M} UTC; the license then ends on its last day, "
            f"{event.terms['term']['last_day']}. What lies before keeps the terms it had.\n",
        )
