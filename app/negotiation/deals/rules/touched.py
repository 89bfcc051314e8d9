"""What a change may touch of a deal, and what stands because it happened."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.negotiation.terms.vocabulary import ChangeOf
from app.values.canonical import canonical_bytes
from app.values.errors import FieldProblem

CODE = "not_changed_like_this"

_FACTS = frozenset({"licensor", "licensee", "performer", "package", "production", "platform_fee_bps", "renews"})
"""What the bargain is between and about. Only an assignment changes one of them: the licensee."""
_WITH_THE_END = frozenset(
    {"term", "grants", "fee", "advance", "guarantee", "wind_down", "sell_off", "extension", "first_refusal"}
)
"""What an earlier end takes with it: days that would lie after it."""
_TOUCHES: Mapping[ChangeOf, frozenset[str]] = {
    ChangeOf.EXTENSION: frozenset({"term", "fee", "extension"}),
    ChangeOf.TERMINATION: _WITH_THE_END,
    ChangeOf.ASSIGNMENT: frozenset({"licensee", "end_user"}),
}
_OF_THE_DOCUMENT = frozenset({"terms_version", "amends"})


def problems_of(
    change: ChangeOf, before: Mapping[str, Any], after: Mapping[str, Any], *, today: date
) -> list[FieldProblem]:
    """Return what is wrong with a change, both documents in the shape of the latest version; nothing if all fits.

    `today` is the day on which it is offered or signed, in the zone of the term.
    """
    return [
        *_beyond(change, before, after),
        *_term_problems(change, before["term"], after["term"], today),
        *_money_problems(before, after, today.isoformat()),
    ]


def _beyond(change: ChangeOf, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldProblem]:
    may = _TOUCHES.get(change)
    for name in sorted(after.keys() - _OF_THE_DOCUMENT):
        if canonical_bytes(after[name]) == canonical_bytes(before[name]) or (may and name in may):
            continue
        if name in _FACTS:
            yield FieldProblem(f"/{name}", CODE, f"The {name} of a signed deal stays what it is.")
        elif may is not None:
            article = "A" if change is ChangeOf.TERMINATION else "An"
            sentence = f"{article} {change.value} leaves this as it was signed; change it by an amendment."
            yield FieldProblem(f"/{name}", CODE, sentence)


def _term_problems(
    change: ChangeOf, before: Mapping[str, Any], after: Mapping[str, Any], today: date
) -> Iterator[FieldProblem]:
    for name, what in (("first_day", "first day"), ("zone", "time zone")):
        if after[name] != before[name]:
            yield FieldProblem(f"/term/{name}", CODE, f"The {what} of a signed deal stays {before[name]}.")
    last_day, was = date.fromisoformat(after["last_day"]), date.fromisoformat(before["last_day"])
    if change is ChangeOf.EXTENSION and last_day <= was:
        yield FieldProblem("/term/last_day", CODE, f"An extension ends after {was}.")
    if change is ChangeOf.TERMINATION and last_day >= was:
        yield not_earlier(was)
    if last_day < was and last_day < today:
        yield FieldProblem("/term/last_day", CODE, f"{last_day} is over; a license ends today at the earliest.")


def not_earlier(was: date) -> FieldProblem:
    """Say that a license does not end earlier like this."""
    return FieldProblem("/term/last_day", CODE, f"An earlier end lies before {was}.")


def _money_problems(before: Mapping[str, Any], after: Mapping[str, Any], today: str) -> Iterator[FieldProblem]:
    """What fell due or was tested stays as it was signed; what is added lies ahead."""
    for name in ("fee", "royalty"):
        if after[name]["currency"] != before[name]["currency"]:
            sentence = f"It stays {before[name]['currency']}, in which it is accounted for."
            yield FieldProblem(f"/{name}/currency", CODE, sentence)
    for name in ("fee", "advance"):
        if _due(after[name], today) != _due(before[name], today):
            sentence = (
                f"What of the {name} fell due before {today} stays as it was signed; change later parts, or add "
                "parts with a day to come."
            )
            yield FieldProblem(f"/{name}/instalments", CODE, sentence)
    if _tested(after["guarantee"], today) != _tested(before["guarantee"], today):
        sentence = f"Tests before {today} stay as they were signed; change later ones."
        yield FieldProblem("/guarantee/schedule", CODE, sentence)


def parts_of(amount: Mapping[str, Any] | None) -> list[tuple[str | None, int]]:
    """Return the parts of a fee or an advance with their days; without instalments it is one, due at signature."""
    if amount is None or amount["amount_minor"] == 0:
        return []
    instalments = amount["instalments"] or [{"amount_minor": amount["amount_minor"], "due_on": None}]
    return [(part["due_on"], part["amount_minor"]) for part in instalments]


def _due(amount: Mapping[str, Any] | None, today: str) -> list[tuple[str | None, int]]:
    return [part for part in parts_of(amount) if part[0] is None or part[0] < today]


def _tested(guarantee: Mapping[str, Any] | None, today: str) -> list[tuple[str, int]]:
    tests = guarantee["schedule"] if guarantee is not None else []
    return [(test["test_on"], test["amount_minor"]) for test in tests if test["test_on"] < today]
