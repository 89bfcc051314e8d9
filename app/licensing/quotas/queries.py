"""Reads of what is used and reserved. Their number depends on the licenses asked about, never on the uses."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.licensing.models import License
from app.licensing.queries import LicenseView, license_of, license_view
from app.licensing.quotas.models import ALL_COMPONENTS, QuotaCounter, Reservation, ReservationAmount
from app.licensing.quotas.rules import standing_of
from app.licensing.quotas.states import ReservationStanding
from app.licensing.rules.counting import Cap, QuotaState, Window
from app.licensing.rules.facts import QuotaLeft
from app.negotiation.terms.vocabulary import CapUnit
from app.values.components import Component
from app.values.errors import NotFound

Sums = Mapping[tuple[CapUnit, Component, Window], int]
"""How much of a unit, with which component, within which window."""


@dataclass(frozen=True, slots=True)
class QuotaView:
    """A cap as it stands, with the days of the license in which it counts now."""

    state: QuotaState
    starts_at: datetime
    ends_at: datetime


def quotas_view(session: Session, actor: Actor, license_id: str, *, at: datetime) -> list[QuotaView]:
    """Return every cap of a license of the actor's, in the order of the deal. Raises: NotFound."""
    view = license_view(session, actor, license_id)
    terms = view.terms_at(at)
    return [
        QuotaView(
            state,
            starts_at=max(state.window.starts_at, terms.term.starts_at),
            ends_at=min(state.window.ends_at, terms.ends_at),
        )
        for state in quota_states(session, view, at=at)
    ]


def quotas_left(states: Sequence[QuotaState]) -> tuple[QuotaLeft, ...]:
    """Return what a decision needs to know of caps, which are numbered as in the deal."""
    return tuple(
        QuotaLeft(number, state.cap.unit, state.cap.component, state.left, state.resets_at)
        for number, state in enumerate(states, start=1)
    )


def quota_states(session: Session, view: LicenseView, *, at: datetime) -> list[QuotaState]:
    """Return how every cap in force at an instant stands, in three reads at most.

    What nobody has counted yet, because the cap is new or was never touched, is added up from the reservations.
    """
    counting = view.terms_at(at).counting
    if not counting.caps:
        return []
    places = [(cap, counting.window(cap, at)) for cap in counting.caps]
    counted = _counted(session, view.license.id, at=at)
    missing = {window for cap, window in places if counter_key(cap, window) not in counted}
    table = ReservationAmount
    is_used = (col(table.license_id) == view.license.id, col(table.used) > 0)
    used = _sums(session, col(table.used), is_used, missing) if missing else {}
    is_held = (
        col(table.license_id) == view.license.id,
        col(table.used).is_(None),
        col(table.expires_at) > at,
    )
    held = _sums(session, col(table.amount), is_held, {window for _, window in places})
    return [
        QuotaState(
            cap=cap,
            window=window,
            used=counted.get(counter_key(cap, window), _sum_of(used, cap, window)),
            reserved=_sum_of(held, cap, window),
            has_counter=counter_key(cap, window) in counted,
        )
        for cap, window in places
    ]


def counter_key(cap: Cap, window: Window) -> tuple[CapUnit, str, Window]:
    """Return by what a counter is found: no word of how much is allowed, nor of the deal that says so."""
    return cap.unit, ALL_COMPONENTS if cap.component is None else cap.component.value, window


def _counted(session: Session, license_id: str, *, at: datetime) -> dict[tuple[CapUnit, str, Window], int]:
    table = QuotaCounter
    rows = session.execute(
        sa.select(
            col(table.unit), col(table.covers), col(table.starts_at), col(table.ends_at), col(table.used)
        ).where(col(table.license_id) == license_id, col(table.ends_at) > at)
    )
    return {(unit, covers, Window(starts_at, ends_at)): used for unit, covers, starts_at, ends_at, used in rows}


def _sums(session: Session, amount: Any, where: Iterable[Any], windows: Collection[Window]) -> Sums:
    """Add amounts up, for all windows in one read."""
    table, ordered = ReservationAmount, list(windows)
    within = [
        sa.func.sum(
            sa.case(
                (sa.and_(col(table.counted_at) >= w.starts_at, col(table.counted_at) < w.ends_at), amount), else_=0
            )
        )
        for w in ordered
    ]
    rows = session.execute(
        sa.select(col(table.unit), col(table.component), *within)
        .where(*where)
        .group_by(col(table.unit), col(table.component))
    )
    found: defaultdict[tuple[CapUnit, Component, Window], int] = defaultdict(int)
    for unit, component, *sums in rows:
        for window, total in zip(ordered, sums, strict=True):
            found[unit, component, window] += int(total)
    return found


def _sum_of(sums: Sums, cap: Cap, window: Window) -> int:
    return sum(
        total for (unit, component, w), total in sums.items() if w == window and cap.concerns(unit, component)
    )


def reservation_to_settle(
    session: Session, actor: Actor, reservation_id: str
) -> tuple[Reservation, LicenseView, Sequence[ReservationAmount]]:
    """Return a reservation of the actor's as it is now, its license locked before it.

    It is theirs who reserved, and of whoever holds the license since. Raises: NotFound.
    """
    found = session.get(Reservation, reservation_id)
    if found is None:
        raise NotFound("There is no such reservation.")
    view = license_of(session, found.license_id, lock=True)
    if actor.party_id not in (found.party_id, view.license.licensee_party_id):
        raise NotFound("There is no such reservation.")
    session.refresh(found)
    return found, view, amounts_of(session, [found.id])[found.id]


def was_overtaken(session: Session, reservation: Reservation, rows: Sequence[ReservationAmount]) -> bool:
    """Say whether anything was counted since a reservation ran out, though by the clock it has not run out yet."""
    table = ReservationAmount
    since = (col(table.license_id) == reservation.license_id, col(table.counted_at) >= reservation.expires_at)
    held = sa.exists().where(*since, col(table.used).is_(None), col(table.expires_at) > reservation.expires_at)
    used = sa.exists().where(*since, sa.text("used > 0"), col(table.unit).in_([row.unit for row in rows]))
    return bool(session.scalar(sa.select(sa.or_(held, used))))


def reservations_page(
    session: Session, actor: Actor, license_id: str, *, cursor: str | None, limit: int
) -> Page[Reservation]:
    """Return one page of the reservations of a license of the actor's, newest first. Raises: NotFound."""
    license: License = license_view(session, actor, license_id).license
    statement = select(Reservation).where(Reservation.license_id == license.id)
    return paginate(session, statement, id_column=col(Reservation.id), cursor=cursor, limit=limit)


@dataclass(frozen=True, slots=True)
class ReservationView:
    """A reservation as it stands at an instant."""

    reservation: Reservation
    amounts: Sequence[ReservationAmount]
    standing: ReservationStanding


def reservations_with_amounts(
    session: Session, actor: Actor, license_id: str, *, at: datetime, limit: int
) -> list[ReservationView]:
    """Return the latest reservations of a license of the actor's. Raises: NotFound."""
    rows = reservations_page(session, actor, license_id, cursor=None, limit=limit).items
    amounts = amounts_of(session, [row.id for row in rows])
    return [
        ReservationView(row, amounts[row.id], standing_of(row.status, expires_at=row.expires_at, at=at))
        for row in rows
    ]


def amounts_of(session: Session, reservation_ids: Collection[str]) -> dict[str, list[ReservationAmount]]:
    """Return the amounts of reservations, each in the order of their units."""
    found: dict[str, list[ReservationAmount]] = {reservation_id: [] for reservation_id in reservation_ids}
    rows = select(ReservationAmount).where(col(ReservationAmount.reservation_id).in_(reservation_ids))
    for row in session.exec(rows.order_by(col(ReservationAmount.unit))):
        found[row.reservation_id].append(row)
    return found
