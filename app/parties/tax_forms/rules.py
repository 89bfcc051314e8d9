"""Which tax form fits whom, and how long it holds."""

from datetime import date

from app.parties.tax_forms.states import TaxFormKind
from app.values.errors import InvalidInput

DOMESTIC = "US"
_FOLLOWING_YEARS = 3


def last_valid_day(kind: TaxFormKind, signed_on: date) -> date | None:
    """Return the last day on which a form holds: 31 December of the third year after it was signed.

    A W-9 holds until something on it changes.
    """
    if kind.is_domestic:
        return None
    return date(signed_on.year + _FOLLOWING_YEARS, 12, 31)


def objection(
    *, kind: TaxFormKind, country: str, signed_on: date, claims_treaty: bool, today: date
) -> InvalidInput | None:
    """Return what is wrong with a form that somebody wants to record today, or None."""
    if kind.is_domestic and country != DOMESTIC:
        return InvalidInput.at("/kind", f"Who is taxed in {country} gives a W-8, not a W-9.", code="wrong_form")
    if country == DOMESTIC and not kind.is_domestic:
        return InvalidInput.at("/kind", "Who is taxed in the United States gives a W-9.", code="wrong_form")
    if claims_treaty and not kind.can_claim_treaty:
        return InvalidInput.at(
            "/claims_treaty", f"A treaty is claimed on a W-8BEN or W-8BEN-E, not on a {kind.label}."
        )
    if signed_on > today:
        return InvalidInput.at("/signed_on", "The form bears a day that is still to come.")
    last = None if kind.is_domestic else last_valid_day(kind, signed_on)
    if last is not None and last < today:
        return InvalidInput.at("/signed_on", f"This form held until {last}. Record one that was signed since.")
    return None
