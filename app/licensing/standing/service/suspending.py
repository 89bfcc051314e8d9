"""Suspend a license, let it go on, end it: its licensor and administrators can."""

from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing import queries as licenses
from app.licensing.queries import LicenseView
from app.licensing.service import lifecycle
from app.licensing.standing import queries
from app.licensing.standing.ending import refusal_now
from app.licensing.standing.errors import StrikeNotAgreed
from app.licensing.standing.rules import liftable, refusal_to_lift
from app.licensing.standing.service.breaches import notice_breach
from app.licensing.standing.service.grounds import add_ground, lift_grounds
from app.licensing.standing.states import SuspensionKind
from app.licensing.states import LicenseAction, LicenseStatus, next_status
from app.values.errors import InvalidInput


def suspend(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license_id: str,
    reason: str,
    kind: SuspensionKind = SuspensionKind.OTHER,
    clause: str = "",
    cure_until: datetime | None = None,
) -> LicenseView:
    """Suspend a license at once. For a breach, `cure_until` says how long it may be cured, see `notice_breach`.

    Raises: NotFound, InvalidInput, StrikeNotAgreed, IllegalTransition where this ground stands already, and what
    `notice_breach` raises.
    """
    if kind is SuspensionKind.BREACH:
        notice_breach(
            session=session,
            actor=actor,
            at=at,
            license_id=license_id,
            reason=reason,
            clause=clause,
            cure_until=cure_until,
            suspends=True,
        )
        return licenses.license_view(session, actor, license_id)
    if kind is SuspensionKind.CHARGEBACK:
        raise InvalidInput.at("/kind", "A chargeback is noted by itself; suspend for a dispute instead.")
    if cure_until is not None or clause:
        raise InvalidInput.at("/cure_until", "Only a breach has a clause and a time to cure.")
    view = licenses.license_view(session, actor, license_id, lock=True)
    lifecycle.require_licensor(actor, view.license)
    if kind is SuspensionKind.STRIKE and not view.terms_at(at).document["strike"]["suspends"]:
        raise StrikeNotAgreed("This deal does not say that a strike suspends; agree on that by an amendment first.")
    grounds = queries.standing_grounds(session, license_id)
    same = {(ground.kind, ground.by_administrator) for ground in grounds}
    if view.license.status is not LicenseStatus.SUSPENDED or not grounds or (kind, actor.is_administrator) in same:
        next_status(view.license.status, LicenseAction.SUSPEND)
    add_ground(session=session, actor=actor, at=at, license=view.license, kind=kind, reason=reason)
    return view


def reinstate(*, session: Session, actor: Actor, at: datetime, license_id: str, reason: str) -> LicenseView:
    """Lift a suspension: an administrator on whatever grounds, a licensor on those that no administrator imposed.

    If others stand, the license stays suspended. Breaches stay what they are. Raises: NotFound, IllegalTransition,
    SuspendedByAdministrator where none of them is the licensor's to lift.
    """
    view = licenses.license_view(session, actor, license_id, lock=True)
    lifecycle.require_licensor(actor, view.license)
    next_status(view.license.status, LicenseAction.REINSTATE)
    standing = queries.standing_grounds(session, license_id)
    refused = refusal_to_lift(standing, is_administrator=actor.is_administrator)
    if refused is not None:
        raise refused
    grounds = liftable(standing, is_administrator=actor.is_administrator)
    lift_grounds(session=session, actor=actor, at=at, license=view.license, grounds=grounds, reason=reason)
    return view


def terminate(*, session: Session, actor: Actor, at: datetime, license_id: str, reason: str) -> LicenseView:
    """End a license early, for good.

    Where the deal gives time to cure a breach, a licensor ends a paid license only for one that was told and not
    cured in time; an administrator at once. Raises: NotFound, IllegalTransition, NotRunning once its time to wind
    down is over, NoBreachTold, CurePeriodRunning, CureUnanswered.
    """
    view = licenses.license_view(session, actor, license_id, lock=True)
    lifecycle.require_licensor(actor, view.license)
    next_status(view.license.status, LicenseAction.TERMINATE)
    refused = refusal_now(session, actor, view, at=at)
    if refused is not None:
        raise refused
    return lifecycle.change_standing(
        session=session,
        actor=actor,
        at=at,
        license_id=license_id,
        action=LicenseAction.TERMINATE,
        reason=reason,
    )
