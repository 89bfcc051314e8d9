"""Breaches, suspensions and days to be added, made through the services."""

from datetime import datetime, timedelta

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing.standing import service
from app.licensing.standing.models import LicenseBreach, LicenseTolling
from app.licensing.standing.states import SuspensionKind
from tests.factories.licensing import DURING

TOLLING = {"is_allowed": True, "most_days": 90}
AT_ONCE = {"cure_days": 0}
"""No time to cure a breach is agreed: the licensor may end the license at once."""


def suspend_for(
    session: Session,
    licensor: Actor,
    license_id: str,
    *,
    at: datetime = DURING,
    lasts: timedelta | None = timedelta(days=3),
    kind: SuspensionKind = SuspensionKind.OTHER,
) -> None:
    """Suspend a license, and lift that after a while unless that is nothing."""
    about = {"session": session, "actor": licensor, "license_id": license_id, "reason": "The label is missing."}
    service.suspend(**about, at=at, kind=kind)  # type: ignore[arg-type]
    if lasts is not None:
        service.reinstate(**about, at=at + lasts)  # type: ignore[arg-type]


def make_breach(
    session: Session,
    licensor: Actor,
    license_id: str,
    *,
    at: datetime = DURING,
    suspends: bool = False,
    cure_until: datetime | None = None,
) -> LicenseBreach:
    return service.notice_breach(
        session=session,
        actor=licensor,
        at=at,
        license_id=license_id,
        reason="The label is missing in the second trailer.",
        clause="Disclosure label",
        cure_until=cure_until,
        suspends=suspends,
    )


def make_tolling(session: Session, by: Actor, license_id: str, *, at: datetime) -> LicenseTolling:
    """Days of suspension that one side offers to add."""
    return service.propose_tolling(session=session, actor=by, at=at, license_id=license_id)
