"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 6, 1, 9, tzinfo=UTC)


class FrozenClock:
    def __init__(self, present: datetime = START) -> None:
        self._present = present

    def now(self) -> datetime:
        return self._present

    def move_to(self, instant: datetime) -> datetime:
        self._present = instant
        return instant

    def advance(self, period: timedelta) -> datetime:
        return self.move_to(self._present + period)
