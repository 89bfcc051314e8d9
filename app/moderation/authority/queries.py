"""Cases of failed authority and what each one reaches. For administrators of the platform only."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.licensing.models import Delivery, License
from app.licensing.states import LicenseStatus
from app.moderation.authority import reach
from app.moderation.authority.reach import MoneyTotal
from app.moderation.models import AuthorityCase
from app.moderation.states import CaseState
from app.negotiation.models import Negotiation
from app.parties.queries import party_names, performers_by_id
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case and the names of those it is about."""

    case: AuthorityCase
    performer_name: str
    holder_name: str


@dataclass(frozen=True, slots=True)
class LicenseCount:
    """How many licenses have this stored status."""

    status: LicenseStatus
    licenses: int


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """How far a case reaches, in numbers; the lists behind them are pages of their own."""

    view: CaseView
    licenses: Sequence[LicenseCount]
    deliveries: int
    delivered_bytes: int
    open_negotiations: int
    money: Sequence[MoneyTotal]


def cases_page(
    session: Session, actor: Actor, *, state: CaseState | None = None, cursor: str | None = None, limit: int = 25
) -> Page[AuthorityCase]:
    """Return one page of cases, newest first. Raises: Forbidden."""
    actor.require_administrator()
    statement = select(AuthorityCase)
    if state is CaseState.OPEN:
        statement = statement.where(col(AuthorityCase.closed_at).is_(None))
    elif state is CaseState.CLOSED:
        statement = statement.where(col(AuthorityCase.closed_at).is_not(None))
    return paginate(session, statement, id_column=col(AuthorityCase.id), cursor=cursor, limit=limit)


def case_views(session: Session, cases: Sequence[AuthorityCase]) -> list[CaseView]:
    """Return cases with the names beside them, in two queries for all."""
    names = party_names(session, [case.holder_party_id for case in cases])
    performers = performers_by_id(session, [case.performer_id for case in cases])
    return [CaseView(case, performers[case.performer_id].name, names[case.holder_party_id]) for case in cases]


def case_for(session: Session, actor: Actor, case_id: str) -> AuthorityCase:
    """Raises: Forbidden; NotFound."""
    actor.require_administrator()
    found = session.get(AuthorityCase, case_id)
    if found is None:
        raise NotFound("There is no such case.")
    return found


def open_case_of(session: Session, representation_id: str) -> AuthorityCase | None:
    """Return the case of a representation that is not closed, locked."""
    statement = select(AuthorityCase).where(
        AuthorityCase.representation_id == representation_id, col(AuthorityCase.closed_at).is_(None)
    )
    return session.exec(statement.with_for_update()).first()


def blast_radius(session: Session, actor: Actor, case_id: str) -> BlastRadius:
    """Count everything that a case reaches, in a fixed number of statements. Raises: Forbidden; NotFound."""
    case = case_for(session, actor, case_id)
    [view] = case_views(session, [case])
    standing = (
        sa.select(col(License.status), sa.func.count())
        .where(col(License.id).in_(reach.license_ids(case)))
        .group_by(col(License.status))
        .order_by(col(License.status))
    )
    handed_out = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(col(Delivery.size_bytes)), 0)).where(
        col(Delivery.license_id).in_(reach.license_ids(case))
    )
    deliveries, delivered_bytes = session.execute(handed_out).one()
    talks = sa.select(sa.func.count(col(Negotiation.id))).where(reach.open_negotiations(case))
    return BlastRadius(
        view=view,
        licenses=[LicenseCount(status, number) for status, number in session.execute(standing).all()],
        deliveries=deliveries,
        delivered_bytes=int(delivered_bytes),
        open_negotiations=session.execute(talks).scalar_one(),
        money=reach.money_totals(session, case),
    )
