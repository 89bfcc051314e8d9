"""Why something was not said, agreed, shared or shown."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from app.negotiation.discussion.rules.agreement import FieldState
from app.negotiation.discussion.rules.pointers import resolve, write_pointer
from app.values.canonical import canonical_bytes
from app.values.errors import DomainError, FieldProblem, Forbidden

LONGEST_VALUE = 200


class FieldAgreed(DomainError):
    """An offer would change what both sides have agreed on. `agreed` says what, with pointers into the document."""

    code = "field_agreed"

    @classmethod
    def by(cls, fields: Sequence[FieldState], standing: Mapping[str, Any]) -> Self:
        problems = tuple(_problem(field, standing) for field in fields)
        places = [write_pointer(field.steps) for field in fields]
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        return cls(
            f"Both sides have agreed on {places[0]}{more}, and this offer changes it. Keep what was agreed, or "
            "reopen the field with a reason first.",
            problems=problems,
            agreed=[
                {"pointer": place, "offer_number": field.offer_number, "value": resolve(standing, field.steps)}
                for place, field in zip(places, fields, strict=True)
            ],
        )


class OfferNotLatest(DomainError):
    """Fields are agreed on in the latest offer alone."""

    code = "offer_superseded"


class ValueDiffers(DomainError):
    """The hash is not that of the value in the offer: somebody would agree to what they have not seen."""

    code = "value_differs"


class NothingAgreed(DomainError):
    """There is nothing of one's own to take back."""

    code = "nothing_agreed"


class DocumentRequestSettled(DomainError):
    """What was asked for was answered or taken back before."""

    code = "document_request_settled"


class InspectionOver(Forbidden):
    code = "inspection_over"


def _problem(field: FieldState, standing: Mapping[str, Any]) -> FieldProblem:
    place = write_pointer(field.steps)
    value = canonical_bytes(resolve(standing, field.steps)).decode()
    shown = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"
    detail = f"{place} was agreed on in offer {field.offer_number} as {shown}."
    return FieldProblem(f"/terms{place}", FieldAgreed.code, detail)
