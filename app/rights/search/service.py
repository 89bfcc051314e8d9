"""Find what is free in the whole catalog: the index proposes, the rules decide, a request has an end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.catalog.models import Package
from app.catalog.search import FoundPackage, found_packages
from app.identity.actor import Actor
from app.rights.rules.ask import Ask
from app.rights.rules.free import Free
from app.rights.search.prefilter import EVERY_PACKAGE, Narrowing, promising
from app.rights.search.strides import count_listed, strides
from app.rights.service.asking import find_free_in, require_ahead

JUDGED_MOST = 500
"""How many packages the rules decide about in one request."""
BATCH = 25
"""How many of them at a time."""


@dataclass(frozen=True, slots=True)
class FreePackage:
    """A package that matches, as a list shows it, with when and where it is free."""

    found: FoundPackage
    free: Free


@dataclass(frozen=True, slots=True)
class CatalogAnswer:
    """One page of what matches, the newest packages first.

    Everything from the cursor given to the next one was decided. A page may be short, or empty, and yet not be the
    last: the work of one request is bounded.
    """

    items: Sequence[FreePackage]
    looked_at: int
    """How many listed packages were decided about."""
    next_cursor: str | None
    """The last package decided about, unless it was the last of the catalog."""


def search_avails(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    asked: Ask,
    narrowing: Narrowing = EVERY_PACKAGE,
    cursor: str | None = None,
    limit: int = 25,
) -> CatalogAnswer:
    """Find the packages of which all of an ask is free as it wants to be matched. Nothing is reserved by asking.

    Holds of the asker's own party do not stand in the way. Raises: InvalidInput for a term that is over.
    """
    require_ahead(asked.term, at)
    statement = promising(asked, narrowing)
    matching: list[tuple[Package, Free]] = []
    looked_at, budget, next_cursor = 0, JUDGED_MOST, None
    for stride in strides(session, below=cursor):
        candidates = session.execute(stride.within(statement).limit(budget)).scalars().all()
        for package, free in _judged(session, actor, at, asked, candidates):
            budget -= 1
            if free.is_match:
                matching.append((package, free))
            if len(matching) == limit or not budget:
                looked_at += count_listed(session, from_id=package.id, below=stride.below)
                return CatalogAnswer(_shown(session, matching), looked_at, package.id)
        looked_at += stride.packages
        next_cursor = stride.next_cursor
    return CatalogAnswer(_shown(session, matching), looked_at, next_cursor)


def _judged(
    session: Session, actor: Actor, at: datetime, asked: Ask, package_ids: Sequence[str]
) -> Iterator[tuple[Package, Free]]:
    """Judge packages in the order in which they are named, as many as are asked for."""
    for start in range(0, len(package_ids), BATCH):
        batch = package_ids[start : start + BATCH]
        rows = session.exec(select(Package).where(col(Package.id).in_(batch))).all()
        free = find_free_in(session=session, at=at, packages=rows, asked=asked, asker_party_id=actor.party_id)
        packages = {package.id: package for package in rows}
        for package_id in batch:
            yield packages[package_id], free[package_id]


def _shown(session: Session, matching: Sequence[tuple[Package, Free]]) -> list[FreePackage]:
    free = {package.id: part for package, part in matching}
    found = found_packages(session, [package for package, _ in matching])
    return [FreePackage(one, free[one.package.id]) for one in found]
