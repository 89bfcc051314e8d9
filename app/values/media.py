"""The media a likeness may be used in: a tree of two levels. A license stores leaves, people may name roots.

A leaf is never renamed or given another meaning, because licenses hold it; what changes the tree raises
`MEDIA_VERSION`, and a root named in an old license does not grow with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.values.errors import InvalidValue

MEDIA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Medium:
    """A root (`game`) or a leaf (`game.trailer`) of the tree; the label can be read on its own."""

    code: str
    label: str
    description: str

    @property
    def root(self) -> str:
        return self.code.partition(".")[0]

    @property
    def is_leaf(self) -> bool:
        return "." in self.code


_TREE = (
    Medium("film", "Film and television", "Linear productions, seen the same by every viewer."),
    Medium("film.theatrical", "Theatrical film", "A film released in cinemas, festivals included."),
    Medium("film.streaming", "Streaming production", "A film or series released on demand."),
    Medium("film.television", "Television production", "A film or series on broadcast, cable or satellite."),
    Medium("film.trailer", "Film trailer", "Advertising for the production itself, in any channel."),
    Medium("game", "Video game", "Interactive software for computers, consoles and phones."),
    Medium("game.scripted_performance", "Scripted game performance", "Fixed before release, then played back."),
    Medium("game.realtime_character", "Real-time game character", "Lines or motion made while somebody plays."),
    Medium("game.cosmetic_item", "Game cosmetic item", "A skin, emote or voice pack, given or sold by itself."),
    Medium("game.trailer", "Game trailer", "Advertising for the game itself, in any channel."),
    Medium("vr", "Virtual and mixed reality", "Immersive productions, worn or walked through."),
    Medium("vr.narrative_experience", "VR narrative experience", "A written story that the viewer stands in."),
    Medium("vr.realtime_character", "Real-time VR character", "A character that answers as visitors speak."),
    Medium("vr.location_based", "Location-based experience", "A venue: museum, theme park, arcade or stage."),
    Medium("vr.social_world", "Social VR world", "A shared persistent world, avatars included."),
    Medium("brand_ambassador", "Brand ambassador", "Advertising for goods or services of a product category."),
    Medium("brand_ambassador.broadcast_ad", "Broadcast advertisement", "A commercial on air or in cinemas."),
    Medium("brand_ambassador.digital_ad", "Digital advertisement", "Paid placement online or on public screens."),
    Medium("brand_ambassador.social_post", "Social media post", "Posts on the brand's own channels."),
    Medium("brand_ambassador.virtual_appearance", "Virtual appearance", "An event hosted by the likeness."),
    Medium("brand_ambassador.packaging", "Packaging", "On the product, its box or at the shelf."),
)

MEDIA: Mapping[str, Medium] = MappingProxyType({medium.code: medium for medium in _TREE})
"""Every root and leaf by its code, each root before its leaves."""

ROOTS = tuple(medium.code for medium in _TREE if not medium.is_leaf)
"""The roots in the order in which people expect them."""


def medium(code: str) -> Medium:
    """Return the root or leaf with this code."""
    try:
        return MEDIA[code]
    except KeyError:
        raise InvalidValue(
            f"{code[:40]!r} is not a medium; known are {', '.join(ROOTS)} and their leaves."
        ) from None


def leaves(code: str) -> frozenset[str]:
    """Return the leaves under a root; a leaf is its own only leaf."""
    if medium(code).is_leaf:
        return frozenset({code})
    return frozenset(other.code for other in _TREE if other.is_leaf and other.root == code)


def expand(codes: Iterable[str]) -> frozenset[str]:
    """Return the leaves that a choice of roots and leaves stands for."""
    chosen = frozenset[str]().union(*map(leaves, codes))
    if not chosen:
        raise InvalidValue("No medium is named; name at least one, such as game or film.streaming.")
    return chosen


def label(code: str) -> str:
    return medium(code).label
