"""Who may place, challenge or match a hold, and what becomes of it: values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.rights.rules.queue import Challenge, QueuedHold, ahead_of, in_force
from app.values.term import format_instant

MOST_HOLDS = 5
"""How many a party may have in force on one performer."""

USUAL_DAYS = 14
LONGEST_DAYS = 30
"""How long a hold lasts, unless the operator's settings say otherwise."""

USUAL_ANSWER_HOURS = 48
SHORTEST_ANSWER_HOURS, LONGEST_ANSWER_HOURS = 24, 168
"""How long the challenged party has to match or release."""

SIGNS_WITHIN = timedelta(days=7)
"""Who matches commits to sign within this time."""


class HoldMoveCode(StrEnum):
    """Why a move is refused, in the order in which it is checked."""

    TOO_MANY_HOLDS = "too_many_holds"
    HOLD_IS_FIRST = "hold_is_first"
    HOLD_IS_YOUR_OWN = "hold_is_your_own"
    HOLD_MATCHED = "hold_matched"
    HOLD_CHALLENGED = "hold_challenged"
    HOLD_TOO_SHORT = "hold_too_short"
    HOLD_NOT_CHALLENGED = "hold_not_challenged"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class HoldVerdict:
    """Whether a move is possible; if not, why, and what to do instead."""

    code: HoldMoveCode
    sentence: str = ""

    @property
    def is_allowed(self) -> bool:
        return self.code is HoldMoveCode.ALLOWED


ALLOWED = HoldVerdict(HoldMoveCode.ALLOWED)


def judge_placing(*, queue: Sequence[QueuedHold], party_id: str, reference: str, at: datetime) -> HoldVerdict:
    """A party has so many holds on a performer; the one it places anew is not counted twice."""
    own = [hold for hold in in_force(queue, at) if hold.party_id == party_id and hold.reference != reference]
    if len(own) >= MOST_HOLDS:
        return HoldVerdict(
            HoldMoveCode.TOO_MANY_HOLDS,
            f"You have {len(own)} holds on this performer, and {MOST_HOLDS} is the most. "
            f"Release one, or wait until {format_instant(min(hold.ends_at for hold in own))} when the next ends.",
        )
    return ALLOWED


def judge_challenge(
    *, challenger: QueuedHold, queue: Sequence[QueuedHold], at: datetime, respond_by_at: datetime
) -> HoldVerdict:
    """Whoever waits may challenge the foremost hold in its way, once, and one at a time."""
    ahead = ahead_of(challenger, queue, at)
    if not ahead:
        return HoldVerdict(HoldMoveCode.HOLD_IS_FIRST, "No hold is ahead of yours; there is nothing to challenge.")
    foremost = ahead[0]
    if foremost.party_id == challenger.party_id:
        sentence = "The first hold is your own, for another negotiation; release it instead."
        return HoldVerdict(HoldMoveCode.HOLD_IS_YOUR_OWN, sentence)
    if foremost.matched_at is not None:
        sentence = (
            f"The first hold has committed to sign; it is free at {format_instant(foremost.ends_at)}, if not."
        )
        return HoldVerdict(HoldMoveCode.HOLD_MATCHED, sentence)
    if foremost.open_challenge is not None:
        sentence = f"The first hold is challenged already and is over at {format_instant(foremost.ends_at)}, "
        return HoldVerdict(HoldMoveCode.HOLD_CHALLENGED, f"{sentence}unless it commits to sign before.")
    if challenger.ends_at < respond_by_at:
        sentence = f"Your own hold is over at {format_instant(challenger.ends_at)}, before the answer is due. "
        return HoldVerdict(HoldMoveCode.HOLD_TOO_SHORT, f"{sentence}Ask for an earlier answer, or place it anew.")
    return ALLOWED


def judge_match(hold: QueuedHold) -> HoldVerdict:
    """Only who was challenged has something to answer."""
    if hold.open_challenge is None:
        sentence = "Nobody has challenged your hold; it stands until it lapses."
        if hold.matched_at is not None:
            sentence = f"You have committed to sign before {format_instant(hold.ends_at)} already."
        return HoldVerdict(HoldMoveCode.HOLD_NOT_CHALLENGED, sentence)
    return ALLOWED


def challenged(hold: QueuedHold, *, by: QueuedHold, respond_by_at: datetime) -> QueuedHold:
    """Return the hold with a challenge that it must answer before an instant."""
    return replace(hold, challenge=Challenge(by.id, respond_by_at))


def unchallenged(hold: QueuedHold) -> QueuedHold:
    """Return the hold as it was before a challenge that fell away."""
    return replace(hold, challenge=None)


def matched(hold: QueuedHold, *, at: datetime) -> QueuedHold:
    """Return the hold committed to sign: it gains no time by it."""
    return replace(hold, matched_at=at, lapses_at=min(hold.lapses_at, at + SIGNS_WITHIN))
