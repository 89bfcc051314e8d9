"""Why a move, a request or a signature was refused."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from app.negotiation.rules.verdict import Verdict
from app.parties.directives.rules import DirectiveBox
from app.parties.rules.authority import AuthorityGap
from app.parties.rules.mandates import GapCode
from app.values.errors import DomainError, InvalidInput
from app.values.law.citation import Citation
from app.values.term import format_instant


class MoveRefused(DomainError):
    """Not possible now. `code` is one of `MoveCode`: which rule refused."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.code = verdict.code.value


def require(verdict: Verdict) -> None:
    """Raises: MoveRefused with the verdict's code."""
    if not verdict.is_allowed:
        raise MoveRefused(verdict)


class IntendedUseNotSpecific(InvalidInput):
    """The description would fit any deal. Carries the citations of the rule."""

    code = "intended_use_not_specific"

    @classmethod
    def because(cls, sentence: str, citations: Iterable[Citation]) -> Self:
        problem = InvalidInput.at("/intended_use", sentence, code=cls.code)
        return cls(sentence, problems=problem.problems, citations=[each.as_json() for each in citations])


class DirectiveViolated(DomainError):
    """The terms go against the performer's own recorded wishes, which nobody can trade away."""

    code = "directive_violated"

    @classmethod
    def by(cls, directives: Sequence[DirectiveBox]) -> Self:
        first, *others = directives
        until = f" until {format_instant(first.until_at)}" if first.until_at else ""
        more = f" {len(others)} more stand against these terms; see directives." if others else ""
        return cls(
            f"The performer's directive {first.id} rules this out{until}: {first.wording!r}. "
            f"Leave out what it names, or choose a term after its end.{more}",
            directives=[_directive(each) for each in directives],
        )


class NoAuthority(DomainError):
    """The licensor cannot sign for some of these rights now. `gaps` say where; to itself also what is missing."""

    code = "no_authority"

    @classmethod
    def because(cls, gaps: Sequence[AuthorityGap], *, is_licensor: bool) -> Self:
        error = cls(
            gaps[0].sentence
            if is_licensor and gaps
            else "The licensor has no proven authority to license all of this now; ask for less, or later.",
            gaps=[_gap(gap, is_licensor=is_licensor) for gap in gaps],
        )
        if gaps and all(gap.code is GapCode.SIGNING_ENDED for gap in gaps):
            error.code = "signing_authority_ended"
        return error


class OwnPackage(DomainError):
    """A party licenses nothing from itself."""

    code = "own_package"


class ComponentNotOffered(DomainError):
    code = "component_not_offered"


class HostedOnly(DomainError):
    """A component that never leaves the house was to be delivered."""

    code = "hosted_only"


class NoHold(DomainError):
    """Nothing is on hold for this negotiation now, so there is nothing to move."""

    code = "no_hold"


def _directive(box: DirectiveBox) -> dict[str, Any]:
    return {
        "id": box.id,
        "wording": box.wording,
        "until_at": None if box.until_at is None else format_instant(box.until_at),
    }


def _gap(gap: AuthorityGap, *, is_licensor: bool) -> dict[str, Any]:
    """Return a gap as JSON. What the holders among themselves lack is the licensor's business alone."""
    place = {"component": gap.component.value, "media": sorted(gap.media), "territory": sorted(gap.territory)}
    if not is_licensor:
        return place
    return place | {
        "code": gap.code.value,
        "sentence": gap.sentence,
        "missing_share_bps": gap.missing_share_bps,
        "party_ids": list(gap.party_ids),
    }
