"""Deal terms as a form: for the first request, and for a counteroffer that starts from the latest offer.

A form is a flat mapping from field to texts, the same shape whether it comes from a package, from an offer's
document or from what somebody typed. Reading gives the very input the API takes, checked by the same schema.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import request

from app.catalog.presets import Preset
from app.catalog.queries import PackageView
from app.negotiation.queries import OfferView
from app.negotiation.schemas import OfferIn
from app.values import survival
from app.values.components import DeliveryMode
from app.values.currencies import EXPONENTS
from app.values.media import expand
from app.values.money import Money
from app.values.term import add_months
from app.web import forms

Values = dict[str, list[str]]

CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CAD", "AUD", "CHF")
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Paris", "Asia/Tokyo", "UTC")
MOST_GRANTS = 50
DECLARATIONS = ("replaces_own_work", "has_counsel", "has_union_cover")
_SAID = {True: "yes", False: "no"}
_MEANT = {"yes": True, "no": False}


def typed() -> Values:
    """Return what was typed into the form of this request."""
    return {name: [text.strip() for text in texts] for name, texts in request.form.lists()}


def of_package(view: PackageView, preset: Preset | None, today: date) -> Values:
    """Begin a request: what the preset needs of what the package offers, at the price of the rate card."""
    prices = [line for line in view.rate_card if preset is None or line.preset == preset.key]
    price = prices[0] if prices else None
    first_day = today + timedelta(days=14)
    months = price.months if price else preset.months if preset else 12
    values: Values = {
        "first_day": [first_day.isoformat()],
        "last_day": [(add_months(first_day, months) - timedelta(days=1)).isoformat()],
        "zone": ["UTC"],
        "grants": [str(index) for index in range(len(view.components))],
        "fee": [Money(price.fee_minor, price.currency).to_decimal_text() if price else ""],
        "currency": [price.currency if price else "USD"],
        "royalty": [_percent(price.royalty_bps) if price else "0"],
        "survival": [preset.survival if preset else "game"],
        "disclosure_label": ["Digital replica, used with permission"],
        "credit_line": [view.performer.name],
        "delivery": [_delivery(view)],
    }
    for index, part in enumerate(view.components):
        row = part.component
        media = [leaf for leaf in row.media if preset is None or leaf in preset.media]
        axes = [axis for axis in row.axes if preset is None or axis in preset.axes]
        wanted = preset is None or row.component in preset.components
        values |= {
            f"g{index}_component": [row.component.value],
            f"g{index}_include": ["yes"] if wanted and media and axes else [],
            f"g{index}_axes": axes,
            f"g{index}_media": media,
            f"g{index}_territory": [row.territory_expression],
            f"g{index}_languages": [", ".join(row.languages)],
            f"g{index}_categories": list(row.categories),
        }
    return values


def of_offer(offer: OfferView) -> Values:
    """Begin a counteroffer: the terms of the offer that it answers, and what was declared with it."""
    declared = {name: getattr(offer.declarations, name, None) for name in DECLARATIONS}
    said = {name: [_SAID[value]] for name, value in declared.items() if value is not None}
    return of_document(offer.terms or {}) | said


def of_document(document: Mapping[str, Any]) -> Values:
    """Return the fields of a document of terms."""
    fee = Money(document["fee"]["amount_minor"], document["fee"]["currency"])
    values: Values = {
        "first_day": [document["term"]["first_day"]],
        "last_day": [document["term"]["last_day"]],
        "zone": [document["term"]["zone"]],
        "grants": [str(index) for index in range(len(document["grants"]))],
        "fee": [fee.to_decimal_text()],
        "currency": [fee.currency],
        "royalty": [_percent(document["royalty"]["rate_bps"])],
        "royalty_currency": [document["royalty"]["currency"]],
        "basis": [document["royalty"]["basis"]],
        "trigger": [document["royalty"]["trigger"]],
        "schedule": [document["reporting"]["schedule"]],
        "due_days": [str(document["reporting"]["due_days"])],
        "survival": [document["survival"]["preset"]],
        "delivery": [document["delivery"]],
        "disclosure_label": [document["disclosure_label"]],
        "credit_line": [document["credit_line"]],
    }
    for index, grant in enumerate(document["grants"]):
        values |= {
            f"g{index}_component": [grant["component"]],
            f"g{index}_include": ["yes"],
            f"g{index}_axes": list(grant["axes"]),
            f"g{index}_media": list(grant["media"]),
            f"g{index}_territory": [grant["territory"]["expression"]],
            f"g{index}_languages": [", ".join(grant["languages"])],
            f"g{index}_categories": list(grant["categories"]),
            f"g{index}_exclusivity": [grant["exclusivity"]],
            f"g{index}_exclusive_until": [grant["exclusive_until"] or ""],
        }
    return values


def read_offer() -> dict[str, Any]:
    """Return the offer of this request as the services take it: `terms`, `message`, `declarations`, `lasts`.

    Raises: InvalidInput, or marshmallow's ValidationError with a pointer to each field.
    """
    values = typed()
    currency = _one(values, "currency")
    fee = forms.amount("fee", "The fee", currency)
    grants = [
        _grant(values, index) for index in values.get("grants", [])[:MOST_GRANTS] if values.get(f"g{index}_include")
    ]
    royalty = {
        "rate_bps": forms.percentage("royalty", "The royalty"),
        "currency": _one(values, "royalty_currency") or currency,
        "basis": _one(values, "basis", "net_receipts"),
        "trigger": _one(values, "trigger", "sale_date"),
    }
    terms = {
        "term": {name: _one(values, name) for name in ("first_day", "last_day", "zone")},
        "grants": grants,
        "fee": {"amount_minor": fee.amount_minor, "currency": fee.currency},
        "royalty": royalty,
        "reporting": {
            "schedule": _one(values, "schedule", "quarterly"),
            "due_days": forms.whole("due_days", "The days to report", low=1, high=180),
        },
        "survival": {"preset": _one(values, "survival")},
        "delivery": _one(values, "delivery"),
        "disclosure_label": _one(values, "disclosure_label"),
        "credit_line": _one(values, "credit_line"),
    }
    declared = {name: _MEANT.get(_one(values, name)) for name in DECLARATIONS}
    given = {"terms": terms, "message": forms.text("message"), "declarations": declared}
    offer: dict[str, Any] = OfferIn().load(given)
    return offer


def choices() -> dict[str, Any]:
    """Return what the select boxes of the form offer."""
    return {
        "currencies": [*CURRENCIES, *(code for code in sorted(EXPONENTS) if code not in CURRENCIES)],
        "zones": ZONES,
        "survivals": survival.PRESETS,
        "leaves_of": {root: sorted(expand([root])) for root in ("film", "game", "vr", "brand_ambassador")},
    }


def _grant(values: Values, index: str) -> dict[str, Any]:
    until = _one(values, f"g{index}_exclusive_until")
    return {
        "component": _one(values, f"g{index}_component"),
        "axes": values.get(f"g{index}_axes", []),
        "media": values.get(f"g{index}_media", []),
        "territory": _one(values, f"g{index}_territory"),
        "languages": forms.words_of(_one(values, f"g{index}_languages", "*")),
        "categories": values.get(f"g{index}_categories") or ["*"],
        "exclusivity": _one(values, f"g{index}_exclusivity", "non_exclusive"),
        "exclusive_until": until or None,
    }


def _one(values: Values, name: str, default: str = "") -> str:
    found: Sequence[str] = values.get(name) or [default]
    return found[0] or default


def _percent(bps: int) -> str:
    return Money(bps, "USD").to_decimal_text()


def _delivery(view: PackageView) -> str:
    hosted = any(part.component.delivery is DeliveryMode.HOSTED_ONLY for part in view.components)
    return (DeliveryMode.HOSTED_ONLY if hosted else DeliveryMode.EXPORT).value
