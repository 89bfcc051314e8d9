"""The queue against a naive model that lets every hour pass, one after the other.

The rules read everything off a few instants. The model knows no instants: it keeps a line of holds, counts hours
down, throws out whoever runs out of them, and looks at single uses to see who wants the same as whom.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import example, given, settings

from app.rights.rules import hold_moves
from app.rights.rules.hold_moves import HoldMoveCode
from app.rights.rules.queue import QueuedHold, ahead_of, behind, challenged_by, in_force
from app.rights.rules.standing import standing_of
from app.values.components import Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from tests.factories.rights import make_block
from tests.support.clock import START

EXAMPLES = int(os.environ.get("LIKENESS_PROPERTY_EXAMPLES", "150"))
HOUR = timedelta(hours=1)
DAY_HOURS = 24
COUNTRIES = ("DE", "FR", "JP")
PARTIES = ("pty_a", "pty_b", "pty_c")

Uses = frozenset[tuple[Component, str]]


@dataclass
class ModelHold:
    name: str
    party: str
    wants: list[tuple[Uses, bool]]
    """Single uses, and whether each lot of them is wanted alone."""
    hours_left: int
    hours_to_answer: int | None = None
    challenger: str | None = None
    has_committed: bool = False


@dataclass
class Model:
    line: list[ModelHold] = field(default_factory=list)

    def wait(self, hours: int) -> None:
        for _ in range(hours):
            for hold in self.line:
                hold.hours_left -= 1
                if hold.hours_to_answer is not None:
                    hold.hours_to_answer -= 1
            self.line = [hold for hold in self.line if hold.hours_left and hold.hours_to_answer != 0]

    def find(self, name: str) -> ModelHold | None:
        return next((hold for hold in self.line if hold.name == name), None)

    def ahead(self, hold: ModelHold) -> list[ModelHold]:
        return [other for other in self.line[: self.line.index(hold)] if self.want_the_same(other, hold)]

    def behind(self, hold: ModelHold) -> list[ModelHold]:
        return [other for other in self.line[self.line.index(hold) + 1 :] if self.want_the_same(other, hold)]

    @staticmethod
    def want_the_same(one: ModelHold, other: ModelHold) -> bool:
        return any(
            use in theirs and (alone or alone_too)
            for uses, alone in one.wants
            for use in uses
            for theirs, alone_too in other.wants
        )

    def place(self, hold: ModelHold) -> HoldMoveCode:
        old = self.find(hold.name)
        if sum(other.party == hold.party for other in self.line if other is not old) == hold_moves.MOST_HOLDS:
            return HoldMoveCode.TOO_MANY_HOLDS
        if old is not None:
            self.leave(old)
        self.line.append(hold)
        return HoldMoveCode.ALLOWED

    def challenge(self, hold: ModelHold, hours: int) -> HoldMoveCode:
        if not self.ahead(hold):
            return HoldMoveCode.HOLD_IS_FIRST
        first = self.ahead(hold)[0]
        if first.party == hold.party:
            return HoldMoveCode.HOLD_IS_YOUR_OWN
        if first.has_committed:
            return HoldMoveCode.HOLD_MATCHED
        if first.hours_to_answer is not None:
            return HoldMoveCode.HOLD_CHALLENGED
        if min(hold.hours_left, hold.hours_to_answer or hold.hours_left) < hours:
            return HoldMoveCode.HOLD_TOO_SHORT
        first.hours_to_answer, first.challenger = hours, hold.name
        return HoldMoveCode.ALLOWED

    def match(self, hold: ModelHold) -> HoldMoveCode:
        if hold.hours_to_answer is None:
            return HoldMoveCode.HOLD_NOT_CHALLENGED
        hold.hours_to_answer, hold.has_committed = None, True
        hold.hours_left = min(hold.hours_left, 7 * DAY_HOURS)
        return HoldMoveCode.ALLOWED

    def leave(self, hold: ModelHold) -> None:
        self.line.remove(hold)
        for other in self.line:
            if other.challenger == hold.name and other.hours_to_answer is not None:
                other.challenger = other.hours_to_answer = None


@dataclass
class Ruled:
    """The same line, kept by the rules: holds as values, and the hour it is."""

    queue: list[QueuedHold] = field(default_factory=list)
    hour: int = 0
    placed: int = 0

    @property
    def at(self) -> datetime:
        return START + self.hour * HOUR

    def find(self, name: str) -> QueuedHold | None:
        return next((hold for hold in in_force(self.queue, self.at) if hold.reference == name), None)

    def place(self, like: ModelHold) -> HoldMoveCode:
        verdict = hold_moves.judge_placing(queue=self.queue, party_id=like.party, reference=like.name, at=self.at)
        if not verdict.is_allowed:
            return verdict.code
        old = self.find(like.name)
        if old is not None:
            self.leave(old)
        self.placed += 1
        hold = QueuedHold(
            id=f"hld_{self.placed:04}",
            reference=like.name,
            party_id=like.party,
            placed_at=self.at,
            lapses_at=self.at + like.hours_left * HOUR,
            blocks=tuple(_blocks(like)),
        )
        self.queue.insert(0, hold)
        return verdict.code

    def challenge(self, hold: QueuedHold, hours: int) -> HoldMoveCode:
        respond_by_at = self.at + hours * HOUR
        verdict = hold_moves.judge_challenge(
            challenger=hold, queue=self.queue, at=self.at, respond_by_at=respond_by_at
        )
        if verdict.is_allowed:
            first = ahead_of(hold, self.queue, self.at)[0]
            self._replace(first, hold_moves.challenged(first, by=hold, respond_by_at=respond_by_at))
        return verdict.code

    def match(self, hold: QueuedHold) -> HoldMoveCode:
        verdict = hold_moves.judge_match(hold)
        if verdict.is_allowed:
            self._replace(hold, hold_moves.matched(hold, at=self.at))
        return verdict.code

    def leave(self, hold: QueuedHold) -> None:
        self.queue.remove(hold)
        for other in challenged_by(hold.id, self.queue, self.at):
            self._replace(other, hold_moves.unchallenged(other))

    def _replace(self, old: QueuedHold, new: QueuedHold) -> None:
        self.queue[self.queue.index(old)] = new


def _blocks(like: ModelHold) -> Iterator[RightsBlock]:
    for uses, alone in like.wants:
        for component in {component for component, _ in uses}:
            countries = frozenset(country for other, country in uses if other is component)
            exclusivity = Exclusivity.EXCLUSIVE if alone else Exclusivity.NON_EXCLUSIVE
            yield make_block(component=component, territory=countries, exclusivity=exclusivity)


wanted = st.lists(
    st.tuples(
        st.frozensets(
            st.tuples(st.sampled_from((Component.VOICE, Component.FACE)), st.sampled_from(COUNTRIES)), min_size=1
        ),
        st.booleans() | st.just(value=True),
    ),
    min_size=1,
    max_size=2,
)
names = st.integers(0, 8).map("neg_{}".format)
hours = st.sampled_from((1, 23, 24, 25, 47, 48, 100, 168))
moves = st.one_of(
    st.tuples(st.just("place"), names, st.sampled_from(PARTIES), wanted, st.integers(1, 30)),
    st.tuples(st.just("place"), names, st.sampled_from(PARTIES), wanted, st.integers(1, 30)),
    st.tuples(st.just("challenge"), names, st.sampled_from((24, 48, 168))),
    st.tuples(st.just("challenge"), names, st.sampled_from((24, 48, 168))),
    st.tuples(st.just("match"), names),
    st.tuples(st.just("leave"), names),
    st.tuples(st.just("wait"), hours),
)


GERMANY = [(frozenset({(Component.VOICE, "DE")}), True)]
SILENCE = [
    ("place", "neg_0", "pty_a", GERMANY, 30),
    ("place", "neg_1", "pty_b", GERMANY, 30),
    ("challenge", "neg_1", 24),
    ("wait", 24),
    ("leave", "neg_1"),
]
"""Who stayed silent is over, and stays so when the challenger leaves, too."""


@example(SILENCE)
@given(st.lists(moves, max_size=40))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_queue_goes_as_a_line_of_people_would(sequence: list[tuple[Any, ...]]) -> None:
    model, ruled = Model(), Ruled()
    for move, *details in sequence:
        if move == "wait":
            model.wait(details[0])
            ruled.hour += details[0]
        elif move == "place":
            name, party, wants, days = details
            like = ModelHold(name, party, wants, days * DAY_HOURS)
            assert ruled.place(like) == model.place(like)
        else:
            name, *rest = details
            held, hold = model.find(name), ruled.find(name)
            assert (held is None) == (hold is None)
            if held is not None and hold is not None:
                assert getattr(ruled, move)(hold, *rest) == getattr(model, move)(held, *rest)
        _agree(model, ruled)


def _agree(model: Model, ruled: Ruled) -> None:
    standing = in_force(ruled.queue, ruled.at)
    assert [hold.reference for hold in standing] == [held.name for held in model.line]
    for hold, held in zip(standing, model.line, strict=True):
        assert [other.reference for other in ahead_of(hold, ruled.queue, ruled.at)] == [
            other.name for other in model.ahead(held)
        ]
        assert [other.reference for other in behind(hold, ruled.queue, ruled.at)] == [
            other.name for other in model.behind(held)
        ]
        left = min(held.hours_left, held.hours_to_answer or held.hours_left)
        assert hold.ends_at == ruled.at + left * HOUR
        said = standing_of(hold, ruled.queue, ruled.at)
        assert (said.place, said.behind) == (len(model.ahead(held)) + 1, len(model.behind(held)))
        assert (said.respond_by_at is not None) == (held.hours_to_answer is not None)
