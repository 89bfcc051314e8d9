"""What begins, reads and shows a form share: its values, and the names of what is declared beside the terms."""

from collections.abc import Sequence

from app.values.money import Money

Values = dict[str, list[str]]
"""From field to texts; several where check boxes share a name."""

MOST_GRANTS = 50
DECLARATIONS = ("replaces_own_work", "has_counsel", "has_union_cover")
SAID = {True: "yes", False: "no"}


def one(values: Values, name: str, default: str = "") -> str:
    """Return the text of a field; the default where it is missing or empty."""
    found: Sequence[str] = values.get(name) or [default]
    return found[0] or default


def percent(bps: int) -> str:
    """Write basis points as the number of a percentage: 250 is `2.50`."""
    return Money(bps, "USD").to_decimal_text()
