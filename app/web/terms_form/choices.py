"""What the select boxes of the form offer."""

from typing import Any

from app.values import survival
from app.values.currencies import EXPONENTS
from app.values.media import expand
from app.web.terms_form.read import grants_of

CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CAD", "AUD", "CHF")
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Paris", "Asia/Tokyo", "UTC")


def choices() -> dict[str, Any]:
    """Return what the select boxes of the form offer."""
    return {
        "currencies": [*CURRENCIES, *(code for code in sorted(EXPONENTS) if code not in CURRENCIES)],
        "zones": ZONES,
        "survivals": survival.PRESETS,
        "grants_of": grants_of,
        "leaves_of": {root: sorted(expand([root])) for root in ("film", "game", "vr", "brand_ambassador")},
    }
