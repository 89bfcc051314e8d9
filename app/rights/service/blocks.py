"""The rows of the book: written, moved and given back here and nowhere else, under the lock of the book."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog.models import Package
from app.rights import queries
from app.rights.errors import ReferenceTaken
from app.rights.index.service import index_blocks
from app.rights.models import RightsBlockRow
from app.rights.states import BlockKind
from app.values.rights_block import RightsBlock
from app.values.term import Term

_LOCK = sa.text(
    "INSERT INTO rights_book (performer_id, revision) VALUES (:performer_id, 1) "
    "ON CONFLICT (performer_id) DO UPDATE SET revision = rights_book.revision + 1"
)


def lock_book(session: Session, performer_id: str) -> None:
    """Wait for whoever writes into this performer's book, and keep others waiting until the transaction ends.

    One statement makes the row or changes it, so that two first writers wait for each other too. On SQLite the
    write transaction has the whole database to itself anyway.
    """
    session.execute(_LOCK, {"performer_id": performer_id})


def write_blocks(
    session: Session,
    at: datetime,
    package: Package,
    reference: str,
    blocks: Sequence[RightsBlock],
    *,
    kind: BlockKind,
    lapses_at: datetime | None = None,
) -> None:
    """Note blocks as taken under a reference under which nothing is taken now. Raises: ReferenceTaken."""
    if any(row.is_in_force(at) for row in queries.blocks_of(session, reference)):
        raise ReferenceTaken("Rights are booked under this reference already; use a new one.")
    rows = [
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
        for block in blocks
    ]
    session.add_all(rows)
    _keep_index(session, rows)


def give_back(session: Session, at: datetime, reference: str) -> None:
    """Free what is taken under a reference from this instant on, which may lie ahead."""
    released_at = col(RightsBlockRow.released_at)
    rows = _rows(session, [reference], sa.or_(released_at.is_(None), released_at > at))
    for row in rows:
        row.released_at = at
    _keep_index(session, rows)


def set_lapse(session: Session, reference: str, lapses_at: datetime) -> None:
    """Let the blocks of a hold end at another instant."""
    rows = _rows(session, [reference], col(RightsBlockRow.released_at).is_(None))
    for row in rows:
        row.lapses_at = lapses_at
    _keep_index(session, rows)


def set_terms(session: Session, terms: Mapping[str, Term | None]) -> None:
    """Move what is taken under each reference to another period.

    Without one nothing is taken until it gets one: the blocks are given back at their very start.
    """
    rows = _rows(session, terms)
    for row in rows:
        term = terms[row.reference]
        if term is None:
            row.released_at = row.starts_at
        else:
            row.starts_at, row.ends_at, row.released_at = term.starts_at, term.ends_at, None
    _keep_index(session, rows)


def _rows(session: Session, references: Iterable[str], *conditions: Any) -> Sequence[RightsBlockRow]:
    return session.exec(
        select(RightsBlockRow)
        .where(col(RightsBlockRow.reference).in_(list(references)), *conditions)
        .execution_options(populate_existing=True)
    ).all()


def _keep_index(session: Session, rows: Sequence[RightsBlockRow]) -> None:
    """Write the rows, and what the index holds of them; of holds it holds nothing."""
    session.flush()
    indexed = {row.reference for row in rows if row.kind is not BlockKind.HOLD}
    if indexed:
        index_blocks(session=session, references=indexed)
