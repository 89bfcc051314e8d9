"""The space that authority divides: component x leaf of the media tree x country.

Mandates are boxes in it. Where many mandates have the same set of countries, no country is looked at by itself:
the sides are split into the parts that no mandate tells apart.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from app.values.components import Component

Rectangle = tuple[frozenset[str], frozenset[str]]
"""Media leaves x countries."""

VerdictT = TypeVar("VerdictT", bound=Hashable)


def parts_of(universe: frozenset[str], sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Split a universe into the largest parts that lie wholly inside or wholly outside each of the sets."""
    parts = [universe]
    for cut in set(sets):
        parts = [piece for part in parts for piece in (part & cut, part - cut) if piece]
    return parts


def merged(
    cells: Mapping[Component, Mapping[Rectangle, VerdictT]],
) -> list[tuple[VerdictT, frozenset[Component], Rectangle]]:
    """Join disjoint rectangles with the same verdict: countries first, then media, then components."""
    boxes: dict[tuple[VerdictT, Rectangle], set[Component]] = defaultdict(set)
    for component, verdicts in cells.items():
        for verdict, rectangle in _merged_rectangles(verdicts):
            boxes[verdict, rectangle].add(component)
    return [(verdict, frozenset(components), rectangle) for (verdict, rectangle), components in boxes.items()]


def _merged_rectangles(verdicts: Mapping[Rectangle, VerdictT]) -> list[tuple[VerdictT, Rectangle]]:
    countries: dict[tuple[VerdictT, frozenset[str]], set[str]] = defaultdict(set)
    for (leaves_here, codes), verdict in verdicts.items():
        countries[verdict, leaves_here] |= codes
    leaves: dict[tuple[VerdictT, frozenset[str]], set[str]] = defaultdict(set)
    for (verdict, media), territory in countries.items():
        leaves[verdict, frozenset(territory)] |= media
    return [(verdict, (frozenset(media), territory)) for (verdict, territory), media in leaves.items()]
