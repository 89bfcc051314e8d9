"""Random talks against a naive model: no sequence of moves and times makes a deal that a signer did not see.

The model knows neither mandates nor stakes nor tables. It keeps a list of offers, says for each move what must come
of it, and remembers who signed what, when. After every move the database must agree with it, and a deal must be
accounted for by signatures of its very number and hash, all of them made while that offer stood.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, example, given, note, settings
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.context import Services
from app.negotiation import queries, service
from app.negotiation.holders.service import refuse_as_holder, sign_as_holder
from app.negotiation.models import Deal, Negotiation, Offer, Signature
from app.negotiation.states import NegotiationStatus
from app.parties import service as parties
from app.parties.models import HolderConsent
from app.parties.queries import held_representations
from app.parties.states import QuorumKind
from app.values.errors import DomainError
from tests.factories.negotiation import make_request, proposed
from tests.factories.parties import Holder
from tests.factories.signatures import Held, change_share, make_held, set_rule
from tests.support.clock import START

EXAMPLES = int(os.environ.get("LIKENESS_PROPERTY_EXAMPLES", "30"))
TICK = timedelta(microseconds=1)
LICENSOR, LICENSEE = "licensor", "licensee"
SHARES = {"own": 4000, "ana": 3000, "ben": 3000}
HOLDERS = ("ana", "ben")
WHOLE = 10_000


@dataclass(frozen=True)
class Told:
    """One offer as it was sent, and who held what at that moment."""

    by: str
    sha256: str
    expires_at: datetime
    shares: dict[str, int]
    rule: QuorumKind


@dataclass(frozen=True)
class Said:
    """A holder's answer, and by which papers it held its share then."""

    has_signed: bool
    papers: int


@dataclass
class Model:
    now: datetime = START
    status: str = "open"
    offers: list[Told] = field(default_factory=list)
    accepted_by: str | None = None
    said: dict[str, Said] = field(default_factory=dict)
    consents: set[str] = field(default_factory=set)
    shares: dict[str, int] = field(default_factory=lambda: dict(SHARES))
    papers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(HOLDERS, 0))
    rule: QuorumKind = QuorumKind.ALL
    signed: list[tuple[str, int, str, datetime]] = field(default_factory=list)
    """Every signature that was let through: who, which number, which hash, when."""

    @property
    def latest(self) -> Told:
        return self.offers[-1]

    def has_lapsed(self) -> bool:
        return self.now >= self.latest.expires_at

    def is_enough(self, bound: set[str]) -> bool:
        """Count shares, one by one; the licensor is the executor and always bound."""
        share = sum(self.shares[name] for name in {"own", *bound})
        if self.rule is QuorumKind.ALL:
            return share == WHOLE
        return self.rule is not QuorumKind.MORE_THAN_HALF or share * 2 > WHOLE

    def has_changed(self, *, but: str = "") -> bool:
        stale = any(s.has_signed and s.papers != self.papers[n] for n, s in self.said.items() if n != but)
        return stale or (self.latest.shares, self.latest.rule) != (self.shares, self.rule)

    def bound(self) -> set[str]:
        refused = {name for name, said in self.said.items() if not said.has_signed}
        return ({name for name, said in self.said.items() if said.has_signed} | self.consents) - refused

    def is_dead(self) -> bool:
        refused = {name for name, said in self.said.items() if not said.has_signed}
        return not self.has_lapsed() and (self.has_changed() or not self.is_enough(set(HOLDERS) - refused))

    def counter(self, by: str) -> str:
        if self.status != "open":
            return "negotiation_closed"
        if not self.is_dead() and not self.has_lapsed():
            if self.accepted_by is not None:
                return "awaits_signatures"
            if self.latest.by == by:
                return "own_offer"
        return "done" if self.is_enough(set(HOLDERS)) else "no_authority"

    def answer(self, number: int, sha256: str, *, by: str = "") -> str:
        if self.status != "open":
            return "negotiation_closed"
        if number != len(self.offers):
            return "offer_superseded"
        if self.latest.by == by:
            return "own_offer"
        if self.has_lapsed():
            return "offer_lapsed"
        return "done" if sha256 == self.latest.sha256 else "terms_differ"

    def accept(self, by: str, number: int, sha256: str) -> str:
        verdict = self.answer(number, sha256, by=by)
        if verdict == "done" and self.has_changed():
            return "holders_changed"
        if verdict == "done":
            if self.accepted_by is None:
                self.signed.append((by, number, sha256, self.now))
            self.accepted_by = by
            self.conclude()
        return verdict

    def sign(self, name: str, number: int, sha256: str) -> str:
        verdict = self.answer(number, sha256)
        if verdict == "done" and self.has_changed(but=name):
            return "holders_changed"
        if verdict == "done":
            self.said[name] = Said(True, self.papers[name])
            self.signed.append((name, number, sha256, self.now))
            if self.accepted_by is not None:
                self.conclude()
        return verdict

    def refuse(self, name: str, number: int, sha256: str) -> str:
        verdict = self.answer(number, sha256)
        if verdict == "done":
            self.said[name] = Said(False, self.papers[name])
        return verdict

    def conclude(self) -> None:
        if self.is_enough(self.bound()):
            self.status = "signed"

    def end(self, by: str, *, is_decline: bool) -> str:
        if self.status != "open":
            return "negotiation_closed"
        if (self.latest.by == by) is is_decline:
            return "own_offer" if is_decline else "not_your_offer"
        self.status = "declined" if is_decline else "withdrawn"
        return "done"


@dataclass
class Walk:
    """One sequence of moves, made on the database and in the model."""

    session: Session
    services: Services
    held: Held
    talks: Negotiation
    model: Model
    is_accounted: bool = False
    """A deal is held against what was so when it was made; what changes later does not touch it."""

    def actor(self, name: str) -> Actor:
        sides = {LICENSOR: self.held.sides.licensor, LICENSEE: self.held.sides.studio}
        return sides[name] if name in sides else self.held[name]

    def named(self, stale: str) -> tuple[int, str]:
        """Name the latest offer, or something that looks like it."""
        number, sha256 = len(self.model.offers), self.model.latest.sha256
        if stale == "number":
            return number - 1 or number + 1, sha256
        if stale == "hash":
            return number, self.model.offers[0].sha256 if number > 1 else "0" * 64
        return number, sha256

    def do(self, move: Callable[[], Any]) -> str:
        """Make a move as a request does: refused, it leaves nothing behind."""
        try:
            with self.session.begin_nested():
                move()
        except DomainError as error:
            return error.code
        return "done"

    def common(self, by: str) -> dict[str, Any]:
        return {
            "session": self.session,
            "actor": self.actor(by),
            "at": self.model.now,
            "negotiation_id": self.talks.id,
        }

    def note_offer(self, by: str) -> None:
        offer = queries.latest_offer(self.session, self.talks.id)
        told = Told(by, offer.terms_sha256, offer.expires_at, dict(self.model.shares), self.model.rule)
        self.model.offers.append(told)
        self.model.accepted_by, self.model.said = None, {}
        self.model.signed.append((by, len(self.model.offers), offer.terms_sha256, self.model.now))

    def counter(self, by: str, days: int, fee: int) -> None:
        expected = self.model.counter(by)
        terms = proposed(fee={"amount_minor": fee, "currency": "USD"})
        lasts = timedelta(days=days)
        assert self.do(lambda: service.counter(**self.common(by), terms=terms, lasts=lasts)) == expected
        if expected == "done":
            self.note_offer(by)
            assert self.model.latest.expires_at == self.model.now + lasts, "the clock starts anew"

    def accept(self, by: str, stale: str) -> None:
        number, sha256 = self.named(stale)
        before = replace_model(self.model)
        expected = self.model.accept(by, number, sha256)
        named = {"offer_number": number, "terms_sha256": sha256}
        assert self.do(lambda: service.accept(**self.common(by), **named)) == expected, before

    def sign(self, by: str, stale: str) -> None:
        number, sha256 = self.named(stale)
        before = replace_model(self.model)
        expected = self.model.sign(by, number, sha256)
        named = {"offer_number": number, "terms_sha256": sha256}
        assert self.do(lambda: sign_as_holder(**self.common(by), **named)) == expected, before

    def refuse(self, by: str, stale: str) -> None:
        number, sha256 = self.named(stale)
        expected = self.model.refuse(by, number, sha256)
        named = {"offer_number": number, "terms_sha256": sha256, "reason": "No."}
        assert self.do(lambda: refuse_as_holder(**self.common(by), **named)) == expected

    def end(self, by: str, is_decline: bool) -> None:
        expected = self.model.end(by, is_decline=is_decline)
        move = service.decline if is_decline else service.withdraw
        assert self.do(lambda: move(**self.common(by), reason="Enough.")) == expected

    def wait(self, how: str) -> None:
        """To a tick before the lapse, to the very instant, or by a while; never back."""
        lapse = self.model.latest.expires_at
        there = {"tick": lapse - TICK, "lapse": lapse, "hour": self.model.now + timedelta(hours=1)}[how]
        self.model.now = max(self.model.now, there)

    def new_papers(self, name: str, share: int) -> None:
        """The same holder by a newer representation, which passes no part to anybody."""
        holder: Holder = self.held.holders[name]
        change_share(self.session, self.services.store, holder, share, at=self.model.now)
        self.model.shares[name] = share
        self.model.papers[name] += 1

    def set_rule(self, rule: QuorumKind) -> None:
        set_rule(self.session, self.held.sides.estate, rule, at=self.model.now)
        self.model.rule = rule

    def consent(self, name: str, is_given: bool) -> None:
        """Give or withdraw a standing consent, under the papers of the moment."""
        common = {"session": self.session, "actor": self.held[name], "at": self.model.now}
        if is_given and name not in self.model.consents:
            papers = papers_of(self.session, self.held, name)
            licensor = self.held.sides.licensor.party_id
            parties.give_consent(**common, representation_id=papers, licensor_party_id=licensor)
            self.model.consents.add(name)
        elif not is_given and name in self.model.consents:
            own = select(HolderConsent).where(HolderConsent.given_by == self.held[name].label)
            for given in self.session.exec(own.where(col(HolderConsent.withdrawn_at).is_(None))).all():
                names = {"representation_id": given.representation_id, "consent_id": given.id}
                parties.withdraw_consent(**common, **names)
            self.model.consents.discard(name)

    def check(self) -> None:
        """What is stored is what the model says, and every deal is accounted for."""
        self.session.flush()
        assert self.talks.status.value == self.model.status
        numbers = select(Offer.number).where(Offer.negotiation_id == self.talks.id).order_by(col(Offer.number))
        assert self.session.exec(numbers).all() == list(range(1, len(self.model.offers) + 1))
        deals = self.session.exec(select(Deal).where(Deal.negotiation_id == self.talks.id)).all()
        assert len(deals) == (self.talks.status is NegotiationStatus.SIGNED)
        if deals and not self.is_accounted:
            self.account_for(deals[0])
            self.is_accounted = True

    def account_for(self, deal: Deal) -> None:
        told, number = self.model.latest, len(self.model.offers)
        assert (deal.offer_number, deal.terms_sha256) == (number, told.sha256)
        assert deal.signed_at < told.expires_at, "not an instant too late"
        seen = {
            (who, at)
            for who, signed_number, sha256, at in self.model.signed
            if (signed_number, sha256) == (number, told.sha256) and at < told.expires_at
        }
        rows = self.session.exec(select(Signature).where(Signature.deal_id == deal.id)).all()
        listed = {self.name_of(row.party_id): row.signed_at for row in rows}
        assert set(listed.items()) <= seen, "nobody signed what they did not see in exactly these terms"
        assert {LICENSOR, LICENSEE} <= listed.keys()
        counted = (listed.keys() - {LICENSOR, LICENSEE}) | self.model.consents
        assert self.model.is_enough({str(name) for name in counted})
        assert (told.shares, told.rule) == (self.model.shares, self.model.rule)

    def name_of(self, party_id: str) -> str:
        return next(n for n in (LICENSOR, LICENSEE, *HOLDERS) if self.actor(n).party_id == party_id)


def replace_model(model: Model) -> Model:
    """A copy, to be shown where something differs."""
    return replace(model, said=dict(model.said), signed=list(model.signed))


def papers_of(session: Session, held: Held, name: str) -> str:
    return held_representations(session, held.sides.estate.performer.id, held[name].party_id)[0].id


SIDE, HOLDER = st.sampled_from([LICENSOR, LICENSEE]), st.sampled_from(HOLDERS)
STALE = st.sampled_from(["", "", "", "", "number", "hash"])
COUNTER = st.tuples(st.just("counter"), SIDE, st.sampled_from([1, 3]), st.integers(1, 5))
ACCEPT = st.tuples(st.just("accept"), SIDE, STALE)
SIGN = st.tuples(st.just("sign"), HOLDER, STALE)
WAIT = st.tuples(st.just("wait"), st.sampled_from(["hour", "tick", "lapse"]))
SELDOM = st.one_of(
    st.tuples(st.just("refuse"), HOLDER, STALE),
    st.tuples(st.just("consent"), HOLDER, st.booleans()),
    st.tuples(st.just("new_papers"), HOLDER, st.sampled_from([3000, 3000, 2000])),
    st.tuples(st.just("set_rule"), st.sampled_from([QuorumKind.ALL, QuorumKind.MORE_THAN_HALF])),
    st.tuples(st.just("end"), SIDE, st.booleans()),
)
MOVES = st.one_of(COUNTER, ACCEPT, ACCEPT, SIGN, SIGN, WAIT, SELDOM)
SEQUENCES = st.lists(MOVES, min_size=8, max_size=16)


@contextmanager
def undone(session: Session) -> Iterator[None]:
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()
        session.expire_all()


def walk(session: Session, services: Services, held: Held, rule: QuorumKind, moves: list[Any]) -> Model:
    set_rule(session, held.sides.estate, rule)
    model = Model(rule=rule)
    talks = make_request(session, held.sides, lasts=timedelta(days=2))
    walked = Walk(session, services, held, talks, model)
    walked.note_offer(LICENSEE)
    for name, *arguments in moves:
        getattr(walked, name)(*arguments)
        walked.check()
    return model


def check_walks(session: Session, services: Services, examples: int) -> None:
    held = make_held(session, services.store, own=SHARES["own"], ana=SHARES["ana"], ben=SHARES["ben"])
    session.flush()

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.explicit, Phase.generate),  # to shrink a walk is to repeat it for minutes
    )
    @example(
        QuorumKind.MORE_THAN_HALF, [("sign", "ana", ""), ("counter", LICENSOR, 3, 2), ("accept", LICENSEE, "")]
    )
    @example(QuorumKind.MORE_THAN_HALF, [("sign", "ana", ""), ("wait", "lapse"), ("accept", LICENSOR, "")])
    @example(
        QuorumKind.ALL, [("accept", LICENSOR, ""), ("sign", "ana", ""), ("wait", "lapse"), ("sign", "ben", "")]
    )
    @given(st.sampled_from([QuorumKind.ALL, QuorumKind.MORE_THAN_HALF]), SEQUENCES)
    def walks(rule: QuorumKind, moves: list[Any]) -> None:
        note(f"{rule}: {moves}")
        with undone(session):
            walk(session, services, held, rule, moves)

    walks()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_sequence_of_moves_makes_a_deal_that_a_signer_did_not_see(session: Session, services: Services) -> None:
    check_walks(session, services, EXAMPLES)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nor_does_any_on_postgresql(session: Session, services: Services) -> None:
    check_walks(session, services, max(5, EXAMPLES // 10))
