"""What a page needs to show the form: the values, what is wrong with them, and what its select boxes offer."""

from typing import Any

from app.values import survival
from app.values.currencies import EXPONENTS
from app.values.errors import DomainError
from app.values.media import expand
from app.web.terms_form.clauses import GROUPS
from app.web.terms_form.parts import Kind, chosen
from app.web.terms_form.places import complaints_of, is_open, places_in_words
from app.web.terms_form.read import grants_of
from app.web.terms_form.values import Values, one

CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CAD", "AUD", "CHF")
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Paris", "Asia/Tokyo", "UTC")


def shown(values: Values, refusal: DomainError | None = None) -> dict[str, Any]:
    """Return what `_terms_form.html` reads from its page."""
    return {
        "values": values,
        "complaints": complaints_of(refusal, values),
        "places": places_in_words(refusal, values),
        "clauses": GROUPS,
        "Kind": Kind,
        "one": one,
        "chosen": chosen,
        "is_open": is_open,
        "grants": grants_of(values),
        "currencies": [*CURRENCIES, *(code for code in sorted(EXPONENTS) if code not in CURRENCIES)],
        "zones": ZONES,
        "survivals": survival.PRESETS,
        "leaves_of": {root: sorted(expand([root])) for root in ("film", "game", "vr", "brand_ambassador")},
    }
