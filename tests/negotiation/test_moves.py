"""Random moves at random times: no sequence ends in a deal that the accepting side did not see in those terms.

The same game is played twice: against the pure rules, and against the service on a database.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from app.identity.actor import Actor
from app.infrastructure.http.context import Services
from app.negotiation import queries, service
from app.negotiation.errors import MoveRefused
from app.negotiation.models import Deal
from app.negotiation.rules.moves import (
    OFFER_LASTS,
    OfferFacts,
    Talks,
    judge_acceptance,
    judge_decline,
    judge_offer,
    judge_withdrawal,
)
from app.negotiation.states import TRANSITIONS, NegotiationAction, NegotiationStatus
from tests.factories.negotiation import Sides, make_counter, make_request, make_sides
from tests.support.clock import START

STUDIO, ESTATE = 0, 1
SIDES = st.sampled_from([STUDIO, ESTATE])
BOGUS = "0" * 64


@dataclass(frozen=True)
class Read:
    """An offer as a side read it."""

    number: int
    by: int
    terms_sha256: str
    terms: str
    expires_at: datetime


class Table(Protocol):
    """Where the game is played. Moves answer whether they were possible."""

    def look(self) -> Read: ...
    def counter(self, side: int, fee: int, at: datetime) -> bool: ...
    def accept(self, side: int, number: int, terms_sha256: str, at: datetime) -> bool: ...
    def leave(self, side: int, action: NegotiationAction, at: datetime) -> bool: ...
    def signed(self) -> tuple[str, str] | None:
        """The terms and the hash of the deal, if there is one."""


@dataclass(frozen=True)
class Move:
    kind: str
    side: int
    wait: timedelta
    fee: int = 0
    number_off_by: int = 0
    recalled: int = 0
    """Which of the offers the side has read it names in an acceptance: 0 the last one, 1 the one before."""


WAITS = st.sampled_from(
    [timedelta(), timedelta(days=1), OFFER_LASTS - timedelta(microseconds=1), OFFER_LASTS, timedelta(days=40)]
)
COUNTERS = st.builds(Move, st.just("counter"), SIDES, WAITS, fee=st.integers(0, 2))
LOOKS = st.builds(Move, st.just("look"), SIDES, st.just(timedelta()))
ACCEPTANCES = st.builds(
    Move,
    st.just("accept"),
    SIDES,
    WAITS,
    number_off_by=st.sampled_from([0, 0, 0, 0, -1, 1]),
    recalled=st.sampled_from([0, 0, 0, 1, 2, 99]),
)
EXITS = st.builds(Move, st.sampled_from(["decline", "withdraw"]), SIDES, WAITS)
GAMES = st.lists(st.one_of(COUNTERS, COUNTERS, LOOKS, LOOKS, ACCEPTANCES, ACCEPTANCES, EXITS), max_size=12)


@dataclass
class Game:
    """Plays moves, remembers who read what, and knows by itself whether a move should have been possible."""

    table: Table
    at: datetime = START
    is_over: bool = False
    read: dict[int, list[Read]] = field(default_factory=lambda: {STUDIO: [], ESTATE: []})

    def play(self, move: Move) -> None:
        self.at += move.wait
        standing = self.table.look()
        assert self.table.signed() is None or self.is_over
        getattr(self, move.kind)(move, standing)

    def look(self, move: Move, standing: Read) -> None:
        self.read[move.side].append(standing)

    def counter(self, move: Move, standing: Read) -> None:
        expected = not self.is_over and (move.side != standing.by or self.at >= standing.expires_at)
        assert self.table.counter(move.side, move.fee, self.at) == expected
        if expected:
            after = self.table.look()
            assert (after.number, after.by) == (standing.number + 1, move.side)
            assert after.expires_at == self.at + OFFER_LASTS, "every counter restarts the clock"
            self.read[move.side].append(after)

    def accept(self, move: Move, standing: Read) -> None:
        known = self.read[move.side]
        named = known[-1 - move.recalled] if move.recalled < len(known) else None
        number = (named.number if named else standing.number) + move.number_off_by
        terms_sha256 = named.terms_sha256 if named else BOGUS
        possible = self.table.accept(move.side, number, terms_sha256, self.at)
        expected = (
            not self.is_over
            and number == standing.number
            and terms_sha256 == standing.terms_sha256
            and move.side != standing.by
            and self.at < standing.expires_at
        )
        assert possible == expected
        if possible:
            self.is_over = True
            self._check_deal(move.side, standing)

    def decline(self, move: Move, standing: Read) -> None:
        self._leave(move, NegotiationAction.DECLINE, is_turn=move.side != standing.by)

    def withdraw(self, move: Move, standing: Read) -> None:
        self._leave(move, NegotiationAction.WITHDRAW, is_turn=move.side == standing.by)

    def _leave(self, move: Move, action: NegotiationAction, *, is_turn: bool) -> None:
        expected = is_turn and not self.is_over
        assert self.table.leave(move.side, action, self.at) == expected
        self.is_over = self.is_over or expected

    def _check_deal(self, acceptor: int, standing: Read) -> None:
        signed = self.table.signed()
        assert signed is not None
        assert signed in [(offer.terms, offer.terms_sha256) for offer in self.read[acceptor]]
        assert signed == (standing.terms, standing.terms_sha256)
        assert standing.by != acceptor


class RuleTable:
    """The rules alone; an offer's terms are its fee."""

    def __init__(self) -> None:
        first = OfferFacts(1, self._party(STUDIO), self._hash(0), START + OFFER_LASTS)
        self.talks = Talks(self._party(ESTATE), self._party(STUDIO), NegotiationStatus.OPEN, first)

    @staticmethod
    def _party(side: int) -> str:
        return ("studio", "estate")[side]

    @staticmethod
    def _hash(fee: int) -> str:
        return f"{fee + 1:064d}"

    def look(self) -> Read:
        latest = self.talks.latest
        by = ("studio", "estate").index(latest.by_party_id)
        return Read(latest.number, by, latest.terms_sha256, f"fee {int(latest.terms_sha256)}", latest.expires_at)

    def counter(self, side: int, fee: int, at: datetime) -> bool:
        if not judge_offer(self.talks, by=self._party(side), at=at).is_allowed:
            return False
        offer = OfferFacts(self.talks.latest.number + 1, self._party(side), self._hash(fee), at + OFFER_LASTS)
        self.talks = replace(self.talks, latest=offer)
        return True

    def accept(self, side: int, number: int, terms_sha256: str, at: datetime) -> bool:
        verdict = judge_acceptance(
            self.talks, by=self._party(side), number=number, terms_sha256=terms_sha256, at=at
        )
        return verdict.is_allowed and self._close(NegotiationAction.ACCEPT)

    def leave(self, side: int, action: NegotiationAction, at: datetime) -> bool:
        judge = judge_decline if action is NegotiationAction.DECLINE else judge_withdrawal
        return judge(self.talks, by=self._party(side)).is_allowed and self._close(action)

    def signed(self) -> tuple[str, str] | None:
        read = self.look()
        return (read.terms, read.terms_sha256) if self.talks.status is NegotiationStatus.SIGNED else None

    def _close(self, action: NegotiationAction) -> bool:
        self.talks = replace(self.talks, status=TRANSITIONS[self.talks.status, action])
        return True


class ServiceTable:
    """The service on a database."""

    def __init__(self, session: Session, sides: Sides) -> None:
        self.session = session
        self.actors: tuple[Actor, Actor] = (sides.studio, sides.licensor)
        self.negotiation = make_request(session, sides, fee=self._fee(0), **LONG_TERM)

    @staticmethod
    def _fee(fee: int) -> dict[str, Any]:
        return {"amount_minor": fee * 100, "currency": "USD"}

    def look(self) -> Read:
        latest = queries.latest_offer(self.session, self.negotiation.id)
        by = [actor.party_id for actor in self.actors].index(latest.by_party_id)
        return Read(latest.number, by, latest.terms_sha256, latest.terms_json, latest.expires_at)

    def counter(self, side: int, fee: int, at: datetime) -> bool:
        try:
            make_counter(self.session, self.actors[side], self.negotiation, at=at, fee=self._fee(fee), **LONG_TERM)
        except MoveRefused:
            return False
        return True

    def accept(self, side: int, number: int, terms_sha256: str, at: datetime) -> bool:
        try:
            service.accept(
                session=self.session,
                actor=self.actors[side],
                at=at,
                negotiation_id=self.negotiation.id,
                offer_number=number,
                terms_sha256=terms_sha256,
            )
        except MoveRefused:
            return False
        return True

    def leave(self, side: int, action: NegotiationAction, at: datetime) -> bool:
        leave = service.decline if action is NegotiationAction.DECLINE else service.withdraw
        try:
            leave(
                session=self.session,
                actor=self.actors[side],
                at=at,
                negotiation_id=self.negotiation.id,
                reason="Not for us.",
            )
        except MoveRefused:
            return False
        return True

    def signed(self) -> tuple[str, str] | None:
        mine = select(Deal).where(Deal.negotiation_id == self.negotiation.id)
        deal = self.session.exec(mine).first()
        return None if deal is None else (deal.terms_json, deal.terms_sha256)


LONG_TERM: dict[str, Any] = {"term": {"first_day": "2026-06-15", "last_day": "2036-12-31", "zone": "UTC"}}
"""Longer than the longest game."""


@settings(max_examples=400, deadline=None)
@given(GAMES)
def test_no_sequence_of_moves_signs_what_was_not_seen(moves: list[Move]) -> None:
    game = Game(RuleTable())
    for move in moves:
        game.play(move)


def test_no_sequence_of_moves_signs_what_was_not_seen_on_a_database(session: Session, services: Services) -> None:
    sides = make_sides(session, services.store)
    session.flush()

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(GAMES)
    def play(moves: list[Move]) -> None:
        with session.begin_nested() as savepoint:
            game = Game(ServiceTable(session, sides))
            for move in moves:
                game.play(move)
            savepoint.rollback()

    play()


@pytest.mark.parametrize("fees", [(0, 0), (0, 1), (0, 1, 0)])
def test_the_game_can_be_won(fees: tuple[int, ...]) -> None:
    """Guards the properties above against never reaching a deal."""
    game = Game(RuleTable())
    side = ESTATE
    for fee in fees:
        game.play(Move("counter", side, timedelta(days=1), fee=fee))
        side = 1 - side
    game.play(Move("look", side, timedelta()))
    game.play(Move("accept", side, timedelta(days=1)))
    assert game.table.signed() is not None
