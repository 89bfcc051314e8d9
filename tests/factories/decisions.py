"""A license and a use as the decision sees them, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.licensing.rules.codes import Code
from app.licensing.rules.decision import decide
from app.licensing.rules.facts import IntendedUse, LicenseFacts
from app.licensing.states import LicenseStatus
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.survival import PRESETS
from app.values.term import Term

START = datetime(2026, 6, 15, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DURING = datetime(2026, 9, 1, tzinfo=UTC)


def block(**changes: object) -> RightsBlock:
    given = {
        "component": Component.VOICE,
        "axes": frozenset({Axis.SCRIPTED}),
        "media": frozenset({"game.scripted_performance"}),
        "territory": frozenset({"DE", "JP"}),
        "languages": frozenset({"en"}),
        "categories": frozenset({"*"}),
        "term": Term(START, END),
        "exclusivity": Exclusivity.NON_EXCLUSIVE,
    }
    return RightsBlock(**{**given, **changes})  # type: ignore[arg-type]


FACTS = LicenseFacts(
    status=LicenseStatus.ACTIVE,
    term=Term(START, END),
    authority_ends_at=None,
    grants=(block(),),
    survival=PRESETS["game"].matrix,
    obligations=("Show the label: Digital replica",),
)
USE = IntendedUse(Component.VOICE, Axis.SCRIPTED, "game.scripted_performance", "DE")


def code(at: datetime = DURING, use: IntendedUse = USE, **changes: object) -> Code:
    return decide(license=replace(FACTS, **changes), use=use, at=at).code  # type: ignore[arg-type]


def deal_document() -> dict[str, Any]:
    """As much of a document as is read; its last day is 31 October in New York."""
    return {
        "terms_version": 2,
        "term": {
            "first_day": "2026-06-15",
            "last_day": "2026-10-31",
            "zone": "America/New_York",
            "starts_at": "2026-06-15T04:00:00Z",
            "ends_at": "2026-11-01T04:00:00Z",
        },
        "grants": [],
        "approvals": [],
        "caps": [],
        "guard_list": [],
        "survival": {"matrix": PRESETS["film"].document},
        "disclosure_label": "",
        "credit_line": "",
        "delivery": "export",
        "wind_down": {"days": 0, "steps": []},
        "sell_off": None,
        "fee": {},
        "royalty": {},
    }
