"""Laws under which a likeness is used or lost: by when the next dated proof of use is due.

Tennessee: ten years, afterwards as long as there is no gap of two years. Louisiana: fifty years, or less after
three years without use. A gap that no evidence covers stays a risk, also when later evidence follows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.law.rules.anniversary import anniversary
from app.law.rules.facts import DeathFacts, EvidenceFacts
from app.values.law.places import country_of
from app.values.law.rows import PostmortemRow
from app.values.law.vocabulary import TermKind

LONGEST_GAP_YEARS = {TermKind.FIXED_THEN_USE_IT_OR_LOSE_IT: 2, TermKind.FIXED_OR_EARLIER_NON_USE: 3}
"""How long a likeness may go unused, by kind of term: the tables tell it in words only."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without evidence that is as long as the law needs to end the right; no end where it still lasts."""

    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class EvidenceClock:
    """Dated proof of use under one law."""

    counts_from: date
    """From this day on, use must be shown."""
    last_used_on: date | None
    due_on: date
    """By this day the next use must have happened and be recorded."""
    gaps: tuple[Gap, ...]

    def is_running(self, today: date) -> bool:
        return today > self.counts_from

    def warnings(self, today: date) -> Iterator[str]:
        for gap in self.gaps:
            until = gap.until_on or "today"
            yield f"No use is recorded from {gap.from_on} to {until}: on proof of that the right can be held ended."
        if not self.gaps and self.is_running(today):
            yield f"The next use must happen and be recorded by {self.due_on}, or the right can be held ended."


def evidence_clock(
    *,
    row: PostmortemRow,
    years: int | None,
    death: DeathFacts,
    evidence: Iterable[EvidenceFacts],
    ends_on: date | None,
    today: date,
) -> EvidenceClock | None:
    """Return the clock of a law under which the right is used or lost; nothing under any other."""
    longest = LONGEST_GAP_YEARS.get(row.term_kind)
    if longest is None or death.died_on is None:
        return None
    is_after_years = row.term_kind is TermKind.FIXED_THEN_USE_IT_OR_LOSE_IT
    start = anniversary(death.died_on, years or 0) if is_after_years else death.died_on
    counts_from = max(start, row.in_force_from or start)
    used = sorted(e.used_on for e in evidence if e.used_on <= today and _counts_in(row.jurisdiction, e.territory))
    last = counts_from
    gaps = []
    for day in (day for day in used if day > counts_from):
        if anniversary(last, longest) < day:
            gaps.append(Gap(last, day))
        last = day
    due_on = anniversary(last, longest)
    if due_on < (today if ends_on is None else min(today, ends_on)):
        gaps.append(Gap(last, None))
    return EvidenceClock(counts_from, used[-1] if used else None, due_on, tuple(gaps))


def _counts_in(jurisdiction: str, territory: str | None) -> bool:
    """Evidence counts where it happened, and in the state of a country of which only the country is known."""
    return territory is None or territory in {jurisdiction, country_of(jurisdiction)}
