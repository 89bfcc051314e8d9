"""Begin a form of terms: from a package and a preset, or from the document of an offer."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.catalog.models import PackageComponent
from app.catalog.presets import Preset
from app.catalog.queries import PackageView
from app.negotiation.queries import OfferView
from app.values.components import DeliveryMode
from app.values.money import Money
from app.values.term import add_months
from app.web.terms_form.values import DECLARATIONS, SAID, Values, percent


def of_package(view: PackageView, preset: Preset | None, today: date) -> Values:
    """Begin a request: what the preset needs of what the package offers; without a preset, all that it offers.

    The price is left open; see `app.web.licensee.scope`.
    """
    first_day = today + timedelta(days=14)
    values: Values = {
        "preset": [preset.key if preset else ""],
        "first_day": [first_day.isoformat()],
        "last_day": [(add_months(first_day, _months(view, preset)) - timedelta(days=1)).isoformat()],
        "zone": ["UTC"],
        "grants": [str(index) for index in range(len(view.components))],
        "royalty": ["0"],
        "survival": [preset.survival if preset else "game"],
        "disclosure_label": ["Digital replica, used with permission"],
        "credit_line": [view.performer.name],
        "delivery": [_delivery(view)],
    }
    for index, part in enumerate(view.components):
        values |= _offered(f"g{index}_", part.component, preset)
    return values


def _offered(prefix: str, row: PackageComponent, preset: Preset | None) -> Values:
    """Begin a grant. Where nothing of what a preset needs is offered, it asks for all of it and learns so."""
    media, axes = list(row.media), list(row.axes)
    if preset is not None:
        media = [leaf for leaf in media if leaf in preset.media] or list(preset.media)
        axes = [axis for axis in axes if axis in preset.axes] or [axis.value for axis in preset.axes]
    return {
        f"{prefix}component": [row.component.value],
        f"{prefix}include": ["yes"] if preset is None or row.component in preset.components else [],
        f"{prefix}axes": axes,
        f"{prefix}media": media,
        f"{prefix}territory": [row.territory_expression],
        f"{prefix}languages": [", ".join(row.languages)],
        f"{prefix}categories": list(row.categories),
    }


def _months(view: PackageView, preset: Preset | None) -> int:
    if preset is None:
        return view.rate_card[0].months if view.rate_card else 12
    return next((line.months for line in view.rate_card if line.preset == preset.key), preset.months)


def of_offer(offer: OfferView) -> Values:
    """Begin a counteroffer: the terms of the offer that it answers, and what was declared with it."""
    declared = {name: getattr(offer.declarations, name, None) for name in DECLARATIONS}
    said = {name: [SAID[value]] for name, value in declared.items() if value is not None}
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
        "royalty": [percent(document["royalty"]["rate_bps"])],
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


def _delivery(view: PackageView) -> str:
    hosted = any(part.component.delivery is DeliveryMode.HOSTED_ONLY for part in view.components)
    return (DeliveryMode.HOSTED_ONLY if hosted else DeliveryMode.EXPORT).value
