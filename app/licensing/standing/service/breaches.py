"""Tell the licensee of a breach, answer that, and say whether it was cured."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.licensing import queries as licenses
from app.licensing.errors import NotRunning
from app.licensing.queries import LicenseView
from app.licensing.service import lifecycle
from app.licensing.standing import queries
from app.licensing.standing.errors import CurePeriodTooShort
from app.licensing.standing.events import BreachAnswered, BreachNoticed
from app.licensing.standing.models import LicenseBreach, LicenseBreachStep
from app.licensing.standing.rules import earliest_cure, refusal_to_lift
from app.licensing.standing.service.grounds import add_ground, lift_grounds
from app.licensing.standing.states import BreachAction, SuspensionKind, next_breach_status
from app.licensing.states import LicenseStatus
from app.values.errors import NotFound
from app.values.term import format_instant

_RUNNING = frozenset({LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED})


def notice_breach(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license_id: str,
    reason: str,
    clause: str,
    cure_until: datetime | None,
    suspends: bool,
) -> LicenseBreach:
    """Tell the licensee of a breach and until when it may cure it; nothing: for as long as the deal gives.

    The license runs on meanwhile, unless the notice suspends it. Raises: NotFound, NotRunning, CurePeriodTooShort.
    """
    view = licenses.license_view(session, actor, license_id, lock=True)
    lifecycle.require_licensor(actor, view.license)
    if view.license.status not in _RUNNING:
        state = view.license.status.value.replace("_", " ")
        raise NotRunning(f"This license is {state}; only one that was paid for and runs can be broken.")
    days = view.terms_at(at).document["breach"]["cure_days"]
    earliest = earliest_cure(at=at, cure_days=days)
    if cure_until is not None and cure_until < earliest:
        raise CurePeriodTooShort(
            f"This deal gives the licensee {days} days to cure a breach: until {format_instant(earliest)} at least."
        )
    breach = LicenseBreach(
        license_id=license_id,
        clause=clause,
        reason=reason,
        suspends=suspends,
        noticed_at=at,
        cure_until=cure_until or earliest,
    )
    _tell(session, actor, at, view, breach)
    if suspends:
        add_ground(
            session=session,
            actor=actor,
            at=at,
            license=view.license,
            kind=SuspensionKind.BREACH,
            reason=reason,
            reference=breach.id,
        )
    return breach


def answer_breach(
    *, session: Session, actor: Actor, at: datetime, license_id: str, breach_id: str, evidence: str
) -> LicenseBreach:
    """Say, as the licensee, how a breach was cured. Late is possible too; it holds the licensor up no longer.

    Raises: NotFound, IllegalTransition.
    """
    view, breach = queries.locked_breach(session, actor, license_id, breach_id)
    if actor.party_id != view.license.licensee_party_id:
        raise NotFound("There is no such license of yours to answer for.")
    _step(session, actor, at, view, breach, BreachAction.ANSWER, evidence)
    return breach


def settle_breach(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license_id: str,
    breach_id: str,
    action: BreachAction,
    reason: str,
) -> LicenseBreach:
    """Accept or dispute the licensee's answer, or take the notice back, as the licensor or an administrator.

    A breach that is cured or taken back suspends no longer. A notice by which an administrator suspends is taken
    back by an administrator. Raises: NotFound, IllegalTransition, SuspendedByAdministrator.
    """
    view, breach = queries.locked_breach(session, actor, license_id, breach_id)
    lifecycle.require_licensor(actor, view.license)
    grounds = [ground for ground in queries.standing_grounds(session, license_id) if ground.reference == breach.id]
    refused = refusal_to_lift(grounds, is_administrator=actor.is_administrator)
    if refused is not None and action is BreachAction.WITHDRAW:
        raise refused
    _step(session, actor, at, view, breach, action, reason)
    if breach.status.is_settled:
        lift_grounds(
            session=session,
            actor=actor,
            at=at,
            license=view.license,
            grounds=grounds,
            reason=reason,
        )
    return breach


def _tell(session: Session, actor: Actor, at: datetime, view: LicenseView, breach: LicenseBreach) -> None:
    session.add(breach)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="license.breach_noticed",
        subject_id=breach.license_id,
        breach_id=breach.id,
        cure_until=format_instant(breach.cure_until),
        suspends=breach.suspends,
    )
    noticed = BreachNoticed(
        license_id=breach.license_id,
        breach_id=breach.id,
        licensee_party_id=view.license.licensee_party_id,
        clause=breach.clause,
        reason=breach.reason,
        suspends=breach.suspends,
        cure_until=breach.cure_until,
    )
    events.publish(session=session, at=at, event=noticed)


def _step(
    session: Session,
    actor: Actor,
    at: datetime,
    view: LicenseView,
    breach: LicenseBreach,
    action: BreachAction,
    text: str,
) -> None:
    breach.status = next_breach_status(breach.status, action)
    if action is BreachAction.ANSWER:
        breach.answered_at = at
    session.add(breach)
    session.add(LicenseBreachStep(breach_id=breach.id, action=action, actor=actor.label, said_at=at, text=text))
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=f"license.breach_{action.value}",
        subject_id=breach.license_id,
        breach_id=breach.id,
    )
    license = view.license
    to = license.licensor_party_id if action is BreachAction.ANSWER else license.licensee_party_id
    answered = BreachAnswered(breach.license_id, breach.id, to, action, text)
    events.publish(session=session, at=at, event=answered)
