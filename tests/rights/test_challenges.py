"""Challenges among holds: match, release, or be over by the clock; on both engines."""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from app.identity.actor import Actor
from app.rights import service
from app.rights.errors import HoldMoveRefused
from app.rights.events import HoldChallenged, HoldMatched, HoldPlaced, HoldReleased, Waiting
from app.rights.models import RightsBlockRow
from app.rights.states import HoldEnd
from app.values.errors import InvalidInput, NotFound
from tests.factories.parties import make_actor
from tests.factories.rights import hold
from tests.rights.conftest import Listing
from tests.rights.queueing import A_MOMENT, challenge, later, match, places, queue_up, refusal, standing
from tests.rights.test_service import ask, codes
from tests.support.clock import START


@pytest.fixture
def heard(session: Session) -> list[Any]:
    """What was published."""
    news: list[Any] = []

    def listen(*, session: Session, event: object, at: datetime) -> None:
        del session, at
        news.append(event)

    session.info["subscribers"] = {
        kind: [listen] for kind in (HoldPlaced, HoldChallenged, HoldMatched, HoldReleased)
    }
    return news


def test_a_challenge_without_an_answer_ends_the_hold_at_the_instant(
    session: Session, listing: Listing, rival: Actor, third: Actor
) -> None:
    queue_up(session, listing, rival)
    waiting = challenge(session, rival, "neg_2", later(days=1))
    due = later(days=3)
    assert waiting.first_responds_by_at == due
    assert not waiting.can_challenge
    challenged = standing(session, "neg_1", due - A_MOMENT)
    assert challenged.respond_by_at == challenged.lapses_at == due
    assert challenged.sentence == (
        "This is the first hold; 1 hold waits behind it. "
        "It is challenged: match or release it before 2026-06-04T09:00:00Z, when it is over otherwise."
    )
    assert places(session, due) == {"neg_2": 1}
    with pytest.raises(NotFound):
        match(session, listing.studio, "neg_1", due)
    service.release(session=session, at=due, reference="neg_2")
    session.expire_all()
    assert codes(ask(session, listing, actor=third, at=due)) == ["AVAILABLE"], "silence is not undone afterwards"


def test_who_matches_signs_soon_and_is_not_challenged_again(
    session: Session, listing: Listing, rival: Actor, third: Actor
) -> None:
    queue_up(session, listing, rival, third)
    challenge(session, rival, "neg_2", later(days=1))
    committed = match(session, listing.studio, "neg_1", later(days=2))
    assert (committed.place, committed.respond_by_at) == (1, None)
    assert committed.lapses_at == later(days=9)
    assert codes(ask(session, listing, actor=third, at=later(days=9) - A_MOMENT)) == ["ON_HOLD"]
    with pytest.raises(HoldMoveRefused) as refused:
        challenge(session, third, "neg_3", later(days=3))
    assert refusal(refused) == "hold_matched"
    with pytest.raises(HoldMoveRefused) as refused:
        match(session, listing.studio, "neg_1", later(days=3))
    assert refusal(refused) == "hold_not_challenged"
    assert places(session, later(days=9)) == {"neg_2": 1, "neg_3": 2}


def test_matching_gains_no_time(session: Session, listing: Listing, rival: Actor) -> None:
    hold(session, listing.studio, listing.package.id, reference="neg_1", lasts_days=5)
    hold(session, rival, listing.package.id, reference="neg_2", lasts_days=20)
    challenge(session, rival, "neg_2", later(days=2))
    assert match(session, listing.studio, "neg_1", later(days=3)).lapses_at == later(days=5)


def test_a_challenge_falls_away_with_the_hold_that_made_it(
    session: Session, listing: Listing, rival: Actor, third: Actor
) -> None:
    queue_up(session, listing, rival, third)
    challenge(session, rival, "neg_2", later(days=1))
    service.release(session=session, actor=rival, at=later(days=2), reference="neg_2")
    session.expire_all()
    relieved = standing(session, "neg_1", later(days=10))
    assert (relieved.respond_by_at, relieved.lapses_at) == (None, later(days=20, minutes=1))
    assert codes(ask(session, listing, actor=make_actor(session), at=later(days=10))) == ["ON_HOLD"]
    assert challenge(session, third, "neg_3", later(days=10)).first_responds_by_at == later(days=12)


def test_a_challenge_that_cannot_be_made(session: Session, listing: Listing, rival: Actor, third: Actor) -> None:
    queue_up(session, listing, rival, third, lasts_days=5)
    with pytest.raises(HoldMoveRefused) as refused:
        challenge(session, listing.studio, "neg_1", later(days=1))
    assert refusal(refused) == "hold_is_first"
    with pytest.raises(HoldMoveRefused) as refused:
        challenge(session, rival, "neg_2", later(days=4), respond_within_hours=48)
    assert refusal(refused) == "hold_too_short"
    hold(session, listing.studio, listing.package.id, reference="neg_4", at=later(days=1), lasts_days=20)
    with pytest.raises(HoldMoveRefused) as refused:
        challenge(session, listing.studio, "neg_4", later(days=2))
    assert refusal(refused) == "hold_is_your_own"
    challenge(session, rival, "neg_2", later(days=1))
    with pytest.raises(HoldMoveRefused) as refused:
        challenge(session, third, "neg_3", later(days=2))
    assert refusal(refused) == "hold_challenged"
    for hours in (23, 169):
        with pytest.raises(InvalidInput):
            challenge(session, third, "neg_3", later(days=2), respond_within_hours=hours)


def test_nobody_moves_the_hold_of_another_party(session: Session, listing: Listing, rival: Actor) -> None:
    queue_up(session, listing, rival)
    challenge(session, rival, "neg_2", later(days=1))
    with pytest.raises(NotFound):
        match(session, rival, "neg_1", later(days=1))
    with pytest.raises(NotFound):
        challenge(session, listing.studio, "neg_2", later(days=1))
    with pytest.raises(NotFound):
        challenge(session, rival, "neg_unknown", later(days=1))
    assert service.hold_standing(session=session, reference="neg_unknown", at=START) is None


def test_everybody_concerned_hears_of_it(
    session: Session, listing: Listing, rival: Actor, third: Actor, heard: list[Any]
) -> None:
    performer_id, package_id = listing.package.performer_id, listing.package.id
    queue_up(session, listing, rival, third)
    assert [(event.reference, event.party_id, event.place) for event in heard] == [
        ("neg_1", listing.studio.party_id, 1),
        ("neg_2", rival.party_id, 2),
        ("neg_3", third.party_id, 3),
    ]
    heard.clear()
    challenge(session, rival, "neg_2", later(days=1))
    match(session, listing.studio, "neg_1", later(days=2))
    service.release(session=session, actor=listing.studio, at=later(days=3), reference="neg_1")
    service.release(session=session, actor=listing.studio, at=later(days=3), reference="neg_1")
    parties = {"challenger_reference": "neg_2", "challenger_party_id": rival.party_id}
    common = ("neg_1", listing.studio.party_id, package_id, performer_id)
    assert heard == [
        HoldChallenged(*common, respond_by_at=later(days=3), **parties),
        HoldMatched(*common, lapses_at=later(days=9), **parties),
        HoldReleased(
            *common,
            reason=HoldEnd.RELEASED,
            moved_up=(Waiting("neg_2", rival.party_id, 1), Waiting("neg_3", third.party_id, 2)),
        ),
    ]


def test_what_the_book_shows_lapses_when_the_queue_says_so(
    session: Session, listing: Listing, rival: Actor
) -> None:
    """Two ways of reading one fact: the blocks for whoever asks, the queue for whoever holds."""
    queue_up(session, listing, rival)

    def lapse() -> datetime | None:
        session.expire_all()
        return session.exec(select(RightsBlockRow.lapses_at).where(RightsBlockRow.reference == "neg_1")).one()

    assert lapse() == standing(session, "neg_1", later(hours=1)).lapses_at == later(days=20, minutes=1)
    challenge(session, rival, "neg_2", later(days=1))
    assert lapse() == standing(session, "neg_1", later(days=1)).lapses_at == later(days=3)
    match(session, listing.studio, "neg_1", later(days=2))
    assert lapse() == standing(session, "neg_1", later(days=2)).lapses_at == later(days=9)
