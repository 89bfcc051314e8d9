"""When the next check-in is due, where a deal asks for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class CheckInRhythm:
    """How often a running use reports to be there, and how long it may be late."""

    every: timedelta
    grace: timedelta

    def due_at(
        self, *, begins_at: datetime, activated_at: datetime | None, checked_in_at: datetime | None, at: datetime
    ) -> datetime:
        """Return when the next check-in is due.

        One interval after the last; after the activation or the beginning, where that is later. `begins_at` is the
        start of the term, or of the terms in force where they are of a change. What was recorded at an instant
        later than `at`, because a clock was moved back, counts as if it were now: nobody is late by it, and nobody
        has more than one interval ahead.
        """
        counted_from = begins_at
        for recorded_at in (activated_at, checked_in_at):
            if recorded_at is not None:
                counted_from = max(counted_from, min(recorded_at, at))
        return counted_from + self.every
