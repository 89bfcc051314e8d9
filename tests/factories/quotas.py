"""Licenses with caps, and what is reserved and used under them, made through the services."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.storage import AssetStore
from app.licensing.queries import license_of
from app.licensing.quotas import queries, service
from app.licensing.rules.counting import QuotaState
from app.licensing.rules.facts import IntendedUse
from app.negotiation.terms.vocabulary import CapPeriod, CapUnit
from app.values.components import Axis, Component
from tests.factories.changes import FREE
from tests.factories.licensing import DURING, Licensed, make_license

QUARTER = timedelta(minutes=15)


def cap(unit: str, most: int, **changes: Any) -> dict[str, Any]:
    """A cap as a client proposes it."""
    return {"unit": unit, "most": most} | changes


def make_capped_license(session: Session, store: AssetStore, *caps: dict[str, Any], **terms: Any) -> Licensed:
    """A license that costs nothing and has these caps."""
    return make_license(session, store, **{"caps": list(caps), "fee": FREE} | terms)


def use(component: Component = Component.VOICE, **amounts: int) -> IntendedUse:
    """A use that the usual license grants, with how much it takes."""
    return IntendedUse(
        component=component,
        axis=Axis.SCRIPTED,
        medium="game.scripted_performance",
        territory="DE",
        amounts=tuple((CapUnit(unit), amount) for unit, amount in amounts.items()),
    )


def reserve(session: Session, licensed: Licensed, *, by: Actor | None = None, **options: Any) -> str:
    """Reserve as the licensee, unless as somebody else; return the id."""
    return reserve_as(session, by or licensed.licensee, licensed.id, **options)


def reserve_as(
    session: Session,
    actor: Actor,
    license_id: str,
    *,
    at: datetime = DURING,
    lifetime: timedelta = QUARTER,
    component: Component = Component.VOICE,
    **amounts: int,
) -> str:
    made = service.reserve(
        session=session,
        actor=actor,
        at=at,
        license_id=license_id,
        use=use(component, **amounts),
        lifetime=lifetime,
    )
    return made.reservation.id


def commit(
    session: Session, licensed: Licensed, reservation_id: str, *, at: datetime = DURING, **amounts: int
) -> service.Reserved:
    return service.commit(
        session=session,
        actor=licensed.licensee,
        at=at,
        reservation_id=reservation_id,
        amounts={CapUnit(unit): amount for unit, amount in amounts.items()} or None,
    )


def release(
    session: Session, licensed: Licensed, reservation_id: str, *, at: datetime = DURING
) -> service.Reserved:
    return service.release(session=session, actor=licensed.licensee, at=at, reservation_id=reservation_id)


def states(database: Database, licensed: Licensed, *, at: datetime = DURING) -> list[QuotaState]:
    with database.read() as session:
        return queries.quota_states(session, license_of(session, licensed.id), at=at)


def standing(database: Database, licensed: Licensed, *, at: datetime = DURING) -> dict[str, tuple[int, int, int]]:
    """Used, reserved and left of each cap, by its words: `renders`, `lines per month`, `renders of face`."""
    return {
        " ".join(
            (
                state.cap.unit.value,
                *(("per", state.cap.per.value) if state.cap.per is not CapPeriod.TERM else ()),
                *(("of", state.cap.component.value) if state.cap.component else ()),
            )
        ): (state.used, state.reserved, state.left)
        for state in states(database, licensed, at=at)
    }


def left(database: Database, licensed: Licensed, *, at: datetime = DURING) -> dict[str, int]:
    """What is left of each cap, by its words."""
    return {words: count for words, (_, _, count) in standing(database, licensed, at=at).items()}
