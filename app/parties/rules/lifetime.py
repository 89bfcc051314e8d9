"""Birth, majority and death, as far as authority hangs on them."""

from datetime import UTC, date, datetime, time

MAJORITY = 18
"""The age, in years, from which nobody signs as a guardian any more."""


def death_of(*, is_living: bool, died_on: date | None, recorded_at: datetime) -> datetime | None:
    """Return the instant from which a performer counts as dead: the first of the day, or when they were recorded
    as dead without a day. Nothing while they live.
    """
    if is_living:
        return None
    return recorded_at if died_on is None else datetime.combine(died_on, time(), UTC)


def comes_of_age_at(born_on: date | None) -> datetime | None:
    """Return the first instant of the birthday; who was born on 29 February comes of age on 1 March."""
    if born_on is None:
        return None
    year = born_on.year + MAJORITY
    try:
        birthday = born_on.replace(year=year)
    except ValueError:
        birthday = date(year, 3, 1)
    return datetime.combine(birthday, time(), UTC)
