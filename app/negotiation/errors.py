"""Why a move, a request or a signature was refused."""

from dataclasses import asdict

from app.negotiation.rules.intended_use import CITATIONS
from app.negotiation.rules.verdict import Verdict
from app.values.errors import DomainError, InvalidInput


class MoveRefused(DomainError):
    """Not possible now. `code` is one of `MoveCode`: which rule refused."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.code = verdict.code.value


class IntendedUseNotSpecific(InvalidInput):
    """The description would fit any deal. Carries the citations of the rule."""

    code = "intended_use_not_specific"

    @classmethod
    def because(cls, sentence: str) -> "IntendedUseNotSpecific":
        problem = InvalidInput.at("/intended_use", sentence, code=cls.code)
        return cls(sentence, problems=problem.problems, citations=[asdict(citation) for citation in CITATIONS])


class OwnPackage(DomainError):
    """A party licenses nothing from itself."""

    code = "own_package"


class ComponentNotOffered(DomainError):
    code = "component_not_offered"


class HostedOnly(DomainError):
    """A component that never leaves the house was to be delivered."""

    code = "hosted_only"
