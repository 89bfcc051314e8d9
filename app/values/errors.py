"""The errors every feature builds on: each has a stable code, a status and a sentence that says what to do next."""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one part of the input. `pointer` is a JSON pointer such as `/grants/0/territory`."""

    pointer: str
    code: str
    detail: str


class DomainError(Exception):
    """A refusal with a stable `code`. Status 409 unless a subclass says otherwise.

    `problems` name the fields concerned; `extra` is added to the problem document as members of its own.
    """

    status: ClassVar[int] = 409
    code: str = "conflict"

    def __init__(self, detail: str, *, problems: tuple[FieldProblem, ...] = (), **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.problems = problems
        self.extra = extra


class NotFound(DomainError):
    """There is no such thing, or it is not the asker's: the two look the same on purpose."""

    status = 404
    code = "not_found"


class Forbidden(DomainError):
    """The asker is known and may see the thing, but may not do this with it."""

    status = 403
    code = "forbidden"


class InvalidInput(DomainError):
    """The payload is malformed; `problems` says where."""

    status = 422
    code = "invalid_input"

    @classmethod
    def at(cls, pointer: str, detail: str, *, code: str = "invalid") -> "InvalidInput":
        return cls(detail, problems=(FieldProblem(pointer, code, detail),))


class InvalidValue(ValueError):
    """A value object could not be made from this text; the edge turns it into an `InvalidInput` with a pointer."""
