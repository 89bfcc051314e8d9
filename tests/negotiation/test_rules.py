"""Moves, signing and lapse: who may do what at which instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.negotiation.rules.moves import (
    OFFER_LASTS,
    OfferFacts,
    Talks,
    judge_acceptance,
    judge_decline,
    judge_offer,
    judge_withdrawal,
    state_of,
)
from app.negotiation.rules.signing import judge_term
from app.negotiation.rules.verdict import MoveCode, Verdict
from app.negotiation.states import TRANSITIONS, NegotiationAction, NegotiationStatus, OfferState
from app.values.term import Term

SENT = datetime(2026, 6, 1, 9, tzinfo=UTC)
LAPSES = SENT + OFFER_LASTS
TICK = timedelta(microseconds=1)
ESTATE, STUDIO = "pty_estate", "pty_studio"
HASH = "a" * 64

COUNTER = OfferFacts(number=2, by_party_id=ESTATE, terms_sha256=HASH, expires_at=LAPSES)
TALKS = Talks(licensor_party_id=ESTATE, licensee_party_id=STUDIO, status=NegotiationStatus.OPEN, latest=COUNTER)
CLOSED = [replace(TALKS, status=status) for status in NegotiationStatus if not status.is_open]
TERM = Term(datetime(2026, 7, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def accept(
    talks: Talks = TALKS, by: str = STUDIO, number: int = 2, terms_sha256: str = HASH, at: datetime = SENT
) -> Verdict:
    return judge_acceptance(talks, by=by, number=number, terms_sha256=terms_sha256, at=at)


def test_an_offer_stands_for_two_weeks_unless_its_sender_says_otherwise() -> None:
    assert timedelta(days=14) == OFFER_LASTS


def test_the_other_side_accepts_by_number_and_hash() -> None:
    assert accept().is_allowed
    assert accept(at=LAPSES - TICK).is_allowed


@pytest.mark.parametrize("late", [timedelta(), TICK, timedelta(seconds=1), timedelta(days=400)])
def test_an_offer_lapses_at_its_instant(late: timedelta) -> None:
    verdict = accept(at=LAPSES + late)
    assert verdict.code is MoveCode.OFFER_LAPSED
    assert "2026-06-15T09:00:00Z" in verdict.sentence


def test_nobody_accepts_an_offer_of_their_own() -> None:
    assert accept(by=ESTATE).code is MoveCode.OWN_OFFER


@pytest.mark.parametrize("number", [-1, 0, 1, 3])
def test_only_the_latest_offer_can_be_accepted(number: int) -> None:
    verdict = accept(number=number)
    assert verdict.code is MoveCode.OFFER_SUPERSEDED
    assert "number 2" in verdict.sentence


@pytest.mark.parametrize("terms_sha256", ["", "b" * 64, HASH.upper(), HASH[:-1]])
def test_other_terms_than_those_offered_cannot_be_accepted(terms_sha256: str) -> None:
    assert accept(terms_sha256=terms_sha256).code is MoveCode.TERMS_DIFFER


@pytest.mark.parametrize("talks", CLOSED)
def test_nothing_moves_once_a_negotiation_is_closed(talks: Talks) -> None:
    verdicts = [
        accept(talks),
        judge_offer(talks, by=STUDIO, at=SENT),
        judge_decline(talks, by=STUDIO),
        judge_withdrawal(talks, by=ESTATE),
    ]
    assert {verdict.code for verdict in verdicts} == {MoveCode.NEGOTIATION_CLOSED}
    assert talks.status.value in verdicts[0].sentence
    assert talks.awaited(SENT) is None


def test_refusals_come_in_their_order() -> None:
    """Whatever else is wrong too, the first code of the list that applies is the answer."""
    wrong = {"by": ESTATE, "number": 1, "terms_sha256": "b" * 64, "at": LAPSES}
    codes = [accept(CLOSED[0], **wrong).code]  # type: ignore[arg-type]
    for put_right in ("talks", "number", "by", "at"):
        wrong.pop(put_right, None)
        codes.append(accept(**wrong).code)  # type: ignore[arg-type]
    assert codes == [
        MoveCode.NEGOTIATION_CLOSED,
        MoveCode.OFFER_SUPERSEDED,
        MoveCode.OWN_OFFER,
        MoveCode.OFFER_LAPSED,
        MoveCode.TERMS_DIFFER,
    ]
    assert codes == sorted(codes, key=list(MoveCode).index)


def test_the_sides_take_turns() -> None:
    assert judge_offer(TALKS, by=STUDIO, at=SENT).is_allowed
    assert judge_offer(TALKS, by=ESTATE, at=LAPSES - TICK).code is MoveCode.OWN_OFFER
    assert TALKS.awaited(LAPSES - TICK) == STUDIO


@pytest.mark.parametrize("by", [ESTATE, STUDIO])
def test_after_an_offer_lapsed_either_side_may_make_the_next(by: str) -> None:
    assert judge_offer(TALKS, by=by, at=LAPSES).is_allowed
    assert TALKS.awaited(LAPSES) is None


def test_each_side_has_one_way_out() -> None:
    assert judge_decline(TALKS, by=STUDIO).is_allowed
    assert judge_decline(TALKS, by=ESTATE).code is MoveCode.OWN_OFFER
    assert judge_withdrawal(TALKS, by=ESTATE).is_allowed
    assert judge_withdrawal(TALKS, by=STUDIO).code is MoveCode.NOT_YOUR_OFFER


def test_an_open_negotiation_ends_in_one_of_three_ways_and_a_closed_one_never_opens() -> None:
    assert {action: after for (_, action), after in TRANSITIONS.items()} == {
        NegotiationAction.ACCEPT: NegotiationStatus.SIGNED,
        NegotiationAction.DECLINE: NegotiationStatus.DECLINED,
        NegotiationAction.WITHDRAW: NegotiationStatus.WITHDRAWN,
    }
    assert {before for before, _ in TRANSITIONS} == {NegotiationStatus.OPEN}


@pytest.mark.parametrize(
    ("status", "number", "at", "state"),
    [
        (NegotiationStatus.OPEN, 2, SENT, OfferState.STANDING),
        (NegotiationStatus.OPEN, 2, LAPSES, OfferState.LAPSED),
        (NegotiationStatus.OPEN, 1, SENT, OfferState.SUPERSEDED),
        (NegotiationStatus.SIGNED, 2, LAPSES, OfferState.ACCEPTED),
        (NegotiationStatus.SIGNED, 1, SENT, OfferState.SUPERSEDED),
        (NegotiationStatus.DECLINED, 2, SENT, OfferState.CLOSED),
        (NegotiationStatus.WITHDRAWN, 2, SENT, OfferState.CLOSED),
    ],
)
def test_what_an_offer_is_follows_from_the_talks_and_the_clock(
    status: NegotiationStatus, number: int, at: datetime, state: OfferState
) -> None:
    assert state_of(replace(COUNTER, number=number), replace(TALKS, status=status), at=at) is state


def test_a_term_that_is_over_is_not_signed_any_more() -> None:
    assert TERM.ends_at is not None
    assert judge_term(TERM, at=TERM.ends_at - TICK).is_allowed
    assert judge_term(TERM, at=TERM.ends_at).code is MoveCode.TERM_OVER
    assert judge_term(Term(TERM.starts_at, None), at=TERM.ends_at).is_allowed
