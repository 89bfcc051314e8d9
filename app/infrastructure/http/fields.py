"""Marshmallow fields for the values of the trade: they take text at the edge and give value objects."""

from datetime import datetime
from typing import Any

import marshmallow as ma

from app.values.errors import InvalidValue
from app.values.term import format_instant, parse_instant
from app.values.territory import Territory


class WholeNumber(ma.fields.Integer):
    """An integer as JSON Schema means it: 1 and 1.0, but not "1", true or 1.5."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class AmountMinor(WholeNumber):
    """Minor units of a currency that stands beside it; at most 12 digits."""

    def __init__(self, *, minimum: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Range(minimum, 10**12 - 1), **kwargs)


class Bps(WholeNumber):
    """A rate in basis points: 250 is 2.5 %."""

    def __init__(self, *, maximum: int = 10_000, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Range(0, maximum), **kwargs)


class Instant(ma.fields.Field[datetime]):
    """An RFC 3339 instant with an offset; given back in UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format_instant(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise ma.ValidationError("An instant is text such as 2026-06-15T04:00:00Z.")
        try:
            return parse_instant(value)
        except InvalidValue as error:
            raise ma.ValidationError(str(error)) from error


class TerritoryExpression(ma.fields.Field[Territory]):
    """A territory expression such as `+WORLD -US`; becomes a frozen set of ISO codes with the expression kept."""

    def _serialize(self, value: Territory | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.expression

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Territory:
        if not isinstance(value, str):
            raise ma.ValidationError("A territory is text such as +WORLD -US.")
        try:
            return Territory.parse(value)
        except InvalidValue as error:
            raise ma.ValidationError(str(error)) from error


def plain_text(longest: int, *, shortest: int = 1) -> ma.validate.Validator:
    """Validate the length of a line or paragraph."""
    return ma.validate.Length(shortest, longest)
