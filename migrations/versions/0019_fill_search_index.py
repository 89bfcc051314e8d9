"""What is listed and what is taken already, pictured for the catalog-wide question."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.columns import Json
from app.rights.index.masks import TERRITORY_COLUMNS, masks_of

revision = "0019_fill_search_index"
down_revision = "0018_authority_cases"

BATCH = 1000
ALL_MANNERS, NOT_SHARED = 0b111, 0b110
"""Bits of non-exclusive, exclusive and sole, in this order."""

AT = sa.DateTime(timezone=True)
DIMENSIONS = ("axes", "media", "languages", "categories")
MASKS = ("axes", "media", *TERRITORY_COLUMNS, "categories", "all_languages")

package = sa.table("package", *map(sa.column, ("id", "performer_id", "status")))
component = sa.table(
    "package_component",
    *map(sa.column, ("id", "package_id", "component")),
    *(sa.column(name, Json) for name in (*DIMENSIONS, "territory_codes")),
)
block = sa.table(
    "rights_block",
    *map(sa.column, ("id", "kind", "performer_id", "component", "exclusivity", "released_at")),
    *(sa.column(name, Json) for name in (*DIMENSIONS, "territory")),
    *(sa.column(name, AT) for name in ("starts_at", "ends_at")),
)
offer_index = sa.table(
    "offer_index", *map(sa.column, ("component_id", "component", "package_id", "performer_id", *MASKS))
)
block_index = sa.table(
    "block_index",
    *map(sa.column, ("block_id", "performer_id", "component", "keeps_out", *MASKS)),
    *(sa.column(name, AT) for name in ("starts_at", "ends_at")),
)


def upgrade() -> None:
    listed = (
        sa.select(component, package.c.performer_id)
        .join(package, package.c.id == component.c.package_id)
        .where(package.c.status == "listed")
    )
    for rows in _batches(listed, component.c.id):
        op.bulk_insert(offer_index, [_offer(row) for row in rows])
    in_force = sa.select(block).where(block.c.released_at.is_(None), block.c.kind != "hold")
    for rows in _batches(in_force, block.c.id):
        op.bulk_insert(block_index, [_block(row) for row in rows])


def _batches(statement: Any, by: Any) -> Iterator[list[Any]]:
    last = ""
    while True:
        rows = op.get_bind().execute(statement.where(by > last).order_by(by).limit(BATCH)).mappings().all()
        if not rows:
            return
        yield list(rows)
        last = rows[-1]["id"]


def _offer(row: Any) -> dict[str, Any]:
    return {
        "component_id": row["id"],
        **{name: row[name] for name in ("component", "package_id", "performer_id")},
        **_masks(row, row["territory_codes"]),
    }


def _block(row: Any) -> dict[str, Any]:
    shares = row["kind"] == "grant" and row["exclusivity"] == "non_exclusive"
    return {
        "block_id": row["id"],
        "keeps_out": NOT_SHARED if shares else ALL_MANNERS,
        **{name: row[name] for name in ("performer_id", "component", "starts_at", "ends_at")},
        **_masks(row, row["territory"]),
    }


def _masks(row: Any, territory: list[str]) -> dict[str, Any]:
    return masks_of(territory=territory, **{name: row[name] for name in DIMENSIONS}).columns
