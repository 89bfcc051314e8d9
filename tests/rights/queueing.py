"""Holds in a queue, as tests place, challenge and look at them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.identity.actor import Actor
from app.rights import service
from app.rights.errors import HoldMoveRefused
from app.rights.models import Hold
from app.rights.rules.standing import HoldStanding
from tests.factories.rights import hold
from tests.rights.conftest import Listing
from tests.support.clock import START

A_MOMENT = timedelta(microseconds=1)


def later(**period: float) -> datetime:
    return START + timedelta(**period)


def queue_up(session: Session, listing: Listing, *others: Actor, lasts_days: int = 20) -> None:
    """neg_1 of the studio first, then neg_2, neg_3 of the others, a minute apart, for the same exclusive right."""
    for number, party in enumerate((listing.studio, *others), start=1):
        at = later(minutes=number)
        hold(session, party, listing.package.id, reference=f"neg_{number}", at=at, lasts_days=lasts_days)


def standing(session: Session, reference: str, at: datetime) -> HoldStanding:
    found = service.hold_standing(session=session, reference=reference, at=at)
    assert found is not None
    return found


def places(session: Session, at: datetime) -> dict[str, int]:
    """Where the holds stand that are in force."""
    found = {
        reference: service.hold_standing(session=session, reference=reference, at=at)
        for reference in session.exec(select(Hold.reference).distinct()).all()
    }
    return {reference: one.place for reference, one in sorted(found.items()) if one is not None}


def challenge(session: Session, actor: Actor, reference: str, at: datetime, **kwargs: Any) -> HoldStanding:
    return service.challenge(
        session=session, actor=actor, at=at, reference=reference, party_id=actor.party_id, **kwargs
    )


def match(session: Session, actor: Actor, reference: str, at: datetime) -> HoldStanding:
    return service.match_hold(session=session, actor=actor, at=at, reference=reference, party_id=actor.party_id)


def refusal(error: pytest.ExceptionInfo[HoldMoveRefused]) -> str:
    return error.value.code
