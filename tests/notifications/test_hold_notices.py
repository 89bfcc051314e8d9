"""Who hears of moves in the queue for rights, and that nobody learns who else waits."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.context import Services
from app.negotiation import service as negotiation
from app.negotiation.models import Negotiation
from app.notifications.models import Message
from app.values.term import format_instant
from tests.factories.negotiation import Sides, accept_latest, grant, make_production, make_request, make_sides
from tests.factories.parties import make_actor
from tests.support.clock import START

LATER = START + timedelta(hours=1)
EXCLUSIVE = [grant(exclusivity="exclusive")]


@dataclass(frozen=True)
class Queue:
    """Two studios that hold the same rights, one behind the other."""

    sides: Sides
    first: Negotiation
    other: Actor
    second: Negotiation


@pytest.fixture
def queue(session: Session, services: Services) -> Queue:
    sides = make_sides(session, services.store)
    other = make_actor(session, name="Passing Clouds")
    others = Sides(sides.estate, sides.package, other, make_production(session, other))
    first, second = make_request(session, sides, grants=EXCLUSIVE), make_request(session, others, grants=EXCLUSIVE)
    for actor, talks in ((sides.studio, first), (other, second)):
        negotiation.place_hold(session=session, actor=actor, at=START, negotiation_id=talks.id)
    return Queue(sides, first, other, second)


def challenge(session: Session, queue: Queue) -> None:
    negotiation.challenge_hold(
        session=session, actor=queue.other, at=LATER, negotiation_id=queue.second.id, respond_within_hours=48
    )


def told(session: Session, talks: Negotiation, words: str) -> list[Message]:
    """The messages about a negotiation whose subject holds these words, oldest first."""
    about = select(Message).where(Message.about == talks.id, col(Message.subject).contains(words))
    return list(session.exec(about.order_by(col(Message.id))))


def test_who_is_challenged_hears_until_when_to_answer_but_not_by_whom(session: Session, queue: Queue) -> None:
    challenge(session, queue)
    [message] = told(session, queue.first, "challenged")
    assert message.party_id == queue.sides.studio.party_id
    assert "2026-06-03 10:00 UTC" in message.body
    assert "Passing Clouds" not in message.subject + message.body
    assert queue.second.id not in message.body


def test_a_challenger_hears_of_the_match(session: Session, queue: Queue) -> None:
    challenge(session, queue)
    view = negotiation.match_hold(
        session=session, actor=queue.sides.studio, at=LATER, negotiation_id=queue.first.id
    )
    [message] = told(session, queue.second, "matched")
    assert message.party_id == queue.other.party_id
    assert view.standing is not None
    lapses = format_instant(view.standing.lapses_at)[:16].replace("T", " ")
    assert f"before {lapses} UTC" in message.body
    assert "Northlight" not in message.body


def test_who_waits_hears_that_a_hold_was_given_up(session: Session, queue: Queue) -> None:
    negotiation.release_hold(session=session, actor=queue.sides.studio, at=LATER, negotiation_id=queue.first.id)
    [message] = told(session, queue.second, "moved up")
    assert message.party_id == queue.other.party_id
    assert "was given up" in message.body
    assert "number 1 in the queue" in message.body
    assert told(session, queue.first, "moved up") == []


def test_who_waits_hears_that_a_hold_became_a_license(session: Session, queue: Queue) -> None:
    accept_latest(session, queue.sides.licensor, queue.first, at=LATER)
    [message] = told(session, queue.second, "moved up")
    assert "became a license" in message.body


def test_who_waits_hears_that_a_hold_went_to_the_end(session: Session, queue: Queue) -> None:
    negotiation.place_hold(session=session, actor=queue.sides.studio, at=LATER, negotiation_id=queue.first.id)
    [message] = told(session, queue.second, "moved up")
    assert "placed anew" in message.body
