"""Where a hold stands in the queue, and what its party can do, as one value with a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.rights.rules.hold_moves import SHORTEST_ANSWER_HOURS, judge_challenge
from app.rights.rules.queue import QueuedHold, ahead_of, behind
from app.values.term import format_instant


@dataclass(frozen=True, slots=True)
class HoldStanding:
    """A hold in force, as of one instant. Of the others it tells their number only."""

    reference: str
    place: int
    """1 is the first hold."""
    ahead: int
    behind: int
    lapses_at: datetime
    """When it is over if nobody does anything, an open challenge considered."""
    respond_by_at: datetime | None
    """Until when it must match or release, if it is challenged."""
    matched_at: datetime | None
    """When its party committed to sign."""
    first_responds_by_at: datetime | None
    """Until when the first hold ahead must answer a challenge, if one is open."""
    can_challenge: bool
    is_overtaken: bool
    """Part of what it is for has been licensed or kept back since, so that it cannot be signed as it is."""
    sentence: str


def standing_of(
    hold: QueuedHold, queue: Sequence[QueuedHold], at: datetime, *, is_overtaken: bool = False
) -> HoldStanding:
    """Say where a hold in force stands among those in force now."""
    first, waiting = ahead_of(hold, queue, at), behind(hold, queue, at)
    soonest = at + timedelta(hours=SHORTEST_ANSWER_HOURS)
    verdict = judge_challenge(challenger=hold, queue=queue, at=at, respond_by_at=soonest)
    own, theirs = hold.open_challenge, first[0].open_challenge if first else None
    return HoldStanding(
        reference=hold.reference,
        place=len(first) + 1,
        ahead=len(first),
        behind=len(waiting),
        lapses_at=hold.ends_at,
        respond_by_at=hold.ends_at if own else None,
        matched_at=hold.matched_at,
        first_responds_by_at=first[0].ends_at if theirs else None,
        can_challenge=verdict.is_allowed,
        is_overtaken=is_overtaken,
        sentence=" ".join(
            (
                _place(len(first), len(waiting)),
                *([_OVERTAKEN] if is_overtaken else []),
                _next_step(hold, first, can=verdict.is_allowed),
            )
        ),
    )


_OVERTAKEN = "Part of what it is for has been licensed or kept back since; offer what is still free."


def _place(ahead: int, waiting: int) -> str:
    place = f"This is the {_ordinal(ahead + 1)} hold"
    others = f"{waiting} {'hold waits' if waiting == 1 else 'holds wait'} behind it"
    return f"{place}; {others}." if waiting else f"{place}."


def _next_step(hold: QueuedHold, first: Sequence[QueuedHold], *, can: bool) -> str:
    until = format_instant(hold.ends_at)
    if hold.open_challenge is not None:
        return f"It is challenged: match or release it before {until}, when it is over otherwise."
    if hold.matched_at is not None:
        return f"Its party committed to sign before {until}."
    if not first:
        return f"It lapses at {until}."
    front = format_instant(first[0].ends_at)
    if first[0].matched_at is not None:
        return f"The party of the first hold committed to sign before {front}. This one lapses at {until}."
    if first[0].open_challenge is not None:
        return f"The first hold is challenged and answers before {front}. This one lapses at {until}."
    if can:
        return f"It lapses at {until}. Challenge the first hold to make its party match or release."
    return f"It lapses at {until}."


def _ordinal(number: int) -> str:
    spelled = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    return spelled.get(number) or f"{number}{_SUFFIXES.get(number % 10 * (number % 100 // 10 != 1), 'th')}"


_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
