"""Reads of the queue for rights on hold."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog import queries as catalog
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties import queries as parties
from app.rights.models import Hold, RightsBlockRow
from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import Taken
from app.rights.rules.queue import Challenge, QueuedHold
from app.rights.rules.standing import HoldStanding, standing_of
from app.rights.states import BlockKind
from app.values.rights_block import RightsBlock


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold in force with what the licensor sees beside it."""

    hold: Hold
    party_name: str
    standing: HoldStanding


def queue_of(session: Session, performer_id: str, at: datetime) -> list[QueuedHold]:
    """Return the holds on a performer that may be in force, in two statements however many there are."""
    return queues_of(session, [performer_id], at)[performer_id]


def queues_of(session: Session, performer_ids: Sequence[str], at: datetime) -> dict[str, list[QueuedHold]]:
    """Return the holds on each performer that may be in force, in two statements for all."""
    mine = (col(Hold.performer_id).in_(performer_ids), _is_in_force(at))
    holds = session.exec(select(Hold).where(*mine).execution_options(populate_existing=True)).all()
    rows = session.exec(
        select(RightsBlockRow)
        .join(Hold, col(Hold.reference) == col(RightsBlockRow.reference))
        .where(*mine, RightsBlockRow.kind == BlockKind.HOLD, col(RightsBlockRow.released_at).is_(None))
    ).all()
    blocks: defaultdict[str, list[RightsBlock]] = defaultdict(list)
    for row in rows:
        blocks[row.reference].append(row.block)
    queues: dict[str, list[QueuedHold]] = {performer_id: [] for performer_id in performer_ids}
    for hold in holds:
        queues[hold.performer_id].append(_queued(hold, blocks[hold.reference]))
    return queues


def hold_under(session: Session, reference: str) -> Hold | None:
    """Return the hold that was placed under a reference and not given up; it may have lapsed."""
    return session.exec(
        select(Hold)
        .where(Hold.reference == reference, col(Hold.released_at).is_(None))
        .execution_options(populate_existing=True)
    ).first()


def standing(session: Session, reference: str, at: datetime) -> HoldStanding | None:
    """Return where the hold of a reference stands; nothing where none is in force."""
    found = hold_under(session, reference)
    if found is None:
        return None
    queue = queue_of(session, found.performer_id, at)
    own = next((hold for hold in queue if hold.reference == reference and hold.is_in_force(at)), None)
    if own is None:
        return None
    overtaken = own.is_overtaken_by(_kept_from_holds(session, own.blocks, found.performer_id, at))
    return standing_of(own, queue, at, is_overtaken=overtaken)


def is_held(session: Session, reference: str, wanted: Sequence[RightsBlock], at: datetime) -> bool:
    """Say whether the hold of a reference, if one is in force, is for all of these blocks."""
    found = hold_under(session, reference)
    queue = [] if found is None else queue_of(session, found.performer_id, at)
    own = (hold for hold in queue if hold.reference == reference and hold.is_in_force(at))
    return any(hold.covers(Ask.of(wanted).blocks) for hold in own)


def holds_on_package(
    session: Session, actor: Actor, package_id: str, at: datetime, *, cursor: str | None = None, limit: int = 25
) -> Page[Any]:
    """Return the holds in force that were placed on the actor's package, newest first. Raises: NotFound."""
    package = catalog.own_package(session, actor, package_id)
    statement = select(Hold).where(Hold.package_id == package.id, _is_in_force(at))
    page = paginate(session, statement, id_column=col(Hold.id), cursor=cursor, limit=limit)
    names = parties.party_names(session, {hold.party_id for hold in page.items})
    queue = queue_of(session, package.performer_id, at) if page.items else []
    on_page = {hold.id: hold for hold in queue if hold.id in {row.id for row in page.items}}
    blocks = [block for hold in on_page.values() for block in hold.blocks]
    taken = _kept_from_holds(session, blocks, package.performer_id, at)
    views = [
        HoldView(
            row,
            names[row.party_id],
            standing_of(on_page[row.id], queue, at, is_overtaken=on_page[row.id].is_overtaken_by(taken)),
        )
        for row in page.items
    ]
    return Page(items=views, next_cursor=page.next_cursor)


def _kept_from_holds(
    session: Session, blocks: Sequence[RightsBlock], performer_id: str, at: datetime
) -> list[Taken]:
    """Return what is granted and kept back of the components that holds are for; what ended before is left out."""
    released_at = col(RightsBlockRow.released_at)
    rows = session.exec(
        select(RightsBlockRow)
        .where(RightsBlockRow.performer_id == performer_id)
        .where(col(RightsBlockRow.component).in_({block.component for block in blocks}))
        .where(RightsBlockRow.kind != BlockKind.HOLD, sa.or_(released_at.is_(None), released_at > at))
    ).all()
    return [Taken(row.kind, block) for row in rows if (block := row.held_block) is not None]


def _is_in_force(at: datetime) -> Any:
    """The rule of `QueuedHold.is_in_force`, for the database."""
    respond_by_at, matched_at = col(Hold.respond_by_at), col(Hold.matched_at)
    return sa.and_(
        col(Hold.released_at).is_(None),
        col(Hold.lapses_at) > at,
        sa.or_(respond_by_at.is_(None), matched_at.is_not(None), respond_by_at > at),
    )


def _queued(hold: Hold, blocks: Sequence[RightsBlock]) -> QueuedHold:
    challenge = None
    if hold.challenged_by_hold_id is not None and hold.respond_by_at is not None:
        challenge = Challenge(hold.challenged_by_hold_id, hold.respond_by_at)
    return QueuedHold(
        id=hold.id,
        reference=hold.reference,
        party_id=hold.party_id,
        placed_at=hold.placed_at,
        lapses_at=hold.lapses_at,
        blocks=tuple(blocks),
        challenge=challenge,
        matched_at=hold.matched_at,
    )
