"""Holds: rights reserved for a negotiation, in a queue. Every change of a queue is made under the book's lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.identity.actor import Actor
from app.infrastructure import events
from app.parties.rules.authority import Consent
from app.rights.errors import HoldMoveRefused
from app.rights.events import HoldChallenged, HoldMatched, HoldPlaced, HoldReleased, Waiting
from app.rights.hold_queries import hold_under, queue_of, standing
from app.rights.models import Hold
from app.rights.rules import hold_moves
from app.rights.rules.ask import Ask
from app.rights.rules.hold_moves import HoldVerdict
from app.rights.rules.queue import QueuedHold, ahead_of, behind, challenged_by
from app.rights.rules.standing import HoldStanding
from app.rights.service.asking import require_free
from app.rights.service.blocks import give_back, lock_book, set_lapse, write_blocks
from app.rights.states import BlockKind, HoldEnd
from app.values.errors import InvalidInput, NotFound
from app.values.rights_block import RightsBlock


def place_hold(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    reference: str,
    party_id: str,
    blocks: Sequence[RightsBlock],
    lasts_days: int | None = None,
    longest_days: int = hold_moves.LONGEST_DAYS,
    zone: str = "UTC",
    consents: Iterable[Consent] = (),
) -> HoldStanding:
    """Reserve rights for a negotiation of `party_id`, behind the holds that others placed before.

    The rights must be free apart from holds; `consents` of holders count as if they were given. Where a hold of
    this reference is in force, this one takes its place, at the end of the queue. Raises: NotFound,
    RightsNotAvailable, ReferenceTaken, HoldMoveRefused, InvalidInput.
    """
    lasts = timedelta(days=_days(lasts_days, longest_days))
    package = catalog.package(session, package_id)
    asked = Ask.of(blocks, zone=zone)
    lock_book(session, package.performer_id)
    queue = queue_of(session, package.performer_id, at)
    _require(hold_moves.judge_placing(queue=queue, party_id=party_id, reference=reference, at=at))
    require_free(session, at, package, asked, holds_count=False, consents=consents)
    if hold_under(session, reference) is not None:
        leave_queue(session, at, reference, HoldEnd.RENEWED)
        give_back(session, at, reference)
    lapses_at = at + lasts
    write_blocks(session, at, package, reference, asked.blocks, kind=BlockKind.HOLD, lapses_at=lapses_at)
    hold = Hold(
        reference=reference,
        party_id=party_id,
        package_id=package.id,
        performer_id=package.performer_id,
        placed_at=_behind_all(queue, at),
        lapses_at=lapses_at,
    )
    session.add(hold)
    session.flush()
    _audit(session, actor, at, "rights.held", hold, blocks=len(asked.blocks))
    placed = _standing(session, reference, at)
    event = HoldPlaced(reference, party_id, package.id, package.performer_id, placed.place, lapses_at)
    events.publish(session=session, event=event, at=at)
    return placed


def hold_standing(*, session: Session, reference: str, at: datetime) -> HoldStanding | None:
    """Say where the hold of a reference stands now; nothing where none is in force."""
    return standing(session, reference, at)


def challenge(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    reference: str,
    party_id: str,
    respond_within_hours: int = hold_moves.USUAL_ANSWER_HOURS,
) -> HoldStanding:
    """Make the first hold ahead of this reference's match or release; if its party does neither, it is over.

    Raises: NotFound where the party has no hold in force under the reference; HoldMoveRefused; InvalidInput.
    """
    _require_answer_hours(respond_within_hours)
    own = _locked(session, at, reference, party_id)
    respond_by_at = at + timedelta(hours=respond_within_hours)
    verdict = hold_moves.judge_challenge(challenger=own.queued, queue=own.queue, at=at, respond_by_at=respond_by_at)
    _require(verdict)
    foremost = ahead_of(own.queued, own.queue, at)[0]
    target = session.get_one(Hold, foremost.id)
    target.challenged_at = at
    target.challenged_by_hold_id = own.hold.id
    target.respond_by_at = respond_by_at
    _move(session, target, hold_moves.challenged(foremost, by=own.queued, respond_by_at=respond_by_at))
    _audit(session, actor, at, "rights.hold_challenged", target, challenger_reference=reference)
    event = HoldChallenged(
        reference=target.reference,
        party_id=target.party_id,
        package_id=target.package_id,
        performer_id=target.performer_id,
        respond_by_at=min(respond_by_at, target.lapses_at),
        challenger_reference=reference,
        challenger_party_id=party_id,
    )
    events.publish(session=session, event=event, at=at)
    return _standing(session, reference, at)


def match_hold(*, session: Session, actor: Actor, at: datetime, reference: str, party_id: str) -> HoldStanding:
    """Answer a challenge: the party commits to sign soon, and its hold cannot be challenged again.

    Raises: NotFound where the party has no hold in force under the reference; HoldMoveRefused.
    """
    own = _locked(session, at, reference, party_id)
    _require(hold_moves.judge_match(own.queued))
    committed = hold_moves.matched(own.queued, at=at)
    own.hold.matched_at, own.hold.lapses_at = committed.matched_at, committed.lapses_at
    _move(session, own.hold, committed)
    _audit(session, actor, at, "rights.hold_matched", own.hold)
    challenger = session.get_one(Hold, own.hold.challenged_by_hold_id)
    event = HoldMatched(
        reference=reference,
        party_id=party_id,
        package_id=own.hold.package_id,
        performer_id=own.hold.performer_id,
        lapses_at=own.hold.lapses_at,
        challenger_reference=challenger.reference,
        challenger_party_id=challenger.party_id,
    )
    events.publish(session=session, event=event, at=at)
    return _standing(session, reference, at)


def leave_queue(session: Session, at: datetime, reference: str, reason: HoldEnd) -> None:
    """End the hold of a reference, if there is one; what it challenged is unchallenged. The book is locked."""
    hold = hold_under(session, reference)
    if hold is None:
        return
    queue = queue_of(session, hold.performer_id, at)
    queued = next((other for other in queue if other.id == hold.id), None)
    if queued is None:
        hold.released_at, hold.release_reason = _lapsed_at(hold), HoldEnd.LAPSED
        session.flush()
        return
    hold.released_at, hold.release_reason = at, reason
    remaining = [other for other in queue if other.id != hold.id]
    for other in challenged_by(hold.id, remaining, at):
        relieved = session.get_one(Hold, other.id)
        relieved.challenged_at = relieved.challenged_by_hold_id = relieved.respond_by_at = None
        _move(session, relieved, hold_moves.unchallenged(other))
    session.flush()
    moved_up = tuple(
        Waiting(other.reference, other.party_id, len(ahead_of(other, remaining, at)) + 1)
        for other in behind(queued, remaining, at)
    )
    event = HoldReleased(reference, hold.party_id, hold.package_id, hold.performer_id, reason, moved_up)
    events.publish(session=session, event=event, at=at)


@dataclass(frozen=True, slots=True)
class _Locked:
    """A hold in force in a queue that nobody else moves until the transaction ends."""

    hold: Hold
    queued: QueuedHold
    queue: Sequence[QueuedHold]


def _locked(session: Session, at: datetime, reference: str, party_id: str) -> _Locked:
    performer_id = session.exec(select(Hold.performer_id).where(Hold.reference == reference)).first()
    if performer_id is not None:
        lock_book(session, performer_id)
        queue = queue_of(session, performer_id, at)
        for queued in queue:
            if queued.reference == reference and queued.party_id == party_id:
                return _Locked(session.get_one(Hold, queued.id), queued, queue)
    raise NotFound("No hold of yours is in force here; place one first.")


def _move(session: Session, hold: Hold, queued: QueuedHold) -> None:
    session.add(hold)
    session.flush()
    set_lapse(session, hold.reference, queued.ends_at)


def _lapsed_at(hold: Hold) -> datetime:
    if hold.respond_by_at is None or hold.matched_at is not None:
        return hold.lapses_at
    return min(hold.lapses_at, hold.respond_by_at)


def _standing(session: Session, reference: str, at: datetime) -> HoldStanding:
    found = standing(session, reference, at)
    if found is None:
        raise NotFound("No hold of yours is in force here; place one first.")
    return found


def _behind_all(queue: Sequence[QueuedHold], at: datetime) -> datetime:
    """Return when a hold counts as placed: never before one that had the lock of the book earlier."""
    return max([at, *(hold.placed_at for hold in queue)])


def _days(asked: int | None, longest: int) -> int:
    days = min(hold_moves.USUAL_DAYS, longest) if asked is None else asked
    if not 1 <= days <= longest:
        raise InvalidInput.at("/lasts_days", f"A hold lasts from 1 to {longest} days.")
    return days


def _require_answer_hours(hours: int) -> None:
    shortest, longest = hold_moves.SHORTEST_ANSWER_HOURS, hold_moves.LONGEST_ANSWER_HOURS
    if not shortest <= hours <= longest:
        sentence = f"The other party has from {shortest} to {longest} hours to answer."
        raise InvalidInput.at("/respond_within_hours", sentence)


def _require(verdict: HoldVerdict) -> None:
    if not verdict.is_allowed:
        raise HoldMoveRefused(verdict)


def _audit(session: Session, actor: Actor, at: datetime, action: str, hold: Hold, **detail: str | int) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=action,
        subject_id=hold.package_id,
        reference=hold.reference,
        **detail,
    )
