"""How a field of deal terms tells what it is: description, unit and source, for the API's description."""

from typing import Any

import marshmallow as ma

from app.negotiation.terms.fields import known
from app.values.currencies import exponent

AGREED = "agreed by the two sides"
"""The source of a field that no standard and no rule of law gives."""

DAYS = "days of 24 hours"
HOURS = "hours"
BPS = "basis points: 250 is 2.5 %"
MINOR = "minor units of the currency: 1250000 USD is 12,500.00 dollars"


def told(text: str, *, unit: str | None = None, source: str = AGREED, **more: Any) -> dict[str, Any]:
    """Return the metadata of a field: `x-unit` is what a number counts, `x-source` where the value comes from."""
    counted = {} if unit is None else {"x-unit": unit}
    return {"description": text, "x-source": source} | counted | more


def currency(**kwargs: Any) -> ma.fields.Str:
    metadata = told("ISO 4217 code of an active currency", source="ISO 4217", example="USD")
    return ma.fields.Str(validate=known(exponent), metadata=metadata, **kwargs)


def refuse(problems: dict[str, Any]) -> None:
    """Raises: ValidationError with these problems, if there are any."""
    if problems:
        raise ma.ValidationError(problems)
