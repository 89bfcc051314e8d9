"""Begin a form of terms: from a package and a preset, or from the document of an offer."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.catalog.models import PackageComponent
from app.catalog.presets import Preset
from app.catalog.queries import PackageView
from app.negotiation.queries import OfferView
from app.negotiation.terms.declarations import Declarations
from app.negotiation.terms.versions import as_current
from app.values.components import Component, DeliveryMode
from app.values.money import Money
from app.values.term import add_months
from app.web.terms_form.usual import usual_terms
from app.web.terms_form.values import DECLARATIONS, SAID, Values, percent
from app.web.terms_form.write import clauses_written


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
        "royalty": ["0"],
        "survival": [preset.survival if preset else "game"],
        "disclosure_label": ["Digital replica, used with permission"],
        "credit_line": [view.performer.name],
        "delivery": [_delivery(view)],
    }
    values |= clauses_written(usual_terms(preset))
    grants = [_offered(part.component, preset) for part in view.components]
    return values | _numbered([*grants, *(_spare(part.component.component.value) for part in view.components)])


def of_offer(offer: OfferView) -> Values:
    """Begin a counteroffer: the terms of the offer that it answers, and what was declared with it."""
    return of_document(offer.terms or {}) | of_declarations(offer.declarations)


def of_declarations(declarations: Declarations | None) -> Values:
    """Return the fields of what is declared beside the terms; what was not said is left out."""
    declared = {name: getattr(declarations, name, None) for name in DECLARATIONS}
    return {name: [SAID[value]] for name, value in declared.items() if value is not None}


def of_document(document: Mapping[str, Any]) -> Values:
    """Return the fields of a document of terms of any version."""
    terms = as_current(document)
    fee = Money(terms["fee"]["amount_minor"], terms["fee"]["currency"])
    values: Values = {
        "first_day": [terms["term"]["first_day"]],
        "last_day": [terms["term"]["last_day"]],
        "zone": [terms["term"]["zone"]],
        "fee": [fee.to_decimal_text()],
        "currency": [fee.currency],
        "royalty": [percent(terms["royalty"]["rate_bps"])],
        "royalty_currency": [terms["royalty"]["currency"]],
        "basis": [terms["royalty"]["basis"]],
        "trigger": [terms["royalty"]["trigger"]],
        "schedule": [terms["reporting"]["schedule"]],
        "due_days": [str(terms["reporting"]["due_days"])],
        "survival": [terms["survival"]["preset"]],
        "delivery": [terms["delivery"]],
        "disclosure_label": [terms["disclosure_label"]],
        "credit_line": [terms["credit_line"]],
    }
    values |= clauses_written(terms)
    return values | _numbered([*map(_granted, terms["grants"]), *(_spare(each.value) for each in Component)])


def _numbered(grants: list[Values]) -> Values:
    """Return the fields of grants under the number that each has in the form."""
    values: Values = {"grants": [str(number) for number in range(len(grants))]}
    for number, grant in enumerate(grants):
        values |= {f"g{number}_{name}": texts for name, texts in grant.items()}
    return values


def _granted(grant: Mapping[str, Any]) -> Values:
    return {
        "component": [grant["component"]],
        "include": ["yes"],
        "axes": list(grant["axes"]),
        "media": list(grant["media"]),
        "territory": [grant["territory"]["expression"]],
        "languages": [", ".join(grant["languages"])],
        "categories": list(grant["categories"]),
        "exclusivity": [grant["exclusivity"]],
        "exclusive_until": [grant["exclusive_until"] or ""],
    }


def _offered(row: PackageComponent, preset: Preset | None) -> Values:
    """Begin a grant. Where nothing of what a preset needs is offered, it asks for all of it and learns so."""
    media, axes = list(row.media), list(row.axes)
    if preset is not None:
        media = [leaf for leaf in media if leaf in preset.media] or list(preset.media)
        axes = [axis for axis in axes if axis in preset.axes] or [axis.value for axis in preset.axes]
    return {
        "component": [row.component.value],
        "include": ["yes"] if preset is None or row.component in preset.components else [],
        "axes": axes,
        "media": media,
        "territory": [row.territory_expression],
        "languages": [", ".join(row.languages)],
        "categories": list(row.categories),
    }


def _spare(component: str) -> Values:
    """Begin a grant that is there to be filled in: another use of the component, in a block of its own."""
    return {"component": [component], "include": [], "is_spare": ["yes"], "territory": ["+WORLD"]}


def _months(view: PackageView, preset: Preset | None) -> int:
    if preset is None:
        return view.rate_card[0].months if view.rate_card else 12
    return next((line.months for line in view.rate_card if line.preset == preset.key), preset.months)


def _delivery(view: PackageView) -> str:
    hosted = any(part.component.delivery is DeliveryMode.HOSTED_ONLY for part in view.components)
    return (DeliveryMode.HOSTED_ONLY if hosted else DeliveryMode.EXPORT).value
