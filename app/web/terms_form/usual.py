"""What most deals of a kind agree beside scope and price: where the form of a preset starts from, to be changed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.catalog.presets import Preset

_HARMFUL = ("graphic_violence", "hate_speech", "harassment", "nudity", "political_endorsement", "sexual_content")
_LIVE = (*_HARMFUL, "financial_advice", "medical_advice", "real_news_events", "self_harm")
_ADVERTISING = (*_HARMFUL, "alcohol", "gambling", "medical_advice", "tobacco")


def _script(days: int = 10, rounds: int = 2) -> dict[str, Any]:
    return {"stage": "script", "days": days, "rounds": rounds, "silence": "refused"}


def _final(days: int = 10, rounds: int = 1) -> dict[str, Any]:
    return {"stage": "final", "days": days, "rounds": rounds, "silence": "refused"}


def _out(step: str, within_days: int) -> dict[str, Any]:
    return {"days": within_days, "steps": [{"step": step, "within_days": within_days, "needs_evidence": True}]}


_FOR_ALL: Mapping[str, Any] = MappingProxyType(
    {
        "deletion": {
            "covers": ["delivered_copies", "derived_models"],
            "within_days": 30,
            "needs_certificate": True,
        },
        "guard_list": list(_HARMFUL),
        "public_record": ["licensee", "performer", "production", "term"],
        "warranties": [
            "licensee_discloses_replica",
            "licensee_keeps_assets_secure",
            "licensee_obeys_law",
            "licensor_granted_nothing_conflicting",
            "licensor_has_authority",
        ],
    }
)
_OF_PRESET: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "film_supporting_role": {
            "approvals": [_script(), _final()],
            "strike": {"suspends": True, "tolls": True},
            "tolling": {"is_allowed": True, "most_days": 180},
        },
        "film_trailer": {"approvals": [_final(5)]},
        "game_scripted_character": {"approvals": [_script(), _final()]},
        "game_realtime_character": {
            "approvals": [{"stage": "sample", "days": 10, "rounds": 3, "silence": "refused"}],
            "guard_list": list(_LIVE),
            "wind_down": _out("Switch the real-time character off", 30),
        },
        "cosmetic_item": {
            "approvals": [_final(5)],
            "wind_down": _out("Take the item out of the shop; buyers keep what they bought", 30),
        },
        "vr_experience": {
            "approvals": [_script(), _final()],
            "wind_down": _out("Take the experience off stores and venues", 60),
        },
        "brand_campaign": {
            "approvals": [_script(5), _final(5)],
            "guard_list": list(_ADVERTISING),
            "wind_down": _out("Take every advertisement down", 14),
        },
        "digital_social_post": {
            "approvals": [_final(3)],
            "guard_list": list(_ADVERTISING),
            "wind_down": _out("Post nothing new; older posts stay where they are", 0),
        },
    }
)


def usual_terms(preset: Preset | None) -> dict[str, Any]:
    """Return the members of the terms that a request begins with; scope and price are not among them."""
    return {**_FOR_ALL, **_OF_PRESET.get(preset.key, {})} if preset is not None else dict(_FOR_ALL)
