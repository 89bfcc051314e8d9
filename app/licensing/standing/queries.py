"""Reads of breaches, grounds of suspension and tolled days, scoped to the asker where an actor is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.licensing import queries as licenses
from app.licensing.queries import LicenseView
from app.licensing.standing.models import LicenseBreach, LicenseBreachStep, LicenseSuspension, LicenseTolling
from app.licensing.standing.rules import is_cure_over
from app.licensing.standing.states import TollingStatus
from app.negotiation.models import Negotiation, Offer
from app.negotiation.queries import latest_offer
from app.negotiation.states import NegotiationStatus
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class BreachView:
    """A breach with what was said about it, as it stands at an instant."""

    breach: LicenseBreach
    steps: Sequence[LicenseBreachStep]
    is_cure_over: bool


def suspensions_of(session: Session, license_id: str) -> Sequence[LicenseSuspension]:
    """Return every ground on which a license was ever suspended, oldest first."""
    statement = select(LicenseSuspension).where(LicenseSuspension.license_id == license_id)
    return session.exec(statement.order_by(col(LicenseSuspension.id))).all()


def standing_grounds(session: Session, license_id: str) -> Sequence[LicenseSuspension]:
    """Return the grounds on which a license is suspended now."""
    return [ground for ground in suspensions_of(session, license_id) if ground.lifted_at is None]


def breaches_of(session: Session, license_id: str) -> Sequence[LicenseBreach]:
    statement = select(LicenseBreach).where(LicenseBreach.license_id == license_id)
    return session.exec(statement.order_by(col(LicenseBreach.id))).all()


def breach_views(session: Session, actor: Actor, license_id: str, *, at: datetime) -> list[BreachView]:
    """Return the breaches of a license of the actor's, oldest first. Raises: NotFound."""
    licenses.license_view(session, actor, license_id)
    found = breaches_of(session, license_id)
    steps = session.exec(
        select(LicenseBreachStep)
        .where(col(LicenseBreachStep.breach_id).in_([breach.id for breach in found]))
        .order_by(col(LicenseBreachStep.id))
    ).all()
    return [
        BreachView(
            breach,
            [step for step in steps if step.breach_id == breach.id],
            is_cure_over=is_cure_over(breach, at=at),
        )
        for breach in found
    ]


def breach_view(session: Session, actor: Actor, license_id: str, breach_id: str, *, at: datetime) -> BreachView:
    """Raises: NotFound."""
    for found in breach_views(session, actor, license_id, at=at):
        if found.breach.id == breach_id:
            return found
    raise NotFound("There is no such breach.")


def locked_breach(
    session: Session, actor: Actor, license_id: str, breach_id: str
) -> tuple[LicenseView, LicenseBreach]:
    """Return a breach that nobody else moves before this transaction ends. Raises: NotFound."""
    view = licenses.license_view(session, actor, license_id, lock=True)
    breach = session.get(LicenseBreach, breach_id, with_for_update=True, populate_existing=True)
    if breach is None or breach.license_id != license_id:
        raise NotFound("There is no such breach.")
    return view, breach


@dataclass(frozen=True, slots=True)
class TollingView:
    """Days to be added, or added, as that stands at an instant, with the offer about them."""

    tolling: LicenseTolling
    offer: Offer
    status: TollingStatus


def agreed_tollings(session: Session, license_id: str) -> Sequence[LicenseTolling]:
    statement = select(LicenseTolling).where(
        LicenseTolling.license_id == license_id, col(LicenseTolling.agreed_at).is_not(None)
    )
    return session.exec(statement).all()


def tolling_of_talks(session: Session, negotiation_id: str) -> LicenseTolling:
    return session.exec(select(LicenseTolling).where(LicenseTolling.negotiation_id == negotiation_id)).one()


def own_tolling(session: Session, actor: Actor, license_id: str, tolling_id: str) -> LicenseTolling:
    """Raises: NotFound."""
    licenses.license_view(session, actor, license_id)
    row = session.get(LicenseTolling, tolling_id)
    if row is None or row.license_id != license_id:
        raise NotFound("There are no such days to add.")
    return row


def tolling_views(session: Session, actor: Actor, license_id: str, *, at: datetime) -> list[TollingView]:
    """Return what was ever proposed to be added to the term of a license of the actor's, oldest first.

    Raises: NotFound.
    """
    licenses.license_view(session, actor, license_id)
    statement = select(LicenseTolling).where(LicenseTolling.license_id == license_id)
    rows = session.exec(statement.order_by(col(LicenseTolling.id))).all()
    return [_tolling_view(session, row, at) for row in rows]


def tolling_view(session: Session, actor: Actor, license_id: str, tolling_id: str, *, at: datetime) -> TollingView:
    """Raises: NotFound."""
    return _tolling_view(session, own_tolling(session, actor, license_id, tolling_id), at)


def _tolling_view(session: Session, row: LicenseTolling, at: datetime) -> TollingView:
    offer = latest_offer(session, row.negotiation_id)
    talks = session.get_one(Negotiation, row.negotiation_id)
    status = TollingStatus.PROPOSED
    if row.agreed_at is not None:
        status = TollingStatus.AGREED
    elif talks.status is not NegotiationStatus.OPEN:
        status = TollingStatus.REFUSED
    elif at >= offer.expires_at:
        status = TollingStatus.LAPSED
    return TollingView(row, offer, status)
