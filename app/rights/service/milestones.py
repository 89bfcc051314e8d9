"""Milestones: what hangs on them is moved in the transaction that learns their date, under the book's lock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.parties import queries as parties
from app.rights.errors import MilestoneCancelled, MilestoneHappened
from app.rights.models import Milestone
from app.rights.restriction_queries import hanging_on, offers_performer, own_milestone, views_of
from app.rights.service.blocks import lock_book, set_terms
from app.rights.service.restrictions import end_restriction, require_zone
from app.values.errors import InvalidInput
from app.values.term import Term, format_instant


def record_milestone(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    name: str,
    zone: str,
    earliest_on: date | None = None,
) -> Milestone:
    """Note something of a performer's that has no date yet, for periods to hang on.

    Raises: NotFound for the performer; InvalidInput where the actor's party offers nothing of theirs.
    """
    parties.visible_performer(session, actor, performer_id)
    if not offers_performer(session, actor.party_id, performer_id):
        sentence = "You have no package of this performer to restrict; begin one first."
        raise InvalidInput.at("/performer_id", sentence)
    require_zone(zone)
    milestone = Milestone(
        party_id=actor.party_id,
        performer_id=performer_id,
        name=name,
        earliest_on=earliest_on,
        zone=zone,
        recorded_at=at,
    )
    session.add(milestone)
    session.flush()
    _audit(session, actor, at, "milestone.recorded", milestone, earliest_on=_text(earliest_on))
    return milestone


def expect_milestone(
    *, session: Session, actor: Actor, at: datetime, milestone_id: str, earliest_on: date | None
) -> Milestone:
    """Say anew from which day on it may happen. Raises: NotFound, MilestoneCancelled."""
    milestone = _locked(session, actor, milestone_id)
    milestone.earliest_on = earliest_on
    _audit(session, actor, at, "milestone.expected", milestone, earliest_on=_text(earliest_on))
    return _recompute(session, actor, at, milestone)


def milestone_happened(
    *, session: Session, actor: Actor, at: datetime, milestone_id: str, happened_on: date
) -> Milestone:
    """Say on which day it happened, or correct that day; all that hangs on it moves along.

    Raises: NotFound, MilestoneCancelled, InvalidInput for a day still to come.
    """
    milestone = _locked(session, actor, milestone_id)
    if happened_on > at.astimezone(ZoneInfo(milestone.zone)).date():
        sentence = f"{happened_on} is still to come in {milestone.zone}; say it when it has happened."
        raise InvalidInput.at("/happened_on", sentence)
    milestone.happened_on = happened_on
    _audit(session, actor, at, "milestone.happened", milestone, happened_on=happened_on.isoformat())
    return _recompute(session, actor, at, milestone)


def cancel_milestone(*, session: Session, actor: Actor, at: datetime, milestone_id: str, reason: str) -> Milestone:
    """Say that it will never happen: what hangs on it is given back. A second time changes nothing.

    Raises: NotFound, MilestoneHappened.
    """
    milestone = _fresh(session, actor, milestone_id)
    if milestone.cancelled_at is not None:
        return milestone
    if milestone.happened_on is not None:
        raise MilestoneHappened(
            f"It happened on {milestone.happened_on}; lift the restrictions that hang on it instead."
        )
    milestone.cancelled_at = at
    session.add(milestone)
    for restriction in hanging_on(session, milestone.id):
        end_restriction(session, actor, at, restriction, f"{milestone.name} was cancelled: {reason}")
    session.flush()
    _audit(session, actor, at, "milestone.cancelled", milestone, reason=reason)
    return milestone


def _fresh(session: Session, actor: Actor, milestone_id: str) -> Milestone:
    """Return the milestone as it is under the lock of its performer's book."""
    lock_book(session, own_milestone(session, actor, milestone_id).performer_id)
    return own_milestone(session, actor, milestone_id)


def _locked(session: Session, actor: Actor, milestone_id: str) -> Milestone:
    milestone = _fresh(session, actor, milestone_id)
    if milestone.cancelled_at is not None:
        cancelled = f"{milestone.name} was cancelled at {format_instant(milestone.cancelled_at)}"
        raise MilestoneCancelled(f"{cancelled}; record a new milestone for what takes its place.")
    return milestone


def _recompute(session: Session, actor: Actor, at: datetime, milestone: Milestone) -> Milestone:
    session.add(milestone)
    session.flush()
    terms: dict[str, Term | None] = {}
    for view in views_of(session, hanging_on(session, milestone.id)):
        terms[view.restriction.id] = term = view.term
        audit.record(
            session=session,
            actor=actor,
            at=at,
            action="rights.moved",
            subject_id=view.restriction.package_id,
            reference=view.restriction.id,
            starts_at=None if term is None else format_instant(term.starts_at),
            ends_at=None if term is None or term.ends_at is None else format_instant(term.ends_at),
        )
    set_terms(session, terms)
    return milestone


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _audit(
    session: Session, actor: Actor, at: datetime, action: str, milestone: Milestone, **detail: str | None
) -> None:
    audit.record(session=session, actor=actor, at=at, action=action, subject_id=milestone.id, **detail)
