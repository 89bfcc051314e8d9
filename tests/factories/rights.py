"""Asks and bookings for tests."""

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.ids import new_id
from app.rights import service
from app.rights.models import Milestone
from app.rights.restriction_queries import RestrictionView
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term
from app.values.territory import Territory
from tests.factories.parties import Estate
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


def make_milestone(session: Session, estate: Estate, *, at: datetime = START, **overrides: Any) -> Milestone:
    """Record the release of a film, not expected before the summer of 2027, for a performer of the estate."""
    usual: dict[str, Any] = {
        "performer_id": estate.performer.id,
        "name": "Release of the film",
        "zone": "UTC",
        "earliest_on": date(2027, 6, 1),
    }
    return service.record_milestone(session=session, actor=estate.actor, at=at, **(usual | overrides))


def make_restriction(
    session: Session, actor: Actor, package_id: str, *, at: datetime = START, **overrides: Any
) -> RestrictionView:
    """Hold the scripted voice in games back for ever, everywhere, unless overridden."""
    usual: dict[str, Any] = {
        "kind": BlockKind.HOLDBACK,
        "components": [Component.VOICE],
        "axes": [Axis.SCRIPTED],
        "media": ["game.scripted_performance"],
        "territory": Territory.parse("+WORLD"),
        "languages": ["*"],
        "categories": ["*"],
        "start": None,
        "end": None,
        "zone": "UTC",
    }
    return service.restrict(session=session, actor=actor, at=at, package_id=package_id, **(usual | overrides))
