"""Who holds what of a licensor's, until when, and what is overdue: a page of it in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.licensing.closing.models import LicenseDuty
from app.licensing.closing.queries import late_at
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
    if cursor:
        wanted.append(_behind(cursor, ends_at, is_last_first=is_last_first))
    order = (sa.desc(ends_at), sa.desc(col(License.id))) if is_last_first else (ends_at, col(License.id))
    rows = session.exec(select(License).where(*wanted).order_by(*order).limit(limit + 1)).all()
    licenses = rows[:limit]
    late = _overdue(session, [row.id for row in licenses], at)
    items = [
        Holding(view, view.standing(at), _end_of(view.license), late.get(view.license.id, Overdue()))
        for view in views_of(session, licenses)
    ]
    more = len(rows) > limit
    return HoldingPage(items, f"{format_instant(items[-1].ends_at)}/{licenses[-1].id}" if more else None)


def licensees_of(session: Session, actor: Actor) -> list[str]:
    """Return the parties that hold, or held, licenses of the actor's."""
    found = select(License.licensee_party_id).where(License.licensor_party_id == actor.party_id).distinct()
    return sorted(session.exec(found).all())


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
    return [
        (col(LicenseDue.license_id), [*is_unpaid, col(LicenseDue.overdue_at) <= at]),
        (col(LicenseDuty.license_id), late_at(at)),
        (
            col(LicenseBreach.license_id),
            [col(LicenseBreach.status).not_in(settled), col(LicenseBreach.cure_until) <= at],
        ),
    ]


def _overdue(session: Session, license_ids: Sequence[str], at: datetime) -> Mapping[str, Overdue]:
    counts: list[dict[str, int]] = []
    for of, late in _late(at):
        rows = session.execute(sa.select(of, sa.func.count()).where(of.in_(license_ids), *late).group_by(of))
        counts.append({license_id: int(count) for license_id, count in rows})
    payments, duties, breaches = counts
    return {
        license_id: Overdue(payments.get(license_id, 0), duties.get(license_id, 0), breaches.get(license_id, 0))
        for license_id in license_ids
    }


def _behind(cursor: str, ends_at: Any, *, is_last_first: bool) -> Any:
    instant, _, license_id = cursor.partition("/")
    try:
        end = parse_instant(instant)
    except InvalidValue as error:
        raise InvalidInput.at("/cursor", "This is no place in the list; begin at its start.") from error
    if is_last_first:
        return sa.or_(ends_at < end, sa.and_(ends_at == end, col(License.id) < license_id))
    return sa.or_(ends_at > end, sa.and_(ends_at == end, col(License.id) > license_id))
