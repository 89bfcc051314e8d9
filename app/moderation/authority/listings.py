"""The pages of a case: licenses, copies handed out, payments and open negotiations. For administrators only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog.models import Package
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.licensing import queries as licensing
from app.licensing.models import Delivery, License
from app.moderation.authority import reach
from app.moderation.authority.queries import case_for
from app.moderation.authority.reach import PaymentRow
from app.moderation.states import Direction
from app.negotiation.models import Negotiation, Offer
from app.parties.queries import party_names


@dataclass(frozen=True, slots=True)
class AffectedLicense:
    """A license that rests on the authority, with what is shown beside it."""

    license: License
    standing: str
    package_title: str
    licensor_name: str
    licensee_name: str
    deliveries: int


@dataclass(frozen=True, slots=True)
class AffectedDelivery:
    """A copy that was handed out, and to whom."""

    delivery: Delivery
    licensee_party_id: str
    licensee_name: str


@dataclass(frozen=True, slots=True)
class AffectedPayment:
    """Money asked for or shared out, and whose."""

    payment: PaymentRow
    party_name: str


@dataclass(frozen=True, slots=True)
class FrozenNegotiation:
    """Talks that cannot be signed now. What the sides say to each other is theirs and is not shown."""

    negotiation: Negotiation
    package_title: str
    licensor_name: str
    licensee_name: str
    offers: int
    last_offer_at: datetime


def licenses_page(session: Session, actor: Actor, case_id: str, **page: Any) -> Page[License]:
    """Return one page of the licenses of a case, newest first. Raises: Forbidden; NotFound."""
    case = case_for(session, actor, case_id)
    statement = select(License).where(col(License.id).in_(reach.license_ids(case)))
    return paginate(session, statement, id_column=col(License.id), **page)


def deliveries_page(session: Session, actor: Actor, case_id: str, **page: Any) -> Page[Delivery]:
    """Return one page of the copies handed out under the licenses of a case, newest first.

    Raises: Forbidden; NotFound.
    """
    case = case_for(session, actor, case_id)
    statement = select(Delivery).where(col(Delivery.license_id).in_(reach.license_ids(case)))
    return paginate(session, statement, id_column=col(Delivery.id), **page)


def negotiations_page(session: Session, actor: Actor, case_id: str, **page: Any) -> Page[Negotiation]:
    """Return one page of the talks that rely on the authority and are open now, newest first.

    Raises: Forbidden; NotFound.
    """
    case = case_for(session, actor, case_id)
    statement = select(Negotiation).where(reach.open_negotiations(case))
    return paginate(session, statement, id_column=col(Negotiation.id), **page)


def payments_page(
    session: Session,
    actor: Actor,
    case_id: str,
    *,
    direction: Direction | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Any]:
    """Return one page of the money of a case, shares before charges and the newest of each first.

    Raises: Forbidden; NotFound.
    """
    rows = reach.payments(case_for(session, actor, case_id))
    statement = sa.select(rows).order_by(sa.desc(rows.c.id)).limit(limit + 1)
    if direction is not None:
        statement = statement.where(rows.c.direction == direction.value)
    if cursor is not None:
        statement = statement.where(rows.c.id < cursor)
    found = [
        PaymentRow(**row | {"direction": Direction(row["direction"])})
        for row in map(dict, session.execute(statement).mappings())
    ]
    return Page(items=found[:limit], next_cursor=found[limit - 1].id if len(found) > limit else None)


def affected_licenses(session: Session, at: datetime, rows: Sequence[License]) -> list[AffectedLicense]:
    """Return licenses with what is shown beside them, in a fixed number of queries."""
    names = _names(session, rows)
    titles = _titles(session, rows)
    handed_out = (
        sa.select(col(Delivery.license_id), sa.func.count().label("copies"))
        .where(col(Delivery.license_id).in_({row.id for row in rows}))
        .group_by(col(Delivery.license_id))
    )
    copies = {row.license_id: row.copies for row in session.execute(handed_out)}
    return [
        AffectedLicense(
            license=view.license,
            standing=view.standing(at).value,
            package_title=titles[view.license.package_id],
            licensor_name=names[view.license.licensor_party_id],
            licensee_name=names[view.license.licensee_party_id],
            deliveries=copies.get(view.license.id, 0),
        )
        for view in licensing.views_of(session, rows)
    ]


def affected_deliveries(session: Session, rows: Sequence[Delivery]) -> list[AffectedDelivery]:
    """Return copies with the names of who has them, in two queries."""
    wanted = col(License.id).in_({row.license_id for row in rows})
    takers = dict(session.exec(select(License.id, License.licensee_party_id).where(wanted)).all())
    names = party_names(session, takers.values())
    return [AffectedDelivery(row, takers[row.license_id], names[takers[row.license_id]]) for row in rows]


def affected_payments(session: Session, rows: Sequence[PaymentRow]) -> list[AffectedPayment]:
    """Return payments with the names of their parties, in one query."""
    names = party_names(session, [row.party_id for row in rows])
    return [AffectedPayment(row, names[row.party_id]) for row in rows]


def frozen_negotiations(session: Session, rows: Sequence[Negotiation]) -> list[FrozenNegotiation]:
    """Return talks with what is shown beside them, in a fixed number of queries."""
    names = _names(session, rows)
    titles = _titles(session, rows)
    counted = (
        sa.select(col(Offer.negotiation_id), sa.func.count(), sa.func.max(col(Offer.sent_at)))
        .where(col(Offer.negotiation_id).in_({row.id for row in rows}))
        .group_by(col(Offer.negotiation_id))
    )
    offers = {negotiation_id: (number, last) for negotiation_id, number, last in session.execute(counted).all()}
    return [
        FrozenNegotiation(
            negotiation=row,
            package_title=titles[row.package_id],
            licensor_name=names[row.licensor_party_id],
            licensee_name=names[row.licensee_party_id],
            offers=offers[row.id][0],
            last_offer_at=offers[row.id][1],
        )
        for row in rows
    ]


def _names(session: Session, rows: Iterable[License | Negotiation]) -> dict[str, str]:
    return party_names(session, [p for row in rows for p in (row.licensor_party_id, row.licensee_party_id)])


def _titles(session: Session, rows: Iterable[License | Negotiation]) -> dict[str, str]:
    wanted = col(Package.id).in_({row.package_id for row in rows})
    return dict(session.exec(select(Package.id, Package.title).where(wanted)).all())
