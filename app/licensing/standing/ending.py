"""What stands in the way of ending a license now: the service asks, and the page before it offers to."""

from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing.errors import NotRunning
from app.licensing.queries import LicenseView
from app.licensing.standing import queries
from app.licensing.standing.rules import refusal_to_end
from app.licensing.states import LicenseStatus
from app.values.errors import DomainError
from app.values.term import format_instant


def refusal_now(session: Session, actor: Actor, view: LicenseView, *, at: datetime) -> DomainError | None:
    """Return why its licensor, or an administrator, cannot end a license that was not terminated yet, or nothing.

    What is over, with its time to wind down and sell off, nobody ends. The time to cure binds the licensor once the
    license was paid for; an administrator is bound by none.
    """
    over_at = all_over_at(view)
    if at >= over_at:
        return NotRunning(
            f"This license was over at {format_instant(over_at)}, with all time to wind down and sell off: there "
            "is nothing to end. What is still to be destroyed stays due on its day."
        )
    if actor.is_administrator:
        return None
    was_paid = view.license.status is not LicenseStatus.AWAITING_PAYMENT
    cure_days = view.terms_at(at).document["breach"]["cure_days"] if was_paid else 0
    return refusal_to_end(queries.breaches_of(session, view.license.id), at=at, cure_days=cure_days)


def all_over_at(view: LicenseView) -> datetime:
    """Return from when on nothing of a license is left to end: its term is over, and the time after that."""
    winds_down_until = view.latest.terms.winds_down_until
    return view.license.ends_at if winds_down_until is None else max(view.license.ends_at, winds_down_until)
