"""Reserve, commit, release: each under the lock of the license: two servers never use the same remainder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.audit import service as audit
from app.identity.actor import Actor
from app.licensing import queries as licenses
from app.licensing.approvals.queries import approved_for
from app.licensing.errors import LicenseRefuses
from app.licensing.queries import LicenseView
from app.licensing.quotas import queries
from app.licensing.quotas.errors import AlreadySettled
from app.licensing.quotas.models import ALL_COMPONENTS, QuotaCounter, Reservation, ReservationAmount
from app.licensing.quotas.rules import standing_of
from app.licensing.quotas.states import (
    ReservationAction,
    ReservationStanding,
    ReservationStatus,
    next_status,
)
from app.licensing.rules.decision import Decision, decide
from app.licensing.rules.facts import IntendedUse
from app.negotiation.terms.vocabulary import CapUnit, GuardContext
from app.values.components import Axis, Component
from app.values.errors import InvalidInput, NotFound
from app.values.survival import Action

Amounts = Mapping[CapUnit, int]


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation with its amounts, and the yes that it rests on."""

    reservation: Reservation
    amounts: Sequence[ReservationAmount]
    decision: Decision | None = None
    """Nothing where an earlier yes still holds."""


def reserve(
    *, session: Session, actor: Actor, at: datetime, license_id: str, use: IntendedUse, lifetime: timedelta
) -> Reserved:
    """Take the amounts of a use for a while, if the license allows the use and has so much left.

    Raises: NotFound, LicenseRefuses with the decision's code.
    """
    view = licenses.license_view(session, actor, license_id, lock=True)
    if view.license.licensee_party_id != actor.party_id:
        raise NotFound("There is no such license of yours.")
    decision = _require_allowed(session, view, use, at)
    made = Reservation(
        license_id=view.license.id,
        party_id=actor.party_id,
        actor=actor.label,
        use=_kept(use),
        status=ReservationStatus.HELD,
        made_at=at,
        expires_at=at + lifetime,
    )
    session.add(made)
    session.flush()
    amounts = [
        ReservationAmount(
            reservation_id=made.id,
            unit=unit,
            license_id=made.license_id,
            component=use.component,
            amount=amount,
            counted_at=at,
            expires_at=made.expires_at,
        )
        for unit, amount in sorted(use.amounts)
    ]
    session.add_all(amounts)
    session.flush()
    _record(session, actor, at, "quota.reserved", made, {row.unit: row.amount for row in amounts})
    return Reserved(made, amounts, decision)


def commit(
    *, session: Session, actor: Actor, at: datetime, reservation_id: str, amounts: Amounts | None
) -> Reserved:
    """Use what was reserved, or less of it; the rest is given back. Committed again alike, nothing changes.

    What was reserved in time is committed whatever has become of the license since: it was made under a yes. Once
    it has run out, it is asked for anew and counts from then; moving a clock back revives nothing, since others may
    have what it held. Raises: NotFound, InvalidInput, AlreadySettled, LicenseRefuses.
    """
    reservation, view, rows = queries.reservation_to_settle(session, actor, reservation_id)
    wanted = _within(rows, amounts)
    if reservation.status is ReservationStatus.COMMITTED:
        if wanted != {row.unit: row.committed for row in rows}:
            raise AlreadySettled("This reservation was committed with other amounts, which stay as they are.")
        return Reserved(reservation, rows)
    status = next_status(reservation.status, ReservationAction.COMMIT)
    decision = None
    if standing(reservation, at) is ReservationStanding.LAPSED or queries.was_overtaken(session, reservation, rows):
        decision = _ask_anew(session, view, reservation, rows, wanted, at)
    for row in rows:
        row.committed = row.used = wanted[row.unit]
        row.counted_at = row.counted_at if decision is None else at
        session.add(row)
    session.flush()
    _count(session, rows, wanted)
    reservation.status, reservation.settled_at = status, at
    session.add(reservation)
    session.flush()
    _record(session, actor, at, "quota.committed", reservation, wanted)
    return Reserved(reservation, rows, decision)


def release(*, session: Session, actor: Actor, at: datetime, reservation_id: str) -> Reserved:
    """Give a reservation back; of a committed one, take its titles out of use. Released again, nothing changes.

    Possible at any time, whatever has become of the license. Raises: NotFound, AlreadySettled.
    """
    reservation, _, rows = queries.reservation_to_settle(session, actor, reservation_id)
    if reservation.status is ReservationStatus.RELEASED or reservation.freed_at is not None:
        return Reserved(reservation, rows)
    if reservation.status is ReservationStatus.COMMITTED:
        _free_titles(session, reservation, rows, at)
    else:
        reservation.status = next_status(reservation.status, ReservationAction.RELEASE)
        reservation.settled_at = at
        for row in rows:
            row.used = 0
    session.add_all([reservation, *rows])
    session.flush()
    _record(session, actor, at, "quota.released", reservation, {row.unit: row.amount for row in rows})
    return Reserved(reservation, rows)


def _require_allowed(session: Session, view: LicenseView, use: IntendedUse, at: datetime) -> Decision:
    """Decide, and on a yes have a counter for every cap; a new one starts from what was used before it."""
    states = queries.quota_states(session, view, at=at)
    approved = approved_for(session, view, [use], at=at)
    facts = view.facts_at(at, quotas=queries.quotas_left(states), approved=approved)
    decision = decide(license=facts, use=use, at=at)
    if not decision.is_allowed:
        raise LicenseRefuses(decision)
    for state in states:
        if not state.has_counter:
            unit, covers, window = queries.counter_key(state.cap, state.window)
            session.add(
                QuotaCounter(
                    license_id=view.license.id,
                    unit=unit,
                    covers=covers,
                    starts_at=window.starts_at,
                    ends_at=window.ends_at,
                    used=state.used,
                )
            )
    session.flush()
    return decision


def _ask_anew(
    session: Session,
    view: LicenseView,
    reservation: Reservation,
    rows: Sequence[ReservationAmount],
    wanted: Amounts,
    at: datetime,
) -> Decision:
    """Decide about a reservation that has run out as if it were made now, by whoever holds the license now."""
    if view.license.licensee_party_id != reservation.party_id:
        raise NotFound("This reservation ran out, and another licensee holds the license by now.")
    for row in rows:  # it holds nothing any more that could stand in its own way
        row.used = 0
    session.add_all(rows)
    session.flush()
    amounts = tuple((unit, amount) for unit, amount in wanted.items() if amount)
    return _require_allowed(session, view, replace(use_of(reservation), amounts=amounts), at)


def _count(session: Session, rows: Sequence[ReservationAmount], by: Amounts) -> None:
    """Add to all counters in whose window the amounts count, also to those of terms before and after."""
    table = QuotaCounter
    for row in rows:
        if by[row.unit]:
            session.execute(
                sa.update(table)
                .where(
                    col(table.license_id) == row.license_id,
                    col(table.unit) == row.unit,
                    col(table.covers).in_([ALL_COMPONENTS, row.component.value]),
                    col(table.starts_at) <= row.counted_at,
                    col(table.ends_at) > row.counted_at,
                )
                .values(used=col(table.used) + by[row.unit])
                .execution_options(synchronize_session=False)
            )


def _free_titles(
    session: Session, reservation: Reservation, rows: Sequence[ReservationAmount], at: datetime
) -> None:
    titles = [row for row in rows if row.unit is CapUnit.CONCURRENT_TITLES and row.used]
    if not titles:
        raise AlreadySettled("This reservation was committed; what is used stays used.")
    _count(session, titles, {row.unit: -(row.used or 0) for row in titles})
    for row in titles:
        row.used = 0
    reservation.freed_at = at


def _within(rows: Sequence[ReservationAmount], amounts: Amounts | None) -> dict[CapUnit, int]:
    """Return what is to be used of each unit that was reserved. Raises: InvalidInput, for more than that."""
    reserved = {row.unit: row.amount for row in rows}
    if amounts is None:
        return reserved
    for unit, amount in amounts.items():
        if amount > reserved.get(unit, 0):
            raise InvalidInput.at(
                f"/amounts/{unit.value}", f"{reserved.get(unit, 0)} were reserved; commit at most that many."
            )
    return {unit: amounts.get(unit, 0) for unit in reserved}


def standing(reservation: Reservation, at: datetime) -> ReservationStanding:
    """Say how a reservation stands at an instant."""
    return standing_of(reservation.status, expires_at=reservation.expires_at, at=at)


def use_of(reservation: Reservation) -> IntendedUse:
    """Return the use that a reservation is for, without the amounts."""
    kept = reservation.use
    return IntendedUse(
        component=Component(kept["component"]),
        axis=Axis(kept["axis"]),
        medium=kept["medium"],
        territory=kept["territory"],
        language=kept["language"],
        category=kept["category"],
        action=Action(kept["action"]),
        contexts=frozenset(map(GuardContext, kept["contexts"])),
        approval_id=kept["approval_id"],
    )


def _kept(use: IntendedUse) -> dict[str, Any]:
    """Return a use as it is kept; its amounts have rows of their own."""
    return {
        "component": use.component.value,
        "axis": use.axis.value,
        "medium": use.medium,
        "territory": use.territory,
        "language": use.language,
        "category": use.category,
        "action": use.action.value,
        "contexts": sorted(context.value for context in use.contexts),
        "approval_id": use.approval_id,
    }


def _record(
    session: Session, actor: Actor, at: datetime, action: str, reservation: Reservation, amounts: Amounts
) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=action,
        subject_id=reservation.license_id,
        reservation_id=reservation.id,
        amounts={unit.value: amount for unit, amount in amounts.items()},
    )
