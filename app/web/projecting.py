"""The question "what if" as a form: what it asks, and the picture of the answer. Royalties does the sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from app.royalties.projecting.service import Comparison, Usage
from app.royalties.states import Figure
from app.values.errors import InvalidInput, InvalidValue
from app.values.money import Money

FIELDS = ("units", "price", "growth", "fee", "royalty", "advance", "guarantee")
WIDTH, HEIGHT = 1_000, 160
_LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Bar:
    """What one period brings under one set of terms."""

    x: int
    y: int
    width: int
    height: int
    label: str
    amount_minor: int
    is_after: bool


def typed() -> dict[str, str]:
    """Return what was typed, also where nothing was."""
    return {name: request.args.get(name, "").strip()[:40] for name in FIELDS}


def usage(asked: Mapping[str, str], currency: str) -> Usage:
    """Return the assumptions; what was left empty takes its usual value. Raises: InvalidInput."""
    given: dict[str, Any] = {}
    if asked["units"]:
        given["units"] = _units(asked["units"])
    if asked["price"]:
        given["net_price_minor"] = _amount(asked, "price", "The price", currency)
    if asked["growth"]:
        given["growth_bps"] = _percent(asked, "growth", "The growth", low=-100)
    return Usage(**given)


def changed(document: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    """Return deal terms with other money in them: each of the amounts in one part, the floor for the whole term.

    Raises: InvalidInput.
    """
    royalty, fee = document["royalty"], document["fee"]
    after = dict(document)
    if asked["fee"]:
        amount = _amount(asked, "fee", "The fee", fee["currency"])
        after["fee"] = fee | {"amount_minor": amount, "instalments": []}
    if asked["royalty"]:
        after["royalty"] = royalty | {"rate_bps": _percent(asked, "royalty", "The royalty", low=0)}
    currency = royalty["currency"] or fee["currency"]
    if asked["advance"]:
        amount = _amount(asked, "advance", "The advance", currency)
        kept = document["advance"] or {"remainder": "guaranteed"}
        after["advance"] = kept | {"amount_minor": amount, "instalments": []}
    if asked["guarantee"]:
        amount = _amount(asked, "guarantee", "The guarantee", currency)
        kept = document["guarantee"] or {"advances_count": True, "shortfall_recoupable": False}
        tests = [{"test_on": document["term"]["last_day"], "amount_minor": amount}]
        after["guarantee"] = kept | {"amount_minor": amount, "schedule": tests}
    return after


def bars(comparison: Comparison) -> list[Bar]:
    """Draw what sales bring the licensor in each period, before and after, side by side under one scale."""
    sides = [
        {row.last_day: row.figures[Figure.NET_TO_LICENSOR] for row in side.periods}
        for side in (comparison.before, comparison.after)
    ]
    days = sorted({*sides[0], *sides[1]})
    highest = max((amount for side in sides for amount in side.values()), default=0) or 1
    step = WIDTH / max(1, len(days))
    found = []
    for place, day in enumerate(days):
        for number, side in enumerate(sides):
            amount = side.get(day, 0)
            height = max(0, round(HEIGHT * amount / highest))
            found.append(
                Bar(
                    x=round(place * step + step * (0.12 + 0.4 * number)),
                    y=HEIGHT - height,
                    width=max(1, round(step * 0.36)),
                    height=height,
                    label=f"{day:%Y-%m}",
                    amount_minor=amount,
                    is_after=bool(number),
                )
            )
    return found


def _units(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 10**8):
        raise InvalidInput.at("/units", "Units are a whole number up to 100,000,000.")
    return int(text)


def _amount(asked: Mapping[str, str], name: str, what: str, currency: str) -> int:
    try:
        amount = Money.from_decimal_text(asked[name].replace(",", ""), currency).amount_minor
    except InvalidValue as error:
        raise InvalidInput.at(f"/{name}", str(error)) from None
    if not 0 <= amount < _LARGEST:
        raise InvalidInput.at(f"/{name}", f"{what} is out of range.")
    return amount


def _percent(asked: Mapping[str, str], name: str, what: str, *, low: int) -> int:
    try:
        bps = Money.from_decimal_text(asked[name], "USD").amount_minor
    except InvalidValue:
        bps = _LARGEST
    if not low * 100 <= bps <= 10_000:
        raise InvalidInput.at(f"/{name}", f"{what} must be a percentage from {low} to 100 such as 2.5.")
    return bps
