"""How long a tax form holds."""

from datetime import date

from app.parties.tax_forms.states import TaxFormKind

_FOLLOWING_YEARS = 3


def last_valid_day(kind: TaxFormKind, signed_on: date) -> date | None:
    """Return the last day on which a form holds: 31 December of the third year after it was signed.

    A W-9 holds until something on it changes.
    """
    if kind.is_domestic:
        return None
    return date(signed_on.year + _FOLLOWING_YEARS, 12, 31)
