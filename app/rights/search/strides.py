"""The catalog in strides, the newest packages first: short ones to begin with, long ones where little is found.

A database cannot know how rare a match is, and reading the whole catalog for the first page would be the price of
its guess. A stride is a range of ids that holds a known number of listed packages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.catalog.models import Package
from app.catalog.states import PackageStatus

LENGTHS = (1_000, 4_000, 15_000, 80_000)
"""Together 100,000 packages, the most that one request looks at."""


@dataclass(frozen=True, slots=True)
class Stride:
    """Listed packages from an id on, below another, or below none."""

    from_id: str
    below: str | None
    packages: int
    is_last: bool
    """Whether the catalog ends here."""

    @property
    def next_cursor(self) -> str | None:
        return None if self.is_last else self.from_id

    def within(self, statement: Any) -> Any:
        """Return a statement for ids of packages held to this stride, in its order."""
        package_id = next(iter(statement.selected_columns))
        if self.below is not None:
            statement = statement.where(package_id < self.below)
        return statement.where(package_id >= self.from_id).order_by(sa.desc(package_id))


def strides(session: Session, *, below: str | None) -> Iterator[Stride]:
    """Walk down the catalog, to its end or as far as one request goes."""
    for length in LENGTHS:
        ids = _listed(below).order_by(sa.desc(col(Package.id))).limit(length).subquery()
        from_id, packages = session.execute(
            sa.select(sa.func.min(ids.c.id), sa.func.count()).select_from(ids)
        ).one()
        if not packages:
            return
        stride = Stride(from_id, below, packages, is_last=packages < length)
        yield stride
        if stride.is_last:
            return
        below = from_id


def count_listed(session: Session, *, from_id: str, below: str | None) -> int:
    """Count the listed packages from an id on, below another."""
    ids = _listed(below).where(col(Package.id) >= from_id).subquery()
    found: int = session.execute(sa.select(sa.func.count()).select_from(ids)).scalar_one()
    return found


def _listed(below: str | None) -> Any:
    statement = sa.select(col(Package.id)).where(col(Package.status) == PackageStatus.LISTED)
    return statement if below is None else statement.where(col(Package.id) < below)
