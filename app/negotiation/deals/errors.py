"""Why a signed deal is not changed like this."""

from collections.abc import Sequence
from typing import Self

from app.negotiation.deals.rules.touched import CODE
from app.values.errors import DomainError, FieldProblem


class NotChangedLikeThis(DomainError):
    """The change touches what stays as it was signed. `problems` name every member concerned."""

    code = CODE

    @classmethod
    def because(cls, problems: Sequence[FieldProblem]) -> Self:
        places = tuple(FieldProblem(f"/terms{each.pointer}", each.code, each.detail) for each in problems)
        more = f" {len(problems) - 1} more parts are concerned; see the problems." if len(problems) > 1 else ""
        return cls(problems[0].detail + more, problems=places)


class TooManyParts(DomainError):
    """The fee of an option has no place among the parts of the fee."""

    code = "too_many_parts"


class NotAssignable(DomainError):
    """The deal does not let the licensee hand it on, or not to this party."""

    code = "not_assignable"
