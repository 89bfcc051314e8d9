"""Places as the tables name them: ISO 3166-1 or 3166-2, `EU`, or `*` for everywhere."""

import re
from collections.abc import Set

from app.values.territory import Territory, world

EVERYWHERE = "*"
EUROPEAN_UNION = "EU"

_PLACE = re.compile(r"(?P<place>[A-Z]{2}(?:-[A-Z0-9]{1,3})?)(?: \(.+\))?")


def country_of(place: str) -> str:
    """Return the country of a place: `US` of `US-CA`."""
    return place.partition("-")[0]


def is_place(text: str) -> bool:
    """Say whether this is an ISO 3166-1 country or has the form of a part of one, such as US-CA."""
    match = _PLACE.fullmatch(text)
    return match is not None and match["place"] == text and country_of(text) in world()


def place_of(jurisdiction: str) -> str | None:
    """Return the place a rule's jurisdiction stands for; nothing for a union agreement."""
    if jurisdiction in {EVERYWHERE, EUROPEAN_UNION}:
        return jurisdiction
    match = _PLACE.fullmatch(jurisdiction)
    return match["place"] if match is not None and is_place(match["place"]) else None


def reaches(place: str, countries: Set[str]) -> bool:
    """Say whether a use in these countries may fall under the law of a place.

    A country's code does not say in which of its states something is used, so it may be any of them.
    """
    if place == EVERYWHERE:
        return True
    if place == EUROPEAN_UNION:
        return not Territory.parse("+EU").codes.isdisjoint(countries)
    return country_of(place) in countries
