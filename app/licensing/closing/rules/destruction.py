"""Whether the lines of a certificate name what is still to be destroyed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Copy:
    """A delivered copy, or a model derived from one."""

    id: str
    sha256: str
    first_day: date
    """When it came to be with the licensee, in the deal's zone."""
    is_destroyed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What an officer says of one copy."""

    copy_id: str
    sha256: str
    destroyed_on: date


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with which line, and with which of its fields."""

    index: int
    field: str
    code: str
    sentence: str


def line_problems(lines: Sequence[Line], held: Mapping[str, Copy], *, today: date) -> list[LineProblem]:
    """Return what keeps a certificate from being signed; `held` are the copies of the party that signs."""
    hashes = {copy.sha256 for copy in held.values()}
    found: list[LineProblem] = []
    seen: dict[str, int] = {}
    for index, line in enumerate(lines):
        copy = held.get(line.copy_id)
        if copy is None:
            sentence = f"{line.copy_id} was neither delivered to you nor declared by you under this license."
            found.append(LineProblem(index, "id", "not_delivered", sentence))
            continue
        if line.copy_id in seen:
            sentence = f"Line {seen[line.copy_id] + 1} names the same copy; a copy is destroyed once."
            found.append(LineProblem(index, "id", "named_twice", sentence))
        seen.setdefault(line.copy_id, index)
        if copy.is_destroyed:
            sentence = f"A certificate for {line.copy_id} was signed before; leave this line out."
            found.append(LineProblem(index, "id", "already_certified", sentence))
        if line.sha256 != copy.sha256:
            what = "is that of another copy" if line.sha256 in hashes else "was never delivered"
            sentence = f"This hash {what}; {line.copy_id} has {copy.sha256}."
            found.append(LineProblem(index, "sha256", "hash_not_delivered", sentence))
        if line.destroyed_on < copy.first_day:
            sentence = (
                f"The copy came to you on {copy.first_day.isoformat()}; it cannot have been destroyed before."
            )
            found.append(LineProblem(index, "destroyed_on", "before_delivery", sentence))
        if line.destroyed_on > today:
            sentence = f"{line.destroyed_on.isoformat()} has not come; certify what was done."
            found.append(LineProblem(index, "destroyed_on", "not_yet", sentence))
    return found
