"""Why what comes after the end is refused."""

from collections.abc import Iterable

from app.licensing.closing.rules.destruction import LineProblem
from app.values.errors import DomainError, FieldProblem


class NotYours(DomainError):
    """The other side of the license does this."""

    status = 403
    code = "forbidden"


class NothingToFile(DomainError):
    """This day of the calendar is shown by something else than evidence, or by nothing."""

    code = "nothing_to_file"


class AlreadyAnswered(DomainError):
    """The licensor has said of this evidence what it had to say."""

    code = "already_answered"


class AlreadyDeclared(DomainError):
    """A model with this hash was declared before."""

    code = "already_declared"


class CertificateRefused(DomainError):
    """A line names what is not there to be destroyed."""

    code = "certificate_refused"

    @classmethod
    def because(cls, problems: Iterable[LineProblem]) -> "CertificateRefused":
        found = tuple(
            FieldProblem(f"/items/{each.index}/{each.field}", each.code, each.sentence) for each in problems
        )
        return cls(f"Line {int(found[0].pointer.split('/')[2]) + 1}: {found[0].detail}", problems=found)
