"""Keep the index like the rows it pictures, in the transaction that changes them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog import queries as catalog
from app.rights.index.masks import masks_of
from app.rights.index.models import BlockIndex, OfferIndex
from app.rights.models import RightsBlockRow
from app.rights.rules.conflicts import Taken
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term


def index_blocks(*, session: Session, references: Iterable[str]) -> None:
    """Bring the index up to date with everything taken under these references.

    To be called whenever blocks of a reference were written, given back, or got other dates.
    """
    session.flush()
    chosen = col(RightsBlockRow.reference).in_(set(references))
    fresh = select(RightsBlockRow).where(chosen).execution_options(populate_existing=True)
    rows = session.exec(fresh).all()
    _replace(session, BlockIndex, col(BlockIndex.block_id).in_([row.id for row in rows]), block_rows(rows))


def index_offers(*, session: Session, package_id: str) -> None:
    """Bring the index up to date with a package: its components while it is listed, otherwise nothing."""
    package = catalog.package(session, package_id)
    rows: list[dict[str, Any]] = []
    if package.status.is_public:
        for component in catalog.components_of(session, [package_id]):
            masks = masks_of(
                axes=component.axes,
                media=component.media,
                territory=component.territory_codes,
                languages=component.languages,
                categories=component.categories,
            )
            rows.append(
                {
                    "component_id": component.id,
                    "component": component.component,
                    "package_id": package.id,
                    "performer_id": package.performer_id,
                    **masks.columns,
                }
            )
    _replace(session, OfferIndex, col(OfferIndex.package_id) == package_id, rows)


def block_rows(rows: Sequence[RightsBlockRow]) -> list[dict[str, Any]]:
    """Return what the index holds of blocks; nothing of those given back, nor of holds."""
    return [_block_row(row) for row in rows if row.released_at is None and row.kind is not BlockKind.HOLD]


def exclusivity_bit(exclusivity: Exclusivity) -> int:
    return 1 << list(Exclusivity).index(exclusivity)


def _block_row(row: RightsBlockRow) -> dict[str, Any]:
    masks = masks_of(
        axes=row.axes,
        media=row.media,
        territory=row.territory,
        languages=row.languages,
        categories=row.categories,
    )
    return {
        "block_id": row.id,
        "performer_id": row.performer_id,
        "component": row.component,
        "keeps_out": _keeps_out(row),
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        **masks.columns,
    }


def _keeps_out(row: RightsBlockRow) -> int:
    """Ask the rules in which manners the same rights could not be asked for again."""
    block = RightsBlock(
        component=Component(row.component),
        axes=frozenset(map(Axis, row.axes)),
        media=frozenset(row.media),
        territory=frozenset(row.territory),
        languages=frozenset(row.languages),
        categories=frozenset(row.categories),
        term=Term(row.starts_at, row.ends_at),
        exclusivity=row.exclusivity,
    )
    taken = Taken(row.kind, block)
    kept_out = (each for each in Exclusivity if taken.is_in_the_way_of(replace(block, exclusivity=each)))
    return sum(map(exclusivity_bit, kept_out))


def _replace(session: Session, model: Any, where: Any, rows: list[dict[str, Any]]) -> None:
    session.execute(sa.delete(model).where(where).execution_options(synchronize_session=False))
    if rows:
        session.execute(sa.insert(model.__table__), rows)
