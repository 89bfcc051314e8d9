"""The rows of the book: written, moved and given back here and nowhere else, under the lock of the book."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog.models import Package
from app.rights import queries
from app.rights.errors import ReferenceTaken
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
    session.flush()


def give_back(session: Session, at: datetime, reference: str) -> None:
    """Free what is taken under a reference from this instant on."""
    _change(session, reference, released_at=at)


def set_lapse(session: Session, reference: str, lapses_at: datetime) -> None:
    """Let the blocks of a hold end at another instant."""
    _change(session, reference, lapses_at=lapses_at)


def set_term(session: Session, reference: str, term: Term) -> None:
    """Move what is taken under a reference to another period."""
    _change(session, reference, starts_at=term.starts_at, ends_at=term.ends_at)


def _change(session: Session, reference: str, **values: datetime | None) -> None:
    rows = session.exec(
        select(RightsBlockRow)
        .where(RightsBlockRow.reference == reference, col(RightsBlockRow.released_at).is_(None))
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
    session.add_all(rows)
    session.flush()
