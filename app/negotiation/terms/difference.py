"""What changed between two documents of deal terms, field by field."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.values.canonical import canonical_bytes


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One difference. `pointer` is a JSON pointer into the later document, or the earlier for what was removed.

    For lists of words (media, countries) `entered` and `left` tell the entries apart that came and went.
    """

    pointer: str
    kind: ChangeKind
    before: Any
    after: Any
    entered: tuple[Any, ...] = ()
    left: tuple[Any, ...] = ()


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """Return every field in which two documents differ; nothing for equal ones.

    Grants are matched by content and component, not by position, so that dropping the first of three is one
    removal. Their order alone is no change; `complete_terms` gives them one order.
    """
    return list(_between(before, after, ""))


def _between(before: Any, after: Any, pointer: str) -> Iterator[FieldChange]:
    if _is_equal(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _between_objects(before, after, pointer)
    elif _is_list_of_objects(before) and _is_list_of_objects(after):
        yield from _between_lists(before, after, pointer)
    elif isinstance(before, list) and isinstance(after, list):
        entered = tuple(item for item in after if item not in before)
        left = tuple(item for item in before if item not in after)
        yield FieldChange(pointer, ChangeKind.CHANGED, before, after, entered, left)
    else:
        yield FieldChange(pointer, ChangeKind.CHANGED, before, after)


def _between_objects(before: Mapping[str, Any], after: Mapping[str, Any], pointer: str) -> Iterator[FieldChange]:
    for key in [*before, *(key for key in after if key not in before)]:
        place = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
        if key not in after:
            yield FieldChange(place, ChangeKind.REMOVED, before[key], None)
        elif key not in before:
            yield FieldChange(place, ChangeKind.ADDED, None, after[key])
        else:
            yield from _between(before[key], after[key], place)


def _between_lists(before: Sequence[Any], after: Sequence[Any], pointer: str) -> Iterator[FieldChange]:
    pairs = _matched(before, after)
    for old, new in sorted(pairs.items(), key=lambda pair: pair[1]):
        yield from _between(before[old], after[new], f"{pointer}/{new}")
    for old, item in enumerate(before):
        if old not in pairs:
            yield FieldChange(f"{pointer}/{old}", ChangeKind.REMOVED, item, None)
    taken = set(pairs.values())
    for new, item in enumerate(after):
        if new not in taken:
            yield FieldChange(f"{pointer}/{new}", ChangeKind.ADDED, None, item)


def _matched(before: Sequence[Any], after: Sequence[Any]) -> dict[int, int]:
    """Pair positions of the earlier list with those of the later: equal entries first, then the same subject."""
    pairs: dict[int, int] = {}
    for is_same in (_is_equal, _has_same_subject):
        for old, item in enumerate(before):
            if old in pairs:
                continue
            free = (new for new in range(len(after)) if new not in pairs.values())
            match = next((new for new in free if is_same(item, after[new])), None)
            if match is not None:
                pairs[old] = match
    return pairs


def _is_equal(one: Any, other: Any) -> bool:
    """Compare as the hash does, which tells 1 and true apart."""
    return canonical_bytes(one) == canonical_bytes(other)


def _has_same_subject(one: Any, other: Any) -> bool:
    return _subject(one) == _subject(other)


def _subject(item: Mapping[str, Any]) -> Hashable:
    """What an entry is about; entries without a subject of their own are told apart by their order alone."""
    return tuple(item.get(name) for name in ("component", "unit", "stage"))


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)
