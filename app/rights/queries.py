"""Reads of the rights book: coarse, through one index. The rules decide exactly."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.catalog import queries as catalog
from app.catalog.models import Package, PackageComponent
from app.catalog.states import PackageStatus
from app.parties import queries as parties
from app.parties.directives.queries import directives_of
from app.parties.rules.authority import Consent
from app.rights.hold_queries import queues_of
from app.rights.models import RightsBlockRow
from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import OwnHold, Rank, Taken
from app.rights.rules.free import scope_of
from app.rights.rules.queue import QueuedHold
from app.rights.rules.rights_in import Offered, RightsIn
from app.values.components import Axis


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules need to answer one ask for one package."""

    rights_in: RightsIn
    taken: Sequence[Taken]
    own: Sequence[OwnHold] = ()


def facts_for(
    session: Session,
    packages: Sequence[Package],
    asked: Ask,
    *,
    at: datetime,
    asker_party_id: str | None = None,
    own_reference: str | None = None,
    consents: Iterable[Consent] = (),
) -> dict[str, Facts]:
    """Return the facts for each package by its id, in the same few statements however many there are.

    The asker's own holds, all of its party or the one under a reference, are told apart from what is taken.
    `consents` are those that holders gave to nothing but what is asked for.
    """
    performer_ids = sorted({package.performer_id for package in packages})
    queues: dict[str, list[QueuedHold]] = {}
    if asker_party_id is not None or own_reference is not None:
        queues = queues_of(session, performer_ids, at)
    own = {
        hold.reference: hold
        for queue in queues.values()
        for hold in queue
        if own_reference == hold.reference or asker_party_id == hold.party_id
    }
    ranks = {hold.reference: hold.rank for queue in queues.values() for hold in queue}
    taken = _taken_of(session, performer_ids, asked, at=at, ranks=ranks, left_out={*own, own_reference})
    rights_in = _rights_in(session, packages, at, consents)
    return {
        package.id: Facts(
            rights_in=rights_in[package.id],
            taken=taken[package.performer_id],
            own=[
                OwnHold(hold.rank, hold.blocks, hold.ends_at)
                for hold in queues.get(package.performer_id, ())
                if hold.reference in own
            ],
        )
        for package in packages
    }


def taken_from(session: Session, performer_id: str, asked: Ask, *, at: datetime) -> list[Taken]:
    """Return what is taken of the asked components in the time looked at, lapsed holds included."""
    return _taken_of(session, [performer_id], asked, at=at)[performer_id]


def _taken_of(
    session: Session,
    performer_ids: Sequence[str],
    asked: Ask,
    *,
    at: datetime,
    ranks: Mapping[str, Rank] = MappingProxyType({}),
    left_out: Collection[str | None] = (),
) -> dict[str, list[Taken]]:
    found: dict[str, list[Taken]] = {performer_id: [] for performer_id in performer_ids}
    for row in session.exec(concerning(performer_ids, asked, at=at)):
        taken = None if row.reference in left_out else _taken(row)
        if taken is not None:
            found[row.performer_id].append(replace(taken, rank=ranks.get(row.reference)))
    return found


def _rights_in(
    session: Session, packages: Sequence[Package], at: datetime, consents: Iterable[Consent]
) -> dict[str, RightsIn]:
    """Return what packages offer, and their licensors' authority over what the performers did not rule out."""
    offered: defaultdict[str, list[Offered]] = defaultdict(list)
    for row in catalog.components_of(session, [package.id for package in packages]):
        offered[row.package_id].append(_offered(row))
    pairs = [(package.performer_id, package.licensor_party_id) for package in packages]
    authority = parties.authorities_of(session, pairs, at, consents=consents)
    directives = directives_of(session, {package.performer_id for package in packages})
    return {
        package.id: RightsIn(
            is_listed=package.status is PackageStatus.LISTED,
            offered=offered[package.id],
            authorities=authority[pair].authorities,
            gaps=authority[pair].gaps,
            directives=directives[package.performer_id],
        )
        for package, pair in zip(packages, pairs, strict=True)
    }


def blocks_of(session: Session, reference: str) -> Sequence[RightsBlockRow]:
    """Return what was ever taken under a reference, oldest first."""
    statement = select(RightsBlockRow).where(RightsBlockRow.reference == reference)
    return session.exec(statement.order_by(col(RightsBlockRow.id))).all()


def concerning(performer_ids: Sequence[str], asked: Ask, *, at: datetime) -> SelectOfScalar[RightsBlockRow]:
    """Return the statement for every block of these components that does not end before the time looked at."""
    since = min(asked.term.starts_at, scope_of(asked, at).term.starts_at)
    ends_at, released_at = col(RightsBlockRow.ends_at), col(RightsBlockRow.released_at)
    return (
        select(RightsBlockRow)
        .where(col(RightsBlockRow.performer_id).in_(performer_ids))
        .where(col(RightsBlockRow.component).in_(asked.components))
        .where(sa.or_(ends_at.is_(None), ends_at > since))
        .where(sa.or_(released_at.is_(None), released_at > since))
    )


def _taken(row: RightsBlockRow) -> Taken | None:
    block = row.held_block
    return None if block is None else Taken(row.kind, block, row.lapses_at)


def _offered(row: PackageComponent) -> Offered:
    return Offered(
        component=row.component,
        axes=frozenset(map(Axis, row.axes)),
        media=frozenset(row.media),
        territory=frozenset(row.territory_codes),
        languages=frozenset(row.languages),
        categories=frozenset(row.categories),
    )
