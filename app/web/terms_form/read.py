"""Read a form of terms: as the services take it, or only the parts that are typed well so far."""

from typing import Any

from flask import request

from app.negotiation.schemas import OfferIn
from app.values.components import Component
from app.web import forms
from app.web.terms_form.values import DECLARATIONS, MOST_GRANTS, SAID, Values, one

_MEANT = {text: answer for answer, text in SAID.items()}


def typed() -> Values:
    """Return what was typed into the form of this request."""
    return {name: [text.strip() for text in texts] for name, texts in request.form.lists()}


def read_offer() -> dict[str, Any]:
    """Return the offer of this request as the services take it: `terms`, `message`, `declarations`, `lasts`.

    Raises: InvalidInput, or marshmallow's ValidationError with a pointer to each field.
    """
    values = typed()
    currency = one(values, "currency")
    fee = forms.amount("fee", "The fee", currency)
    grants = [grant_typed(values, index) for index in included_grants(values)]
    royalty = {
        "rate_bps": forms.percentage("royalty", "The royalty"),
        "currency": one(values, "royalty_currency") or currency,
        "basis": one(values, "basis", "net_receipts"),
        "trigger": one(values, "trigger", "sale_date"),
    }
    terms = {
        "term": {name: one(values, name) for name in ("first_day", "last_day", "zone")},
        "grants": grants,
        "fee": {"amount_minor": fee.amount_minor, "currency": fee.currency},
        "royalty": royalty,
        "reporting": {
            "schedule": one(values, "schedule", "quarterly"),
            "due_days": forms.whole("due_days", "The days to report", low=1, high=180),
        },
        "survival": {"preset": one(values, "survival")},
        "delivery": one(values, "delivery"),
        "disclosure_label": one(values, "disclosure_label"),
        "credit_line": one(values, "credit_line"),
    }
    declared = {name: _MEANT.get(one(values, name)) for name in DECLARATIONS}
    given = {"terms": terms, "message": forms.text("message"), "declarations": declared}
    offer: dict[str, Any] = OfferIn().load(given)
    return offer


def included_grants(values: Values) -> list[str]:
    """Return the numbers that the grants marked as included have in the form."""
    return [index for index in grants_of(values) if values.get(f"g{index}_include")]


def grants_of(values: Values) -> list[str]:
    """Return the numbers of the grants in the form, those of no component left out."""
    known = set(Component)
    return [index for index in values.get("grants", [])[:MOST_GRANTS] if one(values, f"g{index}_component") in known]


def grant_typed(values: Values, index: str) -> dict[str, Any]:
    """Return a grant of the form as the API takes it."""
    until = one(values, f"g{index}_exclusive_until")
    return {
        "component": one(values, f"g{index}_component"),
        "axes": values.get(f"g{index}_axes", []),
        "media": values.get(f"g{index}_media", []),
        "territory": one(values, f"g{index}_territory"),
        "languages": forms.words_of(one(values, f"g{index}_languages", "*")),
        "categories": values.get(f"g{index}_categories") or ["*"],
        "exclusivity": one(values, f"g{index}_exclusivity", "non_exclusive"),
        "exclusive_until": until or None,
    }
