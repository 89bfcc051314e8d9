"""The handful of uses that most deals are about: what each needs, and where a first offer starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.values.components import Axis, Component
from app.values.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Preset:
    """A common use of a likeness."""

    key: str
    label: str
    description: str
    media: tuple[str, ...]
    """Leaves of the media tree."""
    axes: tuple[Axis, ...]
    components: tuple[Component, ...]
    survival: str
    """The survival preset that fits what remains after the end: film, game, vr or brand."""
    months: int
    """The usual length of a license."""


_FACE, _VOICE, _BEHAVIOR = Component.FACE, Component.VOICE, Component.BEHAVIOR
_SCRIPTED, _REALTIME = Axis.SCRIPTED, Axis.REALTIME

_ALL = (
    Preset(
        "film_supporting_role",
        "Supporting role in a film or series",
        "A written part in one production, approved scene by scene.",
        ("film.theatrical", "film.streaming", "film.television"),
        (_SCRIPTED,),
        (_FACE, _VOICE, _BEHAVIOR),
        "film",
        24,
    ),
    Preset(
        "film_trailer",
        "Trailer of a film or series",
        "Advertising for a production in which the likeness appears.",
        ("film.trailer",),
        (_SCRIPTED,),
        (_FACE, _VOICE),
        "film",
        12,
    ),
    Preset(
        "game_scripted_character",
        "Scripted character in a game",
        "Lines and motion fixed before release and played back as recorded.",
        ("game.scripted_performance",),
        (_SCRIPTED,),
        (_VOICE, _BEHAVIOR),
        "game",
        36,
    ),
    Preset(
        "game_realtime_character",
        "Real-time character in a game",
        "A character that answers players with lines made while they play.",
        ("game.realtime_character",),
        (_REALTIME,),
        (_FACE, _VOICE, _BEHAVIOR),
        "game",
        24,
    ),
    Preset(
        "cosmetic_item",
        "Cosmetic item in a game",
        "A skin, emote or voice pack, given or sold by itself.",
        ("game.cosmetic_item",),
        (_SCRIPTED,),
        (_FACE, _VOICE),
        "game",
        12,
    ),
    Preset(
        "vr_experience",
        "Narrative VR experience",
        "A written story in which the viewer meets the likeness, at home or at a venue.",
        ("vr.narrative_experience", "vr.location_based"),
        (_SCRIPTED,),
        (_FACE, _VOICE, _BEHAVIOR),
        "vr",
        24,
    ),
    Preset(
        "brand_campaign",
        "Brand campaign",
        "Broadcast and digital advertising for one product category.",
        ("brand_ambassador.broadcast_ad", "brand_ambassador.digital_ad"),
        (_SCRIPTED,),
        (_FACE, _VOICE),
        "brand",
        12,
    ),
    Preset(
        "digital_social_post",
        "Social media posts",
        "A series of posts on the brand's own channels.",
        ("brand_ambassador.social_post",),
        (_SCRIPTED,),
        (_FACE,),
        "brand",
        6,
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _ALL})
"""Presets by key, in the order in which people expect them."""


def preset(key: str) -> Preset:
    """Return the preset with this key. Raises: InvalidValue."""
    try:
        return PRESETS[key]
    except KeyError:
        raise InvalidValue(f"{key[:40]!r} is not a preset; known are {', '.join(PRESETS)}.") from None
