"""Reads of the rights book: coarse, through one index. The rules decide exactly."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.catalog import queries as catalog
from app.catalog.models import Package, PackageComponent
from app.catalog.states import PackageStatus
from app.parties import queries as parties
from app.parties.models import Representation
from app.rights.hold_queries import giving_way
from app.rights.models import RightsBlockRow
from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import Taken
from app.rights.rules.rights_in import Authority, Offered, RightsIn
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.rights_block import RightsBlock
from app.values.term import Term


def rights_in(session: Session, package: Package) -> RightsIn:
    """Return what a package offers and the authority of its licensor over the performer."""
    found = parties.verified_representation(session, package.performer_id, package.licensor_party_id)
    return RightsIn(
        is_listed=package.status is PackageStatus.LISTED,
        offered=[_offered(row) for row in catalog.components_of(session, [package.id])],
        authorities=[] if found is None else [_authority(found)],
    )


def taken_from(
    session: Session, performer_id: str, asked: Ask, *, at: datetime, own_reference: str | None = None
) -> list[Taken]:
    """Return what is taken of the asked components from the asked start on, lapsed holds included.

    Left out are the holds that give way to the asker's own, which stands under `own_reference`.
    """
    statement = concerning(performer_id, asked)
    if own_reference is not None:
        ignored = giving_way(session, performer_id, asked, own_reference, at)
        statement = statement.where(col(RightsBlockRow.reference).not_in(ignored))
    return [taken for row in session.exec(statement) if (taken := _taken(row)) is not None]


def blocks_of(session: Session, reference: str) -> Sequence[RightsBlockRow]:
    """Return what was ever taken under a reference, oldest first."""
    statement = select(RightsBlockRow).where(RightsBlockRow.reference == reference)
    return session.exec(statement.order_by(col(RightsBlockRow.id))).all()


def concerning(performer_id: str, asked: Ask) -> SelectOfScalar[RightsBlockRow]:
    """Return the statement for every block of these components that ends after the asked start."""
    starts_at = asked.term.starts_at
    ends_at, released_at = col(RightsBlockRow.ends_at), col(RightsBlockRow.released_at)
    return (
        select(RightsBlockRow)
        .where(RightsBlockRow.performer_id == performer_id)
        .where(col(RightsBlockRow.component).in_(asked.components))
        .where(sa.or_(ends_at.is_(None), ends_at > starts_at))
        .where(sa.or_(released_at.is_(None), released_at > starts_at))
    )


def _taken(row: RightsBlockRow) -> Taken | None:
    """Return the block as it counts now: a hold given back is gone, a grant given back ended then."""
    ends_at, lapses_at = row.ends_at, row.lapses_at
    if row.released_at is not None:
        if row.kind is BlockKind.HOLD or row.released_at <= row.starts_at:
            return None
        ends_at = _earlier(ends_at, row.released_at)
    block = RightsBlock(
        component=Component(row.component),
        axes=frozenset(map(Axis, row.axes)),
        media=frozenset(row.media),
        territory=frozenset(row.territory),
        languages=frozenset(row.languages),
        categories=frozenset(row.categories),
        term=Term(row.starts_at, ends_at),
        exclusivity=row.exclusivity,
    )
    return Taken(row.kind, block, lapses_at)


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def _offered(row: PackageComponent) -> Offered:
    return Offered(
        component=row.component,
        axes=frozenset(map(Axis, row.axes)),
        media=frozenset(row.media),
        territory=frozenset(row.territory_codes),
        languages=frozenset(row.languages),
        categories=frozenset(row.categories),
    )


def _authority(row: Representation) -> Authority:
    return Authority(
        components=frozenset(map(Component, row.components)),
        media=frozenset(row.media),
        territory=frozenset(row.territory_codes),
        signs_until_at=row.signs_until_at,
        licenses_until_at=row.licenses_until_at,
    )
