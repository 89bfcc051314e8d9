"""What the asker's own hold reserves: there, holds behind it in the queue do not stand in the way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from app.values.rights_block import RightsBlock, language_includes
from app.values.term import Term


def not_reserved(block: RightsBlock, *, wanted: RightsBlock, reserved: Iterable[RightsBlock]) -> list[RightsBlock]:
    """Return the parts of an overlapping block, as far as it lies in what is wanted, that nobody reserved.

    A tag is reserved as a whole or not at all: of `en`, reserving `en-GB` takes nothing away.
    """
    mine = tuple(reserved)
    if not mine:
        return [block]
    parts = [_meeting(block, wanted)]
    for other in mine:
        parts = [rest for part in parts for rest in _outside(part, other)]
    return parts


def _meeting(block: RightsBlock, wanted: RightsBlock) -> RightsBlock:
    term = block.term.intersection(wanted.term)
    if term is None:
        raise ValueError("The blocks do not overlap.")
    return replace(
        block,
        axes=block.axes & wanted.axes,
        media=block.media & wanted.media,
        territory=block.territory & wanted.territory,
        languages=_narrower(block.languages, wanted.languages),
        categories=_narrower(block.categories, wanted.categories),
        term=term,
    )


def _narrower(ours: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    inside = (tag for tag in ours if any(language_includes(other, tag) for other in theirs))
    within = (tag for tag in theirs if any(language_includes(other, tag) for other in ours))
    return frozenset((*inside, *within))


def _outside(part: RightsBlock, other: RightsBlock) -> Iterator[RightsBlock]:
    """Cut off, one dimension after the other, what lies outside; what remains in the end lies inside."""
    if not part.overlaps(other):
        yield part
        return
    for dimension, is_inside in _DIMENSIONS.items():
        entries: frozenset[Any] = getattr(part, dimension)
        inside = frozenset(entry for entry in entries if is_inside(entry, getattr(other, dimension)))
        if entries - inside:
            yield _with(part, dimension, entries - inside)
        if not inside:
            return
        part = _with(part, dimension, inside)
    if part.term.starts_at < other.term.starts_at:
        yield replace(part, term=Term(part.term.starts_at, other.term.starts_at))
    end = other.term.ends_at
    if end is not None and (part.term.ends_at is None or end < part.term.ends_at):
        yield replace(part, term=Term(end, part.term.ends_at))


def _with(part: RightsBlock, dimension: str, entries: frozenset[Any]) -> RightsBlock:
    changes: dict[str, Any] = {dimension: entries}
    return replace(part, **changes)


def _is_named(entry: str, entries: frozenset[str]) -> bool:
    return entry in entries


def _is_included(tag: str, tags: frozenset[str]) -> bool:
    return any(language_includes(own, tag) for own in tags)


_DIMENSIONS: dict[str, Callable[[str, frozenset[str]], bool]] = {
    "axes": _is_named,
    "media": _is_named,
    "territory": _is_named,
    "languages": _is_included,
    "categories": _is_included,
}
