"""When an attempt is made again. All periods are machine time."""

from datetime import timedelta

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After the first attempt, the second and so on: more than three days in all."""
ATTEMPTS = len(PAUSES) + 1
LONGEST_ASKED = timedelta(hours=24)
SPREAD = 0.2
"""Up to so much of a pause is added, so that those who failed together do not come back together."""
SHORTEST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=10)


def pause_after(attempt: int, *, dice: float, asked: timedelta | None = None) -> timedelta | None:
    """Return how long to wait after a failed attempt of this number, from 1; nothing when it was the last.

    `dice` lies between 0 and 1. A receiver that asks for more time (`Retry-After`) is given up to a day.
    """
    if attempt >= ATTEMPTS:
        return None
    pause = PAUSES[attempt - 1]
    pause += pause * SPREAD * dice
    return max(pause, min(asked or pause, LONGEST_ASKED))


def rest_after(failures_in_a_row: int) -> timedelta:
    """Return how long an endpoint that made us wait is left alone, so that a slow one does not keep up the rest."""
    doubled = min(max(failures_in_a_row - 1, 0), 20)
    return min(LONGEST_REST, SHORTEST_REST * (1 << doubled))
