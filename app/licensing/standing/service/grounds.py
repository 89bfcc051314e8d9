"""Suspend a license on a ground, and let it go on when the last ground is lifted."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.licensing.models import License
from app.licensing.service.lifecycle import apply_standing
from app.licensing.standing import queries
from app.licensing.standing.models import LicenseSuspension
from app.licensing.standing.states import SuspensionKind
from app.licensing.states import LicenseAction, LicenseStatus


def add_ground(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license: License,
    kind: SuspensionKind,
    reason: str,
    reference: str = "",
) -> None:
    """Suspend a locked license, or let one more ground stand for its being suspended.

    One that waits for its payment is suspended once it is paid, if the ground still stands then.
    """
    ground = LicenseSuspension(
        license_id=license.id,
        kind=kind,
        reference=reference,
        actor=actor.label,
        by_administrator=actor.is_administrator,
        reason=reason,
        begun_at=at,
    )
    session.add(ground)
    session.flush()
    _record(session, actor, at, "license.ground_added", ground)
    if license.status is LicenseStatus.ACTIVE:
        apply_standing(
            session=session, actor=actor, at=at, license=license, action=LicenseAction.SUSPEND, reason=reason
        )


def lift_grounds(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license: License,
    grounds: Iterable[LicenseSuspension],
    reason: str,
) -> None:
    """Lift these grounds of a locked license; if no other stands, it goes on."""
    for ground in grounds:
        ground.lifted_at, ground.lifting_reason = max(at, ground.begun_at), reason
        session.add(ground)
        _record(session, actor, at, "license.ground_lifted", ground)
    session.flush()
    if license.status is LicenseStatus.SUSPENDED and not queries.standing_grounds(session, license.id):
        apply_standing(
            session=session, actor=actor, at=at, license=license, action=LicenseAction.REINSTATE, reason=reason
        )


def _record(session: Session, actor: Actor, at: datetime, action: str, ground: LicenseSuspension) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=action,
        subject_id=ground.license_id,
        kind=ground.kind.value,
        reference=ground.reference,
    )
