"""What a change may touch of a deal, and what stands because it happened."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
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
TOUCHES: Mapping[ChangeOf, frozenset[str]] = {
    ChangeOf.EXTENSION: frozenset({"term", "fee", "extension"}),
    ChangeOf.TERMINATION: _WITH_THE_END,
    ChangeOf.ASSIGNMENT: frozenset({"licensee", "end_user"}),
    ChangeOf.TOLLING: frozenset({"term"}),
}
"""The members that a change may touch. An amendment touches what it wants, but for the facts."""
_OF_THE_DOCUMENT = frozenset({"terms_version", "amends"})


def problems_of(
    change: ChangeOf, before: Mapping[str, Any], after: Mapping[str, Any], *, today: date, from_day: date
) -> list[FieldProblem]:
    """Return what is wrong with a change, both documents in the shape of the latest version; nothing if all fits.

    `today` is the day on which it is offered or signed, `from_day` the first on which it holds, in the zone of the
    term.
    """
    return [
        *_beyond(change, before, after),
        *_term_problems(change, before["term"], after["term"], today),
        *_rights_problems(change, before, after),
        *_money_problems(before, after, today, from_day),
    ]


def _beyond(change: ChangeOf, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldProblem]:
    may = TOUCHES.get(change)
    for name in sorted(after.keys() - _OF_THE_DOCUMENT):
        if canonical_bytes(after[name]) == canonical_bytes(before[name]) or (may and name in may):
            continue
        if name in _FACTS:
            yield FieldProblem(f"/{name}", CODE, f"The {name} of a signed deal stays what it is.")
        elif may is not None:
            article = "A" if change in {ChangeOf.TERMINATION, ChangeOf.TOLLING} else "An"
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
    if change is ChangeOf.TOLLING and last_day <= was:
        yield FieldProblem("/term/last_day", CODE, f"Added days end after {was}.")
    if change is ChangeOf.TERMINATION and last_day >= was:
        yield not_earlier(was)
    if last_day < was and last_day < today:
        yield FieldProblem("/term/last_day", CODE, f"{last_day} is over; a license ends today at the earliest.")


def not_earlier(was: date) -> FieldProblem:
    """Say that a license does not end earlier like this."""
    return FieldProblem("/term/last_day", CODE, f"An earlier end lies before {was}.")


def _rights_problems(
    change: ChangeOf, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[FieldProblem]:
    """What gives rights back is held against no law and no directive, so it gives none."""
    if change is not ChangeOf.TERMINATION:
        return
    had: dict[bytes, str] = {}
    for grant in before["grants"]:
        until = had.get(_rights_of(grant), "")
        had[_rights_of(grant)] = max(until, _exclusive_until(grant, before["term"]))
    if any(_exclusive_until(g, after["term"]) > had.get(_rights_of(g), "") for g in after["grants"]):
        yield FieldProblem("/grants", CODE, "An earlier end gives no other rights; amend the deal for that.")


def _rights_of(grant: Mapping[str, Any]) -> bytes:
    """Return what a grant gives, however it is written: its places by their codes, and without its days."""
    kept = {name: value for name, value in grant.items() if name not in {"exclusive_until", "media_version"}}
    return canonical_bytes(kept | {"territory": grant["territory"]["codes"]})


def _exclusive_until(grant: Mapping[str, Any], term: Mapping[str, Any]) -> str:
    until: str = grant["exclusive_until"] or term["last_day"]
    return until


def _money_problems(
    before: Mapping[str, Any], after: Mapping[str, Any], today: date, from_day: date
) -> Iterator[FieldProblem]:
    """What was asked for, falls due or is tested before the change holds, stays; what is added lies behind."""
    for name in ("fee", "royalty"):
        if after[name]["currency"] != before[name]["currency"]:
            sentence = f"It stays {before[name]['currency']}, in which it is accounted for."
            yield FieldProblem(f"/{name}/currency", CODE, sentence)
    if after["royalty"]["recoupment_group"] != before["royalty"]["recoupment_group"]:
        sentence = "It stays what it is: what was reported was recouped by it."
        yield FieldProblem("/royalty/recoupment_group", CODE, sentence)
    for name in ("fee", "advance"):
        settled = max(today, from_day - timedelta(days=1))
        if not _keeps_due(before[name], after[name], settled.isoformat(), from_day.isoformat()):
            sentence = (
                f"What of the {name} falls due up to {settled} stays as it was signed; change later parts, or add "
                f"parts from {from_day} on."
            )
            yield FieldProblem(f"/{name}/instalments", CODE, sentence)
    if _tested(after["guarantee"], from_day.isoformat()) != _tested(before["guarantee"], from_day.isoformat()):
        sentence = f"Tests before {from_day} stay as they were signed; change later ones."
        yield FieldProblem("/guarantee/schedule", CODE, sentence)


def parts_of(amount: Mapping[str, Any] | None) -> list[tuple[str | None, int]]:
    """Return the parts of a fee or an advance with their days; without instalments it is one, due at signature."""
    if amount is None or amount["amount_minor"] == 0:
        return []
    instalments = amount["instalments"] or [{"amount_minor": amount["amount_minor"], "due_on": None}]
    return [(part["due_on"], part["amount_minor"]) for part in instalments]


def _keeps_due(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, settled: str, from_day: str
) -> bool:
    """Say whether the parts up to the day `settled` stand as they did, and every other is due from a day on."""
    due = [part for part in parts_of(before) if part[0] is None or part[0] <= settled]
    kept, rest = parts_of(after)[: len(due)], parts_of(after)[len(due) :]
    return kept == due and all(day is not None and day >= from_day for day, _ in rest)


def _tested(guarantee: Mapping[str, Any] | None, today: str) -> list[tuple[str, int]]:
    tests = guarantee["schedule"] if guarantee is not None else []
    return [(test["test_on"], test["amount_minor"]) for test in tests if test["test_on"] < today]
