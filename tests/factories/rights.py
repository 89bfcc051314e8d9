"""Asks and bookings for tests."""

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.ids import new_id
from app.rights import service
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term
from tests.support.clock import START

YEAR = Term.of_days(date(2027, 1, 1), date(2027, 12, 31), "UTC")


def day(month: int, number: int, year: int = 2027) -> datetime:
    """The start of a day, UTC."""
    return datetime(year, month, number, tzinfo=UTC)


def make_block(**overrides: Any) -> RightsBlock:
    """A scripted voice in games in three countries for 2027, non-exclusive unless overridden."""
    usual: dict[str, Any] = {
        "component": Component.VOICE,
        "axes": frozenset({Axis.SCRIPTED}),
        "media": frozenset({"game.scripted_performance"}),
        "territory": frozenset({"DE", "FR", "JP", "US"}),
        "languages": frozenset({"*"}),
        "categories": frozenset({"*"}),
        "term": YEAR,
        "exclusivity": Exclusivity.NON_EXCLUSIVE,
    }
    return RightsBlock(**(usual | overrides))


def exclusive_block(**overrides: Any) -> RightsBlock:
    return make_block(exclusivity=Exclusivity.EXCLUSIVE, **overrides)


def grant(
    session: Session, actor: Actor, package_id: str, *blocks: RightsBlock, at: datetime = START, **kwargs: Any
) -> str:
    """Book a license's rights and return its reference."""
    reference = kwargs.pop("reference", None) or new_id("lic")
    service.book_grants(
        session=session,
        actor=actor,
        at=at,
        package_id=package_id,
        reference=reference,
        blocks=blocks or (make_block(),),
        **kwargs,
    )
    return reference


def hold(
    session: Session, actor: Actor, package_id: str, *blocks: RightsBlock, at: datetime = START, **kwargs: Any
) -> str:
    """Place a hold of the actor's party for three days and return its reference."""
    reference = kwargs.pop("reference", None) or new_id("neg")
    service.place_hold(
        session=session,
        actor=actor,
        at=at,
        package_id=package_id,
        reference=reference,
        blocks=blocks or (exclusive_block(),),
        **({"party_id": actor.party_id, "lasts_days": 3} | kwargs),
    )
    return reference
