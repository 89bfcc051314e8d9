"""Which fields the two sides have agreed on: decided from their moves and the offers, nothing else.

A side agrees to the value that a field has in the latest offer; that leaves a *mark*. A mark stands until its side
reopens the field, or until an offer gives the field another value. A field is *agreed* once the marks of both sides
cover it, be it that one agreed to the field and the other to the whole that it is a part of.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.negotiation.discussion.rules.pointers import Steps, is_list, is_within, resolve, write_pointer
from app.values.canonical import sha256_hex
from app.values.errors import InvalidValue

FACTS = frozenset(
    {
        "terms_version",
        "amends",
        "renews",
        "licensor",
        "licensee",
        "performer",
        "package",
        "production",
        "platform_fee_bps",
    }
)
"""What the terms are about. The service writes it; nobody bargains about it."""


class NotAgreeable(InvalidValue):
    """A pointer at something that is not agreed on by itself. `code` says why."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Agreed:
    """A side agreed to the value that a field has in an offer."""

    offer_number: int
    steps: Steps
    by_party_id: str
    value_sha256: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """A side took back what it had agreed to at, above and below a pointer."""

    offer_number: int
    steps: Steps
    by_party_id: str


@dataclass(frozen=True, slots=True)
class FieldState:
    """A field that at least one side has agreed to as it stands in the latest offer."""

    steps: Steps
    agreed_by: frozenset[str]
    """The parties whose marks cover it."""
    offer_number: int
    """The offer in which the latest of these marks was made."""

    @property
    def is_locked(self) -> bool:
        """Whether both sides agreed, so that an offer may not change it."""
        return len(self.agreed_by) == 2


def standing_marks(moves: Sequence[Agreed | Reopened], offers: Mapping[int, Mapping[str, Any]]) -> list[Agreed]:
    """Return the marks that stand after all moves, oldest first.

    `moves` are in the order in which they were made, each on the offer that was the latest then; `offers` holds
    the document of every offer since the first move, by number.
    """
    marks: list[Agreed] = []
    for number in sorted(offers):
        marks = [mark for mark in marks if is_kept(mark, offers[number])]
        for move in moves:
            if move.offer_number == number:
                marks = _after(marks, move)
    return marks


def fields(marks: Iterable[Agreed]) -> list[FieldState]:
    """Return the marked fields, each with who agreed to it, in the order of their pointers."""
    standing = list(marks)
    found = []
    for steps in sorted({mark.steps for mark in standing}):
        covering = [mark for mark in standing if is_within(steps, mark.steps)]
        parties = frozenset(mark.by_party_id for mark in covering)
        found.append(FieldState(steps, parties, max(mark.offer_number for mark in covering)))
    return found


def changed(marks: Sequence[Agreed], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldState]:
    """Return the agreed fields that a new document would change; a part only where its whole is not among them."""
    found: list[FieldState] = []
    for field in fields(marks):
        is_told = any(is_within(field.steps, whole.steps) for whole in found)
        if field.is_locked and not is_told and value_hash(before, field.steps) != value_hash(after, field.steps):
            found.append(field)
    return found


def touched(marks: Iterable[Agreed], steps: Steps, by_party_id: str) -> list[Agreed]:
    """Return a side's marks at, above and below a pointer: those that reopening it takes back."""
    return [mark for mark in marks if mark.by_party_id == by_party_id and _touches(mark.steps, steps)]


def agreeable(document: Mapping[str, Any], steps: Steps) -> Any:
    """Return the value at a pointer that can be agreed on. Raises: NotAgreeable; InvalidValue for no such field."""
    if not steps:
        raise NotAgreeable(
            "whole_offer", "Agree on one field or section at a time; to agree to all, accept the offer."
        )
    if steps[0] in FACTS:
        raise NotAgreeable(
            "not_negotiable", f"/{steps[0]} is what the talks are about; there is nothing to agree on."
        )
    for length in range(1, len(steps)):
        if is_list(resolve(document, steps[:length])):
            whole = write_pointer(steps[:length])
            raise NotAgreeable("part_of_list", f"The entries of a list may move; agree on the whole list {whole}.")
    return resolve(document, steps)


def is_kept(mark: Agreed, document: Mapping[str, Any]) -> bool:
    """Say whether a document still has the value that was agreed to."""
    return value_hash(document, mark.steps) == mark.value_sha256


def value_hash(document: Mapping[str, Any], steps: Steps) -> str | None:
    """Return the SHA-256 of the canonical JSON of a value; nothing where the document has no such field."""
    try:
        return sha256_hex(resolve(document, steps))
    except InvalidValue:
        return None


def _after(marks: list[Agreed], move: Agreed | Reopened) -> list[Agreed]:
    if isinstance(move, Reopened):
        fallen = touched(marks, move.steps, move.by_party_id)
        return [mark for mark in marks if mark not in fallen]
    same = (move.steps, move.by_party_id)
    return [mark for mark in marks if (mark.steps, mark.by_party_id) != same] + [move]


def _touches(one: Steps, other: Steps) -> bool:
    return is_within(one, other) or is_within(other, one)
