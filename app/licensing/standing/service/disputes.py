"""What a contested payment does to its license."""

from datetime import datetime

from sqlmodel import Session

from app.identity.actor import SYSTEM
from app.licensing import queries as licenses
from app.licensing.service.lifecycle import apply_standing
from app.licensing.standing import queries
from app.licensing.standing.models import LicenseSuspension
from app.licensing.standing.service.grounds import add_ground, lift_grounds
from app.licensing.standing.states import SuspensionKind
from app.licensing.states import LicenseAction, LicenseStatus

CONTESTED = "The payer's bank contests a payment for this license."
STANDS = "The payment that was contested stands."


def note_dispute(*, session: Session, at: datetime, license_id: str, reference: str) -> None:
    """A payment for a license is contested: it is suspended until that is decided. Told again, nothing changes."""
    license = licenses.license_of(session, license_id, lock=True).license
    if license.status is LicenseStatus.TERMINATED or _ground(session, license_id, reference):
        return
    add_ground(
        session=session,
        actor=SYSTEM,
        at=at,
        license=license,
        kind=SuspensionKind.CHARGEBACK,
        reason=CONTESTED,
        reference=reference,
    )


def note_dispute_won(*, session: Session, at: datetime, license_id: str, reference: str) -> None:
    """The payment stands after all: what it alone stopped goes on."""
    license = licenses.license_of(session, license_id, lock=True).license
    grounds = _ground(session, license_id, reference)
    if grounds:
        lift_grounds(session=session, actor=SYSTEM, at=at, license=license, grounds=grounds, reason=STANDS)


def suspend_if_contested(*, session: Session, at: datetime, license_id: str) -> None:
    """A license that is paid for by now while one of its payments is contested does not begin to count yet."""
    license = licenses.license_of(session, license_id, lock=True).license
    if license.status is LicenseStatus.ACTIVE and queries.standing_grounds(session, license_id):
        apply_standing(
            session=session, actor=SYSTEM, at=at, license=license, action=LicenseAction.SUSPEND, reason=CONTESTED
        )


def _ground(session: Session, license_id: str, reference: str) -> list[LicenseSuspension]:
    return [
        ground
        for ground in queries.standing_grounds(session, license_id)
        if ground.kind is SuspensionKind.CHARGEBACK and ground.reference == reference
    ]
