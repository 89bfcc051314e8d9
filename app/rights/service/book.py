"""Take the rights of a license, and give back what was taken."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.identity.actor import SYSTEM, Actor
from app.parties.rules.authority import Consent
from app.rights import queries
from app.rights.models import RightsBlockRow
from app.rights.rules.ask import Ask
from app.rights.service.asking import require_free
from app.rights.service.blocks import give_back, lock_book, write_blocks
from app.rights.service.holds import leave_queue
from app.rights.states import BlockKind, HoldEnd
from app.values.rights_block import RightsBlock


def book_grants(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    reference: str,
    blocks: Sequence[RightsBlock],
    in_place_of: str | None = None,
    zone: str = "UTC",
    consents: Iterable[Consent] = (),
) -> None:
    """Take the rights of a license, all or none, and free the hold of `in_place_of`.

    Holds behind that one do not stand in the way, as far as it was for these rights. Blocks of one call may
    overlap: they are one licensee's. `consents` are of holders who signed this very license. Raises: NotFound,
    RightsNotAvailable, ReferenceTaken.
    """
    package = catalog.package(session, package_id)
    asked = Ask.of(blocks, zone=zone)
    lock_book(session, package.performer_id)
    require_free(session, at, package, asked, own_reference=in_place_of, consents=consents)
    write_blocks(session, at, package, reference, asked.blocks, kind=BlockKind.GRANT)
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="rights.granted",
        subject_id=package.id,
        reference=reference,
        blocks=len(asked.blocks),
    )
    if in_place_of is not None:
        release(session=session, actor=actor, at=at, reference=in_place_of, reason=HoldEnd.SIGNED)


def change_grants(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    reference: str,
    blocks: Sequence[RightsBlock],
    from_at: datetime,
    in_place_of: str | None = None,
    zone: str = "UTC",
    consents: Iterable[Consent] = (),
) -> None:
    """Let a license take these rights from an instant on, in place of those it has; until then it keeps them.

    Whatever it gives up is free from that instant on. Rights that lie within those it has need not be free of
    others, nor listed; everything else is asked for as at `book_grants`.
    Raises: NotFound, RightsNotAvailable.
    """
    package = catalog.package(session, package_id)
    lock_book(session, package.performer_id)
    held = [row.block for row in queries.blocks_of(session, reference) if row.is_in_force(at)]
    ahead = [later for block in blocks if (later := block.from_instant(from_at)) is not None]
    give_back(session, from_at, reference)
    if ahead:
        asked = Ask.of(ahead, zone=zone)
        if not all(any(had.gives(block) for had in held) for block in asked.blocks):
            require_free(session, at, package, asked, own_reference=in_place_of, consents=consents)
        write_blocks(session, at, package, reference, asked.blocks, kind=BlockKind.GRANT)
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="rights.changed",
        subject_id=package.id,
        reference=reference,
        blocks=len(ahead),
    )
    if in_place_of is not None:
        release(session=session, actor=actor, at=at, reference=in_place_of, reason=HoldEnd.SIGNED)


def release(
    *,
    session: Session,
    at: datetime,
    reference: str,
    actor: Actor = SYSTEM,
    reason: HoldEnd = HoldEnd.RELEASED,
) -> None:
    """Give back everything taken under a reference, from this instant on. A second time changes nothing.

    A hold leaves the queue for this `reason`.
    """
    released_at = col(RightsBlockRow.released_at)
    held = (RightsBlockRow.reference == reference, sa.or_(released_at.is_(None), released_at > at))
    where = select(RightsBlockRow.performer_id, RightsBlockRow.package_id).where(*held).distinct()
    for performer_id, package_id in sorted(session.exec(where).all()):
        lock_book(session, performer_id)
        audit.record(
            session=session,
            actor=actor,
            at=at,
            action="rights.released",
            subject_id=package_id,
            reference=reference,
        )
        leave_queue(session, at, reference, reason)
    give_back(session, at, reference)
