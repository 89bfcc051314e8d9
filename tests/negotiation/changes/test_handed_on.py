"""After an assignment: who may still change the deal, who reads what was handed out, what was announced."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.http.context import Services
from app.licensing import queries as licensing
from app.licensing.delivery.service import content_of, deliver_asset, granted_assets
from app.licensing.service.notices import announce_due
from app.negotiation.changes import service as changes
from app.negotiation.deals.queries import versions_of
from app.negotiation.errors import MoveRefused
from app.negotiation.models import Deal, Negotiation
from app.values.errors import InvalidInput, NotFound
from tests.factories.changes import FREE, accept, agree, amend
from tests.factories.negotiation import Sides, make_counter, make_deal, make_sides
from tests.factories.parties import make_actor
from tests.factories.signatures import sign
from tests.support.clock import START

LAST_DAY = date(2026, 8, 31)


@pytest.fixture
def sides(session: Session, services: Services) -> Sides:
    return make_sides(session, services.store)


@pytest.fixture
def deal(session: Session, sides: Sides) -> Deal:
    return make_deal(session, sides, fee=FREE, assignment="with_consent")


def assigning(session: Session, sides: Sides, deal: Deal, to: Actor) -> Negotiation:
    return changes.open_assignment(
        session=session, actor=sides.studio, at=START, deal_id=deal.id, assignee_party_id=to.party_id
    )


def hand_on(session: Session, sides: Sides, deal: Deal, to: Actor) -> None:
    talks = assigning(session, sides, deal, to)
    accept(session, sides.licensor, talks)
    assert sign(session, to, talks) is not None


def ending(session: Session, sides: Sides, deal: Deal) -> Negotiation:
    return changes.open_termination(
        session=session, actor=sides.studio, at=START, deal_id=deal.id, last_day=LAST_DAY
    )


def amending(session: Session, sides: Sides, deal: Deal) -> Negotiation:
    return amend(session, sides.studio, deal, assignment="with_consent")


def assigning_to_another(session: Session, sides: Sides, deal: Deal) -> Negotiation:
    return assigning(session, sides, deal, make_actor(session, name="Another Buyer"))


def code_of(move: Callable[[], Any]) -> str:
    with pytest.raises(MoveRefused) as refused:
        move()
    return str(refused.value.code)


@pytest.mark.parametrize("begin", [amending, ending, assigning_to_another])
def test_talks_of_the_former_licensee_change_nothing_any_more(
    session: Session, sides: Sides, deal: Deal, begin: Callable[[Session, Sides, Deal], Negotiation]
) -> None:
    talks = begin(session, sides, deal)
    hand_on(session, sides, deal, make_actor(session, name="Harbor Interactive"))
    before = versions_of(session, sides.licensor, deal.id)
    with session.begin_nested():
        assert code_of(lambda: accept(session, sides.licensor, talks)) == "deal_changed"
    for by in (sides.licensor, sides.studio):
        with session.begin_nested():
            assert code_of(lambda by=by: make_counter(session, by, talks, fee=FREE)) == "deal_changed"  # type: ignore[misc]
    assert versions_of(session, sides.licensor, deal.id) == before


@pytest.mark.parametrize("begin", [ending, assigning_to_another])
def test_only_an_amendment_names_the_day_from_which_it_holds(
    session: Session, sides: Sides, deal: Deal, begin: Callable[[Session, Sides, Deal], Negotiation]
) -> None:
    talks = begin(session, sides, deal)
    with pytest.raises(InvalidInput) as refused:
        make_counter(session, sides.licensor, talks, effective_on=date(2026, 8, 1), fee=FREE)
    assert [problem.pointer for problem in refused.value.problems] == ["/effective_on"]


def test_files_handed_to_the_licensee_before_are_fetched_anew(session: Session, sides: Sides, deal: Deal) -> None:
    def deliver(to: Actor, at: datetime) -> str:
        ((asset, _), *_) = granted_assets(session=session, actor=to, at=at, license_id=deal.license_id)
        return deliver_asset(session=session, actor=to, at=at, license_id=deal.license_id, asset_id=asset.id).id

    during = datetime.fromisoformat("2026-07-01T12:00:00Z")
    delivered = deliver(sides.studio, during)
    buyer = make_actor(session, name="Harbor Interactive")
    talks = changes.open_assignment(
        session=session, actor=sides.studio, at=during, deal_id=deal.id, assignee_party_id=buyer.party_id
    )
    accept(session, sides.licensor, talks, at=during + timedelta(hours=1))
    assert sign(session, buyer, talks, at=during + timedelta(hours=1)) is not None
    later = during + timedelta(days=1)
    own = deliver(buyer, later)
    assert content_of(session=session, actor=buyer, at=later, delivery_id=own).id == own
    for former in (buyer, sides.studio):
        with pytest.raises(NotFound):
            content_of(session=session, actor=former, at=later, delivery_id=delivered)


def test_what_was_announced_of_an_end_that_stays_is_announced_once(
    session: Session, sides: Sides, deal: Deal
) -> None:
    """Thirty days before the end; an amendment moves nothing, an earlier end all that lies ahead of it."""
    at = datetime.fromisoformat("2026-12-05T12:00:00Z")
    announce_due(session=session, at=at)

    def announced() -> dict[str, bool]:
        return {row.kind: bool(row.announced_at) for row in licensing.notices_of(session, deal.license_id)}

    before = announced()
    assert sorted(before.values()) == [False, False, False, True, True]
    amended = amend(session, sides.studio, deal, at=at, credit_line="Another line")
    agree(session, sides.licensor, amended, at=at)
    assert announced() == before
    talks = changes.open_termination(
        session=session, actor=sides.studio, at=at, deal_id=deal.id, last_day=date(2026, 12, 9)
    )
    agree(session, sides.licensor, talks, at=at)
    assert announced() == {kind: told for kind, told in before.items() if kind != "ends_in_7_days"}
