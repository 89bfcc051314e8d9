"""Sentences of an answer. They speak of the asker's own ask only: never who holds a right, nor on which terms."""

from collections.abc import Iterable, Sequence

from app.rights.rules.ask import Ask
from app.rights.rules.days import days_touching
from app.rights.rules.fixes import Fix
from app.rights.rules.obstacles import Obstacle
from app.rights.states import FixKind, ReasonCode
from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.media import label
from app.values.term import Term, format_instant

_LONGEST_LIST = 8

_SENTENCES = {
    ReasonCode.NOT_LISTED: "The package is not listed, so nothing of it can be licensed now.",
    ReasonCode.NO_AUTHORITY: "The licensor has no verified authority to license the {component}{part}.",
    ReasonCode.AUTHORITY_ENDS_EARLIER: "The licensor's authority over the {component} ends too early{part}.",
    ReasonCode.COMPONENT_NOT_OFFERED: "The package does not offer the {component}.",
    ReasonCode.AXIS_NOT_CONSENTED: "There is no consent for the {component}{part}.",
    ReasonCode.MEDIA_NOT_OFFERED: "The {component} is not offered{part}.",
    ReasonCode.TERRITORY_NOT_OFFERED: "The {component} is not offered{part}.",
    ReasonCode.LANGUAGE_NOT_OFFERED: "The {component} is not offered in every language asked for.",
    ReasonCode.CATEGORY_NOT_OFFERED: "The {component} is not offered for every product category asked for.",
    ReasonCode.EXCLUSIVELY_GRANTED: "The {component} is exclusively licensed to somebody else{part}.",
    ReasonCode.NON_EXCLUSIVELY_GRANTED: (
        "Others may use the {component} already{part}, so it cannot become exclusive."
    ),
    ReasonCode.HELD_BACK: "The licensor keeps the {component} back{part}.",
    ReasonCode.ON_HOLD: "The {component} is on hold for another negotiation{part}.",
}


def obstacle_sentence(*, code: ReasonCode, component: Component, obstacles: Sequence[Obstacle], asked: Ask) -> str:
    """Say what stands in the way; the part of the ask is named where it is not all of it."""
    part = _part(obstacles, asked)
    return _SENTENCES[code].format(component=component.label.lower(), part=part)


def available_sentence(component: Component, asked: Ask) -> str:
    """Say that a component is free, and what was looked at."""
    blocks = [block for block in asked.blocks if block.component is component]
    media = _listed(label_of_media(leaf) for leaf in sorted({leaf for block in blocks for leaf in block.media}))
    countries = len({code for block in blocks for code in block.territory})
    days = _span(Ask(tuple(blocks), asked.zone).term, asked.zone)
    manner = "exclusive" if any(block.is_exclusive for block in blocks) else "non-exclusive"
    return (
        f"The {component.label.lower()} is free for {manner} use: {media}, {countries} "
        f"{'country' if countries == 1 else 'countries'}, {days}. "
        "Checked against consent, authority, grants, holdbacks and holds."
    )


def phrase(fix: Fix, *, zone: str) -> str:
    """Say under which condition, so that it can follow `Free ...`."""
    match fix.kind:
        case FixKind.WAIT:
            return f"once the hold lapses at {format_instant(fix.ask_at)}" if fix.ask_at else "later"
        case FixKind.DROP_TERRITORY:
            return f"if {_dropped(fix.entries)} dropped"
        case FixKind.DROP_MEDIA:
            return f"if {_dropped([label_of_media(leaf) for leaf in fix.entries])} dropped"
        case FixKind.DROP_AXES:
            return f"if {_dropped([Axis(axis).label for axis in fix.entries])} dropped"
        case FixKind.DROP_COMPONENTS:
            return f"without the {_listed(Component(component).label.lower() for component in fix.entries)}"
        case FixKind.NARROW_LANGUAGES:
            return f"in {_listed(fix.entries)} only"
        case FixKind.NARROW_CATEGORIES:
            return f"for the product categories {_listed(fix.entries)} only"
        case FixKind.CHANGE_TERM:
            return _span(fix.ask.term, zone)
        case FixKind.SHARE:
            return "non-exclusively"


def label_of_media(leaf: str) -> str:
    """Return a leaf's label; a leaf of another version of the media tree keeps its code."""
    try:
        return label(leaf)
    except InvalidValue:
        return leaf


def _part(obstacles: Sequence[Obstacle], asked: Ask) -> str:
    media = frozenset[str]().union(*(obstacle.media for obstacle in obstacles))
    territory = frozenset[str]().union(*(obstacle.territory for obstacle in obstacles))
    axes = frozenset[Axis]().union(*(obstacle.axes for obstacle in obstacles))
    pieces = []
    if axes != asked.axes or obstacles[0].code is ReasonCode.AXIS_NOT_CONSENTED:
        pieces.append(f" for {_listed(Axis(axis).label.lower() for axis in sorted(axes))}")
    if media != asked.media or obstacles[0].code is ReasonCode.MEDIA_NOT_OFFERED:
        pieces.append(f" for {_listed(label_of_media(leaf) for leaf in sorted(media))}")
    if territory != asked.territory or obstacles[0].code is ReasonCode.TERRITORY_NOT_OFFERED:
        pieces.append(f" in {_listed(sorted(territory))}")
    return "".join(pieces)


def _span(term: Term, zone: str) -> str:
    first, last = days_touching(term, zone)
    return f"from {first}" if last is None else f"from {first} to {last}"


def _dropped(entries: Sequence[str]) -> str:
    return f"{_listed(entries)} {'is' if len(entries) == 1 else 'are'}"


def _listed(entries: Iterable[str]) -> str:
    every = list(entries)
    if len(every) > _LONGEST_LIST:
        return f"{', '.join(every[: _LONGEST_LIST - 1])} and {len(every) - _LONGEST_LIST + 1} more"
    return " and ".join(filter(None, (", ".join(every[:-1]), every[-1])))
