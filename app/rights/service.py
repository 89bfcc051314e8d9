"""The narrow door to the rights book: ask, and take or give back under a reference.

Callers have decided that the actor may act for the reference; what is free is decided here, under the lock of the
performer's book, in the caller's transaction. Two that race for one right are handled one after the other, on
every engine.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog.models import Package
from app.identity.actor import SYSTEM, Actor
from app.rights import queries
from app.rights.answers import answer_document
from app.rights.errors import ReferenceTaken, RightsNotAvailable
from app.rights.models import RightsBlockRow
from app.rights.rules.ask import Ask
from app.rights.rules.avails import Answer, avails
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.errors import InvalidInput
from app.values.exclusivity import Exclusivity
from app.values.rights_block import ALL, RightsBlock
from app.values.term import Term


def ask_avails(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    components: Iterable[Component],
    axes: Iterable[Axis],
    media: Iterable[str],
    territory: Iterable[str],
    term: Term,
    exclusivity: Exclusivity,
    languages: Iterable[str] = (ALL,),
    categories: Iterable[str] = (ALL,),
    zone: str = "UTC",
    ignore_reference: str | None = None,
) -> Answer:
    """Say whether the same use of these components is free now, with every reason. Nothing is reserved.

    `media` are leaves, `territory` are ISO codes, `zone` is where the answer's days are. What is taken under
    `ignore_reference` (the asker's own hold) does not stand in the way. Raises: NotFound, InvalidValue.
    """
    package = catalog.visible_package(session, actor, package_id)
    asked = Ask.bundle(
        components=components,
        zone=zone,
        axes=frozenset(axes),
        media=frozenset(media),
        territory=frozenset(territory),
        languages=frozenset(languages),
        categories=frozenset(categories),
        term=term,
        exclusivity=exclusivity,
    )
    return _answer(session, at, package, asked, ignore_reference=ignore_reference)


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
) -> None:
    """Take the rights of a license, all or none, and give back the holds of `in_place_of`.

    Blocks of one call may overlap: they are one licensee's. Raises: NotFound, RightsNotAvailable, ReferenceTaken.
    """
    _take(
        session=session,
        actor=actor,
        at=at,
        package_id=package_id,
        reference=reference,
        asked=Ask.of(blocks, zone=zone),
        kind=BlockKind.GRANT,
        in_place_of=in_place_of,
    )
    if in_place_of is not None:
        release(session=session, actor=actor, at=at, reference=in_place_of)


def place_hold(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    reference: str,
    blocks: Sequence[RightsBlock],
    lapses_at: datetime,
    zone: str = "UTC",
) -> None:
    """Reserve rights for a negotiation until an instant; the hold lapses by the clock.

    Raises: NotFound, RightsNotAvailable, ReferenceTaken, InvalidInput.
    """
    if lapses_at <= at:
        raise InvalidInput.at("/lapses_at", "A hold ends later than it begins.")
    _take(
        session=session,
        actor=actor,
        at=at,
        package_id=package_id,
        reference=reference,
        asked=Ask.of(blocks, zone=zone),
        kind=BlockKind.HOLD,
        lapses_at=lapses_at,
    )


def hold_back(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    reference: str,
    blocks: Sequence[RightsBlock],
) -> None:
    """Promise, as the licensor, that nobody gets these rights from now on. Grants already given go on.

    Raises: NotFound, also for a package that is not the actor's; ReferenceTaken.
    """
    package = catalog.own_package(session, actor, package_id)
    _lock(session, package.performer_id)
    _write(session, actor, at, package, reference, Ask.of(blocks), kind=BlockKind.HOLDBACK)


def release(*, session: Session, at: datetime, reference: str, actor: Actor = SYSTEM) -> None:
    """Give back everything taken under a reference, from this instant on. A second time changes nothing."""
    held = (col(RightsBlockRow.reference) == reference, col(RightsBlockRow.released_at).is_(None))
    where = select(RightsBlockRow.performer_id, RightsBlockRow.package_id).where(*held).distinct()
    for performer_id, package_id in sorted(session.exec(where).all()):
        _lock(session, performer_id)
        audit.record(
            session=session,
            actor=actor,
            at=at,
            action="rights.released",
            subject_id=package_id,
            reference=reference,
        )
    session.execute(sa.update(RightsBlockRow).where(*held).values(released_at=at))


def _take(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    reference: str,
    asked: Ask,
    kind: BlockKind,
    lapses_at: datetime | None = None,
    in_place_of: str | None = None,
) -> None:
    """Check under the lock of the performer's book that everything is free, and write it."""
    package = catalog.package(session, package_id)
    _lock(session, package.performer_id)
    answer = _answer(session, at, package, asked, ignore_reference=in_place_of)
    if not answer.is_available:
        document = answer_document(answer)
        raise RightsNotAvailable(answer.sentence, reasons=document["reasons"], fixes=document["fixes"])
    _write(session, actor, at, package, reference, asked, kind=kind, lapses_at=lapses_at)


def _lock(session: Session, performer_id: str) -> None:
    """Wait for whoever writes into this performer's book, and keep others waiting until the transaction ends.

    One statement makes the row or changes it, so that two first writers wait for each other too. On SQLite the
    write transaction has the whole database to itself anyway.
    """
    statement = (
        "INSERT INTO rights_book (performer_id, revision) VALUES (:performer_id, 1) "
        "ON CONFLICT (performer_id) DO UPDATE SET revision = rights_book.revision + 1"
    )
    session.execute(sa.text(statement), {"performer_id": performer_id})


def _answer(
    session: Session, at: datetime, package: Package, asked: Ask, *, ignore_reference: str | None
) -> Answer:
    return avails(
        asked=asked,
        rights_in=queries.rights_in(session, package),
        taken=queries.taken_from(session, package.performer_id, asked, ignore_reference=ignore_reference),
        at=at,
    )


def _write(
    session: Session,
    actor: Actor,
    at: datetime,
    package: Package,
    reference: str,
    asked: Ask,
    *,
    kind: BlockKind,
    lapses_at: datetime | None = None,
) -> None:
    if any(row.is_in_force(at) for row in queries.blocks_of(session, reference)):
        raise ReferenceTaken("Rights are booked under this reference already; use a new one.")
    for block in asked.blocks:
        session.add(
            RightsBlockRow(
                kind=kind,
                performer_id=package.performer_id,
                package_id=package.id,
                reference=reference,
                component=block.component,
                axes=sorted(block.axes),
                media=sorted(block.media),
                territory=sorted(block.territory),
                languages=sorted(block.languages),
                categories=sorted(block.categories),
                starts_at=block.term.starts_at,
                ends_at=block.term.ends_at,
                exclusivity=block.exclusivity,
                lapses_at=lapses_at,
                booked_at=at,
            )
        )
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=_ACTIONS[kind],
        subject_id=package.id,
        reference=reference,
        blocks=len(asked.blocks),
    )


_ACTIONS = {
    BlockKind.GRANT: "rights.granted",
    BlockKind.HOLD: "rights.held",
    BlockKind.HOLDBACK: "rights.held_back",
}
