"""Sentences of an answer. They speak of the asker's own ask only: never who holds a right, nor on which terms."""

from collections.abc import Iterable, Sequence
from datetime import date

from app.rights.rules.ask import Ask
from app.rights.rules.days import Days, days_touching
from app.rights.rules.fixes import Fix
from app.rights.rules.obstacles import Obstacle
from app.rights.states import FixKind, MatchMode, ReasonCode
from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.media import label
from app.values.term import Term, format_instant

_LONGEST_LIST = 8

_SENTENCES = {
    ReasonCode.NOT_LISTED: "The package is not listed, so nothing of it can be licensed now.",
    ReasonCode.DIRECTIVE: "The performer ruled this out for the {component}{part}: {wishes}.",
    ReasonCode.NO_AUTHORITY: "The licensor has no verified authority to license the {component}{part}.",
    ReasonCode.QUORUM_NOT_MET: (
        "Not all holders whose signature the {component} needs have agreed{part}. Ask all the same: they can sign "
        "the offer itself."
    ),
    ReasonCode.AUTHORITY_ENDS_EARLIER: "The licensor's authority over the {component} ends too early{part}.",
    ReasonCode.NOT_HELD_EXCLUSIVELY: (
        "The licensor does not hold the {component} exclusively{part}, so it cannot license it exclusively."
    ),
    ReasonCode.COMPONENT_NOT_OFFERED: "The package does not offer the {component}.",
    ReasonCode.AXIS_NOT_CONSENTED: "There is no consent for the {component}{part}.",
    ReasonCode.MEDIA_NOT_OFFERED: "The {component} is not offered{part}.",
    ReasonCode.TERRITORY_NOT_OFFERED: "The {component} is not offered{part}.",
    ReasonCode.LANGUAGE_NOT_OFFERED: "The {component} is not offered in every language asked for.",
    ReasonCode.CATEGORY_NOT_OFFERED: "The {component} is not offered for every product category asked for.",
    ReasonCode.CATEGORY_OPTED_OUT: (
        "The licensor does not lend the {component} to every product category asked for{part}."
    ),
    ReasonCode.EXCLUSIVELY_GRANTED: "The {component} is exclusively licensed already{part}.",
    ReasonCode.NON_EXCLUSIVELY_GRANTED: (
        "Others may use the {component} already{part}, so it cannot become exclusive."
    ),
    ReasonCode.HELD_BACK: "The licensor keeps the {component} back{part}.",
    ReasonCode.LICENSOR_GOES_ON: (
        "The licensor goes on using the {component} itself{part}, so it can be sole but not exclusive."
    ),
    ReasonCode.ON_HOLD: "The {component} is on hold for another negotiation{part}.",
}


def obstacle_sentence(*, code: ReasonCode, component: Component, obstacles: Sequence[Obstacle], asked: Ask) -> str:
    """Say what stands in the way; the part of the ask is named where it is not all of it."""
    wishes = {o.directive.id: o.directive.wording for o in obstacles if o.directive is not None}
    return _SENTENCES[code].format(
        component=component.label.lower(),
        part=_part(obstacles, asked),
        wishes="; ".join(f"“{wording}” ({reference})" for reference, wording in wishes.items()),
    )


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
        "Checked against the performer's directives, consent, authority, grants, holdbacks and holds."
    )


def phrase(fix: Fix, *, zone: str) -> str:
    """Say under which condition, so that it can follow `Free ...`."""
    if fix.kind is FixKind.WAIT:
        return f"once the hold lapses at {format_instant(fix.ask_at)}" if fix.ask_at else "later"
    if fix.kind is FixKind.CHANGE_TERM:
        return _span(fix.ask.term, zone)
    if fix.kind is FixKind.NARROW_CATEGORIES and 0 < len(fix.given_up) < len(fix.entries):
        return f"without the product categories {_listed(fix.given_up)}"
    entries = [_LABELS[fix.kind](entry) if fix.kind in _LABELS else entry for entry in fix.entries]
    if fix.kind in _DROPPING:
        return f"if {_dropped(entries)} dropped"
    return _PHRASES[fix.kind].format(entries=_listed(entries))


def summary(asked: Ask, fixes: Sequence[Fix], *, is_free: bool, windows: Sequence[Days]) -> str:
    """Say whether all of it is free for the term, or when it is, or what would make it so."""
    if is_free:
        return "All of it is free."
    if asked.match is MatchMode.COVER or not windows:
        found = "Not all of it is free"
    else:
        found = f"Not all of it is free for the whole term, but it is {_listed(map(_days, windows))}"
    if not fixes:
        return f"{found}, and no single change makes it so; the reasons say what each part needs."
    return f"{found}. Free {', or '.join(phrase(fix, zone=asked.zone) for fix in fixes)}."


def label_of_media(leaf: str) -> str:
    """Return a leaf's label; a leaf of another version of the media tree keeps its code."""
    try:
        return label(leaf)
    except InvalidValue:
        return leaf


def _axis(code: str) -> str:
    return Axis(code).label


def _component(code: str) -> str:
    return Component(code).label.lower()


_DROPPING = frozenset({FixKind.DROP_TERRITORY, FixKind.DROP_MEDIA, FixKind.DROP_AXES})
_LABELS = {FixKind.DROP_MEDIA: label_of_media, FixKind.DROP_AXES: _axis, FixKind.DROP_COMPONENTS: _component}
_PHRASES = {
    FixKind.NARROW_LANGUAGES: "in {entries} only",
    FixKind.NARROW_CATEGORIES: "for the product categories {entries} only",
    FixKind.DROP_COMPONENTS: "without the {entries}",
    FixKind.ASK_SOLE: "as sole licensee, while the licensor goes on",
    FixKind.SHARE: "non-exclusively",
}


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


def _days(days: Days) -> str:
    return _from_to(days.first, days.last)


def _span(term: Term, zone: str) -> str:
    return _from_to(*days_touching(term, zone))


def _from_to(first: date, last: date | None) -> str:
    return f"from {first}" if last is None else f"from {first} to {last}"


def _dropped(entries: Sequence[str]) -> str:
    return f"{_listed(entries)} {'is' if len(entries) == 1 else 'are'}"


def _listed(entries: Iterable[str]) -> str:
    every = list(entries)
    if not every:
        return ""
    if len(every) > _LONGEST_LIST:
        return f"{', '.join(every[: _LONGEST_LIST - 1])} and {len(every) - _LONGEST_LIST + 1} more"
    return " and ".join(filter(None, (", ".join(every[:-1]), every[-1])))
