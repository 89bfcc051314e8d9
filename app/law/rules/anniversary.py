"""Years counted from a day of death."""

from datetime import date


def anniversary(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March, so that nobody loses a day of protection.

    The end of the calendar stands for whatever lies beyond it.
    """
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
