"""A document of deal terms of the current version in which everything is agreed, and one in which nothing is."""

from typing import Any

from app.values.media import MEDIA_VERSION
from app.values.survival import preset
from app.values.territory import Territory


def territory(expression: str) -> dict[str, Any]:
    return {"expression": expression, "codes": list(Territory.parse(expression).sorted_codes)}


def full_grant(**changes: Any) -> dict[str, Any]:
    return {
        "component": "voice",
        "axes": ["realtime", "scripted"],
        "media": ["brand_ambassador.packaging", "brand_ambassador.social_post"],
        "media_version": MEDIA_VERSION,
        "territory": territory("+WORLD -CN"),
        "languages": ["en", "es"],
        "categories": ["apparel", "food"],
        "exclusivity": "sole",
        "exclusive_until": "2027-06-30",
    } | changes


def full_terms(**changes: Any) -> dict[str, Any]:
    """Everything is agreed; `changes` replace members."""
    return _named() | _limits() | _amounts() | _later() | changes


def bare_terms(**changes: Any) -> dict[str, Any]:
    """Nothing is agreed that can be left out."""
    full = full_terms()
    absent = (
        "amends renews end_user agency check_in sell_off advance guarantee audit late_interest extension "
        "first_refusal governing_law"
    )
    royalty = full["royalty"] | dict.fromkeys(
        ["deductions_cap_bps", "escalator", "reserve", "recoupment_group"], None
    )
    return (
        full
        | dict.fromkeys(absent.split())
        | {
            "grants": [full_grant(exclusivity="non_exclusive", exclusive_until=None, languages=["*"])],
            "caps": [],
            "approvals": [],
            "guard_list": [],
            "public_record": [],
            "warranties": [],
            "disclosure_label": "",
            "credit_line": "",
            "fee": {"amount_minor": 0, "currency": "USD", "instalments": []},
            "royalty": royalty | {"rate_bps": 0, "rules": []},
            "wind_down": {"days": 0, "steps": []},
            "deletion": {"within_days": 30, "covers": [], "needs_certificate": False},
            "tolling": {"is_allowed": False, "most_days": None},
            "breach": {"cure_days": 0},
            "strike": {"suspends": False, "tolls": False},
            "assignment": "none",
        }
        | changes
    )


def _named() -> dict[str, Any]:
    return {
        "terms_version": 3,
        "amends": {
            "kind": "amendment",
            "license_id": "lic_old",
            "deal_id": "dea_old",
            "terms_sha256": "ab" * 32,
            "effective_on": "2027-03-01",
        },
        "renews": {"license_id": "lic_before"},
        "licensor": {"id": "pty_estate", "name": "Estate of Ada Verne"},
        "licensee": {"id": "pty_studio", "name": "Northlight Games"},
        "end_user": {"name": "Northlight Iberia", "country": "ES"},
        "agency": {"name": "Meridian Talent", "acts_for": "licensor"},
        "performer": {"id": "prf_ada", "name": "Ada Verne"},
        "package": {"id": "pkg_ada", "title": "Ada Verne: voice and face"},
        "production": {
            "id": "prd_harbor",
            "title": "Harbor Lights",
            "kind": "game",
            "intended_use": "Forty scripted lines of the harbor master, in two story chapters.",
        },
        "term": {
            "first_day": "2027-01-01",
            "last_day": "2027-12-31",
            "zone": "America/New_York",
            "starts_at": "2027-01-01T05:00:00Z",
            "ends_at": "2028-01-01T05:00:00Z",
        },
        "grants": [full_grant()],
    }


def _limits() -> dict[str, Any]:
    return {
        "caps": [
            {"unit": "renders", "most": 10_000, "per": "term", "component": None},
            {"unit": "minutes", "most": 90, "per": "month", "component": "voice"},
        ],
        "approvals": [{"stage": "script", "days": 5, "rounds": 2, "silence": "refused"}],
        "survival": {"preset": "game", "matrix": preset("game").document},
        "wind_down": {
            "days": 90,
            "steps": [{"step": "Take the store page down.", "within_days": 10, "needs_evidence": True}],
        },
        "sell_off": {"days": 60, "inventory_days_before_end": 30, "recoups": False},
        "delivery": "export",
        "deletion": {
            "within_days": 30,
            "covers": ["delivered_copies", "derived_models"],
            "needs_certificate": True,
        },
        "disclosure_label": "Digital replica, used with permission",
        "credit_line": "Voice by permission of the estate",
        "guard_list": ["political_endorsement"],
        "check_in": {"every_hours": 24, "grace_hours": 6},
        "public_record": ["performer", "term"],
    }


_RULE = {
    "media": ["game.trailer"],
    "territory": territory("+DE +FR"),
    "channels": ["direct"],
    "from_day": "2027-04-01",
    "rate_bps": 400,
}


def _amounts() -> dict[str, Any]:
    return {
        "fee": {
            "amount_minor": 1_250_000,
            "currency": "USD",
            "instalments": [
                {"amount_minor": 500_000, "due_on": None},
                {"amount_minor": 750_000, "due_on": "2027-03-01"},
            ],
        },
        "advance": {
            "amount_minor": 300_000,
            "instalments": [{"amount_minor": 300_000, "due_on": "2027-02-01"}],
            "remainder": "guaranteed",
        },
        "guarantee": {
            "amount_minor": 400_000,
            "schedule": [
                {"test_on": "2027-06-30", "amount_minor": 150_000},
                {"test_on": "2027-12-31", "amount_minor": 250_000},
            ],
            "advances_count": True,
            "shortfall_recoupable": False,
        },
        "royalty": {
            "basis": "net_receipts",
            "rate_bps": 250,
            "currency": "EUR",
            "trigger": "sale_date",
            "deductions_cap_bps": 3000,
            "rules": [_RULE],
            "escalator": {
                "mode": "cumulative_marginal",
                "scope": "license",
                "tally": "basis",
                "starts_at": 0,
                "bands": [{"above": 1_000_000, "rate_bps": 300}, {"above": 5_000_000, "rate_bps": 350}],
            },
            "reserve": {
                "rate_bps": 2000,
                "timing": "after_calculation",
                "release": [
                    {"after_periods": 2, "share_bps": 5000},
                    {"after_periods": 4, "share_bps": 5000},
                ],
            },
            "recoupment_group": "Harbor trilogy",
        },
        "reporting": {"schedule": "quarterly", "due_days": 45},
        "audit": {"notice_days": 30, "every_months": 12, "look_back_months": 24, "cost_shift_bps": 500},
        "platform_fee_bps": 1000,
        "late_interest": {"annual_bps": 800, "grace_days": 10},
    }


def _later() -> dict[str, Any]:
    return {
        "tolling": {"is_allowed": True, "most_days": 180},
        "breach": {"cure_days": 30},
        "strike": {"suspends": True, "tolls": True},
        "extension": {
            "months": 12,
            "most_times": 2,
            "exercise_from_days": 180,
            "exercise_until_days": 30,
            "fee_minor": 200_000,
        },
        "first_refusal": {"from_days": 120, "until_days": 60},
        "assignment": "with_consent",
        "governing_law": {"law": "US-NY", "forum": "The courts of New York County"},
        "warranties": ["licensor_has_authority"],
    }
