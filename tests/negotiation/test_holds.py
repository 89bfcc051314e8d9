"""Holds of negotiations: who may do what with them, and what offers, signatures and ends do to them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation import service
from app.negotiation.errors import MoveRefused, NoHold
from app.negotiation.holds import hold_of
from app.negotiation.models import Negotiation
from app.negotiation.rules.held import HoldView
from app.rights.errors import HoldMoveRefused, RightsNotAvailable
from app.rights.rules.hold_moves import SIGNS_WITHIN, USUAL_DAYS
from app.values.errors import Forbidden, InvalidInput, NotFound
from tests.factories.identity import Caller, caller_for
from tests.factories.negotiation import (
    Sides,
    accept_latest,
    deal_terms,
    grant,
    make_counter,
    make_deal,
    make_production,
    make_request,
    make_sides,
)
from tests.factories.parties import make_actor
from tests.support.clock import START, FrozenClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
EXCLUSIVE = [grant(exclusivity="exclusive", territory="+WORLD -CN")]
NARROWER = [grant(exclusivity="exclusive", territory="+DE +FR")]
WIDER = [
    grant(exclusivity="exclusive", territory="+WORLD -CN", media=["game.scripted_performance", "game.trailer"])
]


@pytest.fixture
def sides(session: Session, services: Services) -> Sides:
    return make_sides(session, services.store)


@pytest.fixture
def rivals(session: Session, sides: Sides) -> Sides:
    """Another studio that wants the same package."""
    studio = make_actor(session, name="Rival Games")
    return replace(sides, studio=studio, production=make_production(session, studio, title="Second Light"))


def talks_with_hold(session: Session, sides: Sides, *, at: Any = START, **terms: Any) -> Negotiation:
    negotiation = make_request(session, sides, at=at, **({"grants": EXCLUSIVE} | terms))
    hold(session, sides, negotiation, at=at)
    return negotiation


def hold(session: Session, sides: Sides, negotiation: Negotiation, *, at: Any = START, **days: int) -> HoldView:
    return service.place_hold(session=session, actor=sides.studio, at=at, negotiation_id=negotiation.id, **days)


def place_of(session: Session, negotiation: Negotiation, *, at: Any = START) -> int | None:
    found = hold_of(session, at, negotiation)
    return None if found is None else found.standing.place


def test_holds_queue_in_the_order_in_which_they_were_placed(session: Session, sides: Sides, rivals: Sides) -> None:
    first = talks_with_hold(session, sides)
    second = talks_with_hold(session, rivals, at=START + HOUR)
    at = START + 2 * HOUR
    assert (place_of(session, first, at=at), place_of(session, second, at=at)) == (1, 2)
    seen = hold_of(session, at, first)
    assert seen is not None
    assert (seen.standing.ahead, seen.standing.behind, seen.covers_latest_offer) == (0, 1, True)
    assert seen.standing.lapses_at == START + timedelta(days=USUAL_DAYS)
    with pytest.raises(RightsNotAvailable, match="hold"), session.begin_nested():
        accept_latest(session, rivals.licensor, second, at=at)
    service.release_hold(session=session, actor=sides.studio, at=at, negotiation_id=first.id)
    assert (place_of(session, first, at=at), place_of(session, second, at=at)) == (None, 1)
    assert accept_latest(session, rivals.licensor, second, at=at).offer_number == 1


def test_a_hold_lapses_by_the_clock(session: Session, sides: Sides, rivals: Sides) -> None:
    negotiation = make_request(session, sides, grants=EXCLUSIVE)
    hold(session, sides, negotiation, lasts_days=2)
    waiting = make_request(session, rivals, grants=EXCLUSIVE)
    assert place_of(session, negotiation, at=START + 2 * DAY - TICK) == 1
    with pytest.raises(RightsNotAvailable), session.begin_nested():
        accept_latest(session, rivals.licensor, waiting, at=START + 2 * DAY - TICK)
    assert place_of(session, negotiation, at=START + 2 * DAY) is None
    assert accept_latest(session, rivals.licensor, waiting, at=START + 2 * DAY).offer_number == 1


def test_the_first_hold_signs_past_those_behind_it_and_is_used_up(
    session: Session, sides: Sides, rivals: Sides
) -> None:
    first = talks_with_hold(session, sides)
    second = talks_with_hold(session, rivals, at=START + HOUR)
    at = START + 2 * HOUR
    deal = accept_latest(session, sides.licensor, first, at=at)
    assert place_of(session, first, at=at) is None
    with pytest.raises(RightsNotAvailable) as refused:
        accept_latest(session, rivals.licensor, second, at=at)
    assert [reason["code"] for reason in refused.value.extra["reasons"]] == ["EXCLUSIVELY_GRANTED"]
    assert deal.license_id not in str(refused.value.extra)


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_the_end_of_the_talks_frees_what_was_held(session: Session, sides: Sides, end: str) -> None:
    negotiation = talks_with_hold(session, sides)
    if end == "decline":
        service.decline(
            session=session, actor=sides.licensor, at=START, negotiation_id=negotiation.id, reason="No games."
        )
    else:
        service.withdraw(session=session, actor=sides.studio, at=START, negotiation_id=negotiation.id)
    assert place_of(session, negotiation) is None
    with pytest.raises(MoveRefused) as refused:
        hold(session, sides, negotiation)
    assert refused.value.code == "negotiation_closed"


def test_an_offer_within_what_is_held_keeps_the_place(session: Session, sides: Sides, rivals: Sides) -> None:
    first = talks_with_hold(session, sides)
    talks_with_hold(session, rivals, at=START + HOUR)
    make_counter(session, sides.licensor, first, at=START + HOUR)
    make_counter(session, sides.studio, first, at=START + 2 * HOUR, grants=NARROWER)
    assert place_of(session, first, at=START + 2 * HOUR) == 1


def test_an_offer_beyond_what_is_held_goes_to_the_end_of_the_queue_and_says_so(
    session: Session, sides: Sides, rivals: Sides
) -> None:
    first = talks_with_hold(session, sides, grants=NARROWER)
    second = talks_with_hold(session, rivals, at=START + HOUR, grants=EXCLUSIVE)
    make_counter(session, sides.licensor, first, at=START + HOUR, grants=NARROWER)
    at = START + 2 * HOUR
    make_counter(session, sides.studio, first, at=at, grants=EXCLUSIVE)
    assert (place_of(session, first, at=at), place_of(session, second, at=at)) == (2, 1)
    seen = hold_of(session, at, first)
    assert seen is not None
    assert "placed anew, at the end of the queue, because offer 3" in seen.sentence
    assert seen.standing.lapses_at <= START + timedelta(days=USUAL_DAYS)


def test_a_licensor_cannot_send_a_hold_to_the_end_of_the_queue(
    session: Session, sides: Sides, rivals: Sides
) -> None:
    first = talks_with_hold(session, sides, grants=NARROWER)
    talks_with_hold(session, rivals, at=START + HOUR, grants=EXCLUSIVE)
    at = START + 2 * HOUR
    make_counter(session, sides.licensor, first, at=at, grants=EXCLUSIVE)
    seen = hold_of(session, at, first)
    assert seen is not None
    assert (seen.standing.place, seen.covers_latest_offer) == (1, False)
    assert "Offer 2 asks for more than is on hold" in seen.sentence
    assert hold(session, sides, first, at=at).standing.place == 2


def test_what_is_held_stays_held_when_more_of_it_cannot_be(session: Session, sides: Sides, rivals: Sides) -> None:
    make_deal(session, rivals, grants=[grant(exclusivity="exclusive", territory="+JP")])
    first = talks_with_hold(session, sides, grants=NARROWER)
    make_counter(session, sides.licensor, first, grants=NARROWER)
    make_counter(session, sides.studio, first, at=START + HOUR, grants=[grant(territory="+DE +JP")])
    seen = hold_of(session, START + HOUR, first)
    assert seen is not None
    assert (seen.standing.place, seen.covers_latest_offer) == (1, False)


def test_a_challenged_hold_matches_or_is_over(session: Session, sides: Sides, rivals: Sides) -> None:
    first = talks_with_hold(session, sides)
    second = talks_with_hold(session, rivals, at=START + HOUR)
    at = START + 2 * HOUR
    challenged = service.challenge_hold(
        session=session, actor=rivals.studio, at=at, negotiation_id=second.id, respond_within_hours=24
    )
    assert challenged.standing.first_responds_by_at == at + DAY
    with session.begin_nested() as savepoint:
        matched = service.match_hold(
            session=session, actor=sides.studio, at=at + DAY - TICK, negotiation_id=first.id
        )
        assert matched.standing.lapses_at == at + DAY - TICK + SIGNS_WITHIN
        assert place_of(session, second, at=at + DAY) == 2
        savepoint.rollback()
    assert place_of(session, second, at=at + DAY) == 1
    with pytest.raises(NoHold):
        service.match_hold(session=session, actor=sides.studio, at=at + DAY, negotiation_id=first.id)


def test_holds_are_the_licensees(session: Session, sides: Sides) -> None:
    negotiation = talks_with_hold(session, sides)
    given: dict[str, Any] = {"session": session, "at": START, "negotiation_id": negotiation.id}
    moves: list[tuple[Any, dict[str, Any]]] = [
        (service.place_hold, {}),
        (service.release_hold, {}),
        (service.challenge_hold, {"respond_within_hours": 48}),
        (service.match_hold, {}),
    ]
    stranger = make_actor(session, name="Passing Clouds")
    for move, more in moves:
        with pytest.raises(Forbidden):
            move(**given, **more, actor=sides.licensor)
        with pytest.raises(NotFound):
            move(**given, **more, actor=stranger)
    assert place_of(session, negotiation) == 1


def test_moves_that_are_not_possible_say_why(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    given: dict[str, Any] = {
        "session": session,
        "actor": sides.studio,
        "at": START,
        "negotiation_id": negotiation.id,
    }
    for move, more in ((service.release_hold, {}), (service.match_hold, {})):
        with pytest.raises(NoHold, match="Nothing is on hold"):
            move(**given, **more)
    with pytest.raises(InvalidInput) as too_long:
        service.place_hold(**given, lasts_days=31)
    assert too_long.value.problems[0].pointer == "/lasts_days"
    service.place_hold(**given)
    with pytest.raises(HoldMoveRefused) as first:
        service.challenge_hold(**given, respond_within_hours=48)
    assert first.value.code == "hold_is_first"
    with pytest.raises(HoldMoveRefused) as unchallenged:
        service.match_hold(**given)
    assert unchallenged.value.code == "hold_not_challenged"


@dataclass(frozen=True)
class Queue:
    """Two negotiations about the same exclusive right, of two studios."""

    first: str
    second: str
    callers: dict[str, Caller]


@pytest.fixture
def queue(database: Database, services: Services, client: FlaskClient) -> Queue:
    with database.write() as session:
        sides = make_sides(session, services.store)
        studio = make_actor(session, name="Rival Games")
        rivals = replace(sides, studio=studio, production=make_production(session, studio))
        first, second = (make_request(session, each, grants=EXCLUSIVE) for each in (sides, rivals))
        actors = {"estate": sides.licensor, "studio": sides.studio, "rival": studio}
        callers = {name: caller_for(session, client, actor) for name, actor in actors.items()}
        return Queue(f"/v1/negotiations/{first.id}", f"/v1/negotiations/{second.id}", callers)


def test_a_queue_over_http(queue: Queue, clock: FrozenClock) -> None:
    estate, studio, rival = (queue.callers[name] for name in ("estate", "studio", "rival"))
    assert studio.get(f"{queue.first}/hold").status_code == 404
    assert studio.get(queue.first).get_json()["hold"] is None
    placed = studio.post(f"{queue.first}/hold", json={"lasts_days": 10})
    assert (placed.status_code, placed.get_json()["place"]) == (201, 1)
    assert placed.get_json()["lapses_at"] == "2026-06-11T09:00:00Z"
    clock.advance(HOUR)
    assert rival.post(f"{queue.second}/hold", json={}).get_json()["place"] == 2
    assert estate.get(f"{queue.second}/hold").get_json() == rival.get(f"{queue.second}/hold").get_json()
    assert estate.get(queue.first).get_json()["hold"] == estate.get(f"{queue.first}/hold").get_json()

    challenged = rival.post(f"{queue.second}/hold/challenge", json={"respond_within_hours": 24})
    assert challenged.status_code == 200
    assert challenged.get_json()["first_responds_by_at"] == "2026-06-02T10:00:00Z"
    seen = studio.get(f"{queue.first}/hold").get_json()
    assert (seen["respond_by_at"], seen["behind"]) == ("2026-06-02T10:00:00Z", 1)
    matched = studio.post(f"{queue.first}/hold/match")
    assert (matched.status_code, matched.get_json()["matched_at"]) == (200, "2026-06-01T10:00:00Z")
    again = rival.post(f"{queue.second}/hold/challenge", json={})
    assert (again.status_code, again.get_json()["code"]) == (409, "hold_matched")
    assert studio.post(f"{queue.first}/hold/release").status_code == 204
    assert studio.post(f"{queue.first}/hold/release").get_json()["code"] == "no_hold"
    assert rival.get(f"{queue.second}/hold").get_json()["place"] == 1


def test_bad_moves_over_http_name_the_field(queue: Queue) -> None:
    studio, rival = queue.callers["studio"], queue.callers["rival"]
    for path, body, pointer in (
        (f"{queue.first}/hold", {"lasts_days": 0}, "/lasts_days"),
        (f"{queue.first}/hold", {"lasts_days": 31}, "/lasts_days"),
        (f"{queue.first}/hold", {"lasts_days": "2"}, "/lasts_days"),
        (f"{queue.first}/hold", {"days": 2}, "/days"),
        (f"{queue.first}/hold/challenge", {"respond_within_hours": 23}, "/respond_within_hours"),
        (f"{queue.first}/hold/challenge", {"respond_within_hours": 169}, "/respond_within_hours"),
    ):
        refused = studio.post(path, json=body)
        assert refused.status_code == 422, (path, body)
        assert [error["pointer"] for error in refused.get_json()["errors"]] == [pointer]
    assert queue.callers["estate"].post(f"{queue.first}/hold", json={}).status_code == 403
    for method, tail in (
        ("GET", ""),
        ("POST", ""),
        ("POST", "/release"),
        ("POST", "/challenge"),
        ("POST", "/match"),
    ):
        assert rival.call(method, f"{queue.first}/hold{tail}", json={}).status_code == 404


def test_an_offer_tells_what_became_of_the_hold(queue: Queue, clock: FrozenClock) -> None:
    estate, studio = queue.callers["estate"], queue.callers["studio"]
    studio.post(f"{queue.first}/hold", json={})
    assert estate.post(f"{queue.first}/offers", json={"terms": deal_terms(grants=EXCLUSIVE)}).status_code == 201
    clock.advance(HOUR)
    assert studio.post(f"{queue.first}/offers", json={"terms": deal_terms(grants=WIDER)}).status_code == 201
    assert "placed anew" in studio.get(queue.first).get_json()["hold"]["sentence"]
