"""Who holds what of a licensor's, until when, and what is overdue.

A page of it takes a fixed number of queries, and one or two more for each destruction whose day is past.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.licensing.closing.copies import outstanding_of
from app.licensing.closing.models import LicenseDuty
from app.licensing.closing.queries import late_at
from app.licensing.closing.states import DutyKind
from app.licensing.dues.models import LicenseDue
from app.licensing.models import License
from app.licensing.queries import LicenseView, views_of
from app.licensing.rules.codes import Code
from app.licensing.standing.models import LicenseBreach
from app.licensing.standing.states import BreachStatus
from app.licensing.states import LicenseStatus
from app.values.errors import InvalidInput, InvalidValue
from app.values.term import format_instant, parse_instant


class Shown(StrEnum):
    """Which of the licenses are asked for."""

    RUNNING = "running"
    """Neither over nor ended early; those that are suspended or wait for their payment as well."""
    SUSPENDED = "suspended"
    OVERDUE = "overdue"
    """Something of it is late: a payment, a day of its calendar, the cure of a breach."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Overdue:
    """How much of a license is late."""

    payments: int = 0
    duties: int = 0
    breaches: int = 0

    @property
    def whole(self) -> int:
        return self.payments + self.duties + self.breaches


@dataclass(frozen=True, slots=True)
class Holding:
    """A license of the licensor's, as it stands at an instant."""

    view: LicenseView
    standing: Code
    ends_at: datetime
    """The end of the license, or of the authority that it rests on if that is earlier."""
    overdue: Overdue


@dataclass(frozen=True, slots=True)
class HoldingPage:
    items: Sequence[Holding]
    next_cursor: str | None


def holdings_page(
    session: Session,
    actor: Actor,
    *,
    at: datetime,
    shown: Shown = Shown.RUNNING,
    licensee_party_id: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> HoldingPage:
    """Return a page of the licenses that the actor's party gives, next end first; of ended ones the last end first.

    Raises: InvalidInput for a cursor that is none.
    """
    ends_at = _ends_at()
    wanted: list[Any] = [License.licensor_party_id == actor.party_id, *_which(shown, ends_at, at)]
    if licensee_party_id:
        wanted.append(License.licensee_party_id == licensee_party_id)
    is_last_first = shown is Shown.ENDED
    order = (sa.desc(ends_at), sa.desc(col(License.id))) if is_last_first else (ends_at, col(License.id))
    while True:
        behind = [_behind(cursor, ends_at, is_last_first=is_last_first)] if cursor else []
        rows = session.exec(select(License).where(*wanted, *behind).order_by(*order).limit(limit + 1)).all()
        views = views_of(session, rows[:limit])
        late = _overdue(session, views, at)
        items = [
            Holding(view, view.standing(at), _end_of(view.license), late[view.license.id])
            for view in views
            if shown is not Shown.OVERDUE or late[view.license.id].whole
        ]
        last = views[-1].license if len(rows) > limit else None
        cursor = f"{format_instant(_end_of(last))}/{last.id}" if last else None
        if items or cursor is None:
            return HoldingPage(items, cursor)


def _ends_at() -> Any:
    is_earlier = col(License.authority_ends_at) < col(License.ends_at)
    return sa.case((is_earlier, col(License.authority_ends_at)), else_=col(License.ends_at))


def _end_of(license: License) -> datetime:
    ends = (license.ends_at, license.authority_ends_at)
    return min(end for end in ends if end is not None)


def _which(shown: Shown, ends_at: Any, at: datetime) -> list[Any]:
    is_terminated = col(License.status) == LicenseStatus.TERMINATED
    match shown:
        case Shown.RUNNING:
            return [~is_terminated, ends_at > at]
        case Shown.SUSPENDED:
            return [col(License.status) == LicenseStatus.SUSPENDED, ends_at > at]
        case Shown.ENDED:
            return [sa.or_(is_terminated, ends_at <= at)]
        case Shown.OVERDUE:
            return [sa.or_(*(col(License.id).in_(sa.select(of).where(*late)) for of, late in _late(at)))]


def _late(at: datetime) -> list[tuple[Any, list[Any]]]:
    """For payments, duties and breaches in this order: the license, and what makes one late."""
    is_unpaid = [col(LicenseDue.paid_at).is_(None), col(LicenseDue.lapsed_at).is_(None)]
    settled = [status for status in BreachStatus if status.is_settled]
    broken = aliased(License)
    has_ended = sa.exists().where(
        col(broken.id) == col(LicenseBreach.license_id), col(broken.status) == LicenseStatus.TERMINATED
    )
    return [
        (col(LicenseDue.license_id), [*is_unpaid, col(LicenseDue.overdue_at) <= at]),
        (col(LicenseDuty.license_id), late_at(at)),
        (
            col(LicenseBreach.license_id),
            [col(LicenseBreach.status).not_in(settled), col(LicenseBreach.cure_until) <= at, ~has_ended],
        ),
    ]


def _overdue(session: Session, views: Sequence[LicenseView], at: datetime) -> Mapping[str, Overdue]:
    counts: list[dict[str, int]] = []
    for of, late in _late(at):
        found = of.in_([view.license.id for view in views])
        rows = session.execute(sa.select(of, sa.func.count()).where(found, *late).group_by(of))
        counts.append({license_id: int(count) for license_id, count in rows})
    payments, duties, breaches = counts
    idle = _with_nothing_to_destroy(session, views, at)
    return {
        key: Overdue(payments.get(key, 0), duties.get(key, 0) - idle.count(key), breaches.get(key, 0))
        for key in (view.license.id for view in views)
    }


def _with_nothing_to_destroy(session: Session, views: Sequence[LicenseView], at: datetime) -> list[str]:
    """Return the license of each destruction that looks late for what another licensee of it has yet to destroy."""
    by_id = {view.license.id: view for view in views}
    is_destruction = (col(LicenseDuty.license_id).in_(by_id), LicenseDuty.kind == DutyKind.DESTRUCTION)
    return [
        duty.license_id
        for duty in session.exec(select(LicenseDuty).where(*is_destruction, *late_at(at)))
        if outstanding_of(session, by_id[duty.license_id], duty.party_id) == 0
    ]


def _behind(cursor: str, ends_at: Any, *, is_last_first: bool) -> Any:
    instant, _, license_id = cursor.partition("/")
    try:
        end = parse_instant(instant)
    except InvalidValue as error:
        raise InvalidInput.at("/cursor", "This is no place in the list; begin at its start.") from error
    if is_last_first:
        return sa.or_(ends_at < end, sa.and_(ends_at == end, col(License.id) < license_id))
    return sa.or_(ends_at > end, sa.and_(ends_at == end, col(License.id) > license_id))
