"""Changes of a license while another licensee of the same rights was promised the time after its own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.http.context import Services
from app.negotiation import service
from app.negotiation.changes import service as changes
from app.negotiation.errors import MoveRefused
from app.negotiation.models import Deal
from tests.factories.changes import FREE, agree, amend
from tests.factories.negotiation import INTENDED_USE, Sides, grant, make_deal, make_production, make_sides, proposed
from tests.factories.parties import make_actor
from tests.support.clock import START

OPEN = datetime(2027, 1, 1, 5, tzinfo=UTC) - timedelta(days=100)
"""While the window of the first refusal is open."""
LONGER = {"first_day": "2026-06-15", "last_day": "2027-12-31", "zone": "America/New_York"}


@pytest.fixture
def sides(session: Session, services: Services) -> Sides:
    return make_sides(session, services.store)


@pytest.fixture
def holder(session: Session, sides: Sides) -> tuple[Actor, Deal]:
    """A licensee beyond the end of another license, whose licensee is to be asked first about what comes then."""
    make_deal(session, sides, fee=FREE, first_refusal={"from_days": 120, "until_days": 60})
    rival = make_actor(session, name="Rival Games")
    talks = service.open_negotiation(
        session=session,
        actor=rival,
        at=START,
        package_id=sides.package.id,
        production_id=make_production(session, rival, title="Rival Harbor").id,
        intended_use=INTENDED_USE,
        terms=proposed(fee=FREE, term=LONGER),
        platform_fee_bps=1000,
    )
    return rival, agree(session, sides.licensor, talks)


@pytest.mark.parametrize("changed", [{"credit_line": "Another"}, {"grants": [grant(territory="+DE")]}])
def test_what_takes_nothing_new_is_in_nobodys_way(
    session: Session, sides: Sides, holder: tuple[Actor, Deal], changed: dict[str, Any]
) -> None:
    rival, deal = holder
    agree(session, sides.licensor, amend(session, rival, deal, at=OPEN, term=LONGER, **changed), at=OPEN)


def test_an_early_end_is_in_nobodys_way(session: Session, sides: Sides, holder: tuple[Actor, Deal]) -> None:
    rival, deal = holder
    talks = changes.open_termination(
        session=session, actor=rival, at=OPEN, deal_id=deal.id, last_day=date(2027, 3, 31)
    )
    agree(session, sides.licensor, talks, at=OPEN)


@pytest.mark.parametrize(
    "changed",
    [
        {"term": LONGER | {"last_day": "2028-01-31"}},
        {"term": LONGER, "grants": [grant(territory="+WORLD")]},
        {"term": LONGER, "grants": [grant(exclusivity="sole")]},
    ],
)
def test_what_takes_more_is_held_against_the_promise(
    session: Session, holder: tuple[Actor, Deal], changed: dict[str, Any]
) -> None:
    rival, deal = holder
    with pytest.raises(MoveRefused) as refused:
        amend(session, rival, deal, at=OPEN, **changed)
    assert refused.value.code == "reserved_by_option"
