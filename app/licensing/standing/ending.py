"""What stands in the way of ending a license now: the service asks, and the page before it offers to."""

from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing.queries import LicenseView
from app.licensing.standing import queries
from app.licensing.standing.rules import refusal_to_end
from app.licensing.states import LicenseStatus
from app.values.errors import DomainError


def refusal_now(session: Session, actor: Actor, view: LicenseView, *, at: datetime) -> DomainError | None:
    """Return why its licensor, or an administrator, cannot end a license that was not terminated yet, or nothing.

    The time to cure binds the licensor once the license was paid for; an administrator is bound by none.
    """
    if actor.is_administrator:
        return None
    was_paid = view.license.status is not LicenseStatus.AWAITING_PAYMENT
    cure_days = view.terms_at(at).document["breach"]["cure_days"] if was_paid else 0
    return refusal_to_end(queries.breaches_of(session, view.license.id), at=at, cure_days=cure_days)
