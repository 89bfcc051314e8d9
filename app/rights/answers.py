"""Answers as JSON: for the route, and for refusals that carry their reasons."""

from typing import Any

from app.rights.rules.avails import Answer, Reason
from app.rights.rules.days import Days
from app.rights.rules.fixes import Fix
from app.rights.rules.free import Free
from app.rights.rules.wording import phrase
from app.rights.states import FixKind
from app.values.exclusivity import Exclusivity
from app.values.term import format_instant
from app.values.territory import Territory


def answer_document(answer: Answer, *, territory: str | None = None) -> dict[str, Any]:
    """Return the answer as JSON values. `territory` is the expression asked for, to be changed in fixes."""
    return {
        "available": answer.is_available,
        "sentence": answer.sentence,
        "reasons": [_reason(reason, answer, territory) for reason in answer.reasons],
        "fixes": [_fix(fix, answer, territory) for fix in answer.fixes],
        "limiting_components": list(answer.limiting_components),
        "match": {
            "mode": answer.asked.match.value,
            "minimum_days": answer.asked.minimum_days,
            "is_match": answer.free.is_match,
        },
        **free_document(answer.free),
        "findings": [finding.as_json() for finding in answer.findings],
    }


def free_document(free: Free) -> dict[str, Any]:
    """Return when all of an ask is free, and in which countries it is free at other times."""
    return {
        "windows": [_window(days) for days in free.windows],
        "free": [
            {"territory": sorted(part.territory), "windows": [_window(days) for days in part.windows]}
            for part in free.parts
        ],
    }


def _reason(reason: Reason, answer: Answer, territory: str | None) -> dict[str, Any]:
    return {
        "code": reason.code.value,
        "component": reason.component.value,
        "sentence": reason.sentence,
        "directives": [{"id": wish.id, "wording": wish.wording} for wish in reason.directives],
        "fix": None if reason.fix is None else _fix(reason.fix, answer, territory),
    }


def _fix(fix: Fix, answer: Answer, territory: str | None) -> dict[str, Any]:
    condition = phrase(fix, zone=answer.asked.zone)
    is_enough = fix in answer.fixes
    return {
        "kind": fix.kind.value,
        "sentence": f"Free {condition}." if is_enough else f"This obstacle goes away {condition}; others remain.",
        "changes": _changes(fix, territory),
        "ask_again_at": None if fix.ask_at is None else format_instant(fix.ask_at),
    }


def _changes(fix: Fix, territory: str | None) -> dict[str, Any]:
    """Return the members to replace in the question, so that asking again with them gives the better answer."""
    match fix.kind:
        case FixKind.WAIT:
            return {}
        case FixKind.DROP_TERRITORY:
            expression = territory and " ".join((territory, *(f"-{code}" for code in fix.entries)))
            return {"territory": expression or Territory.of(fix.ask.territory).expression}
        case FixKind.ASK_SOLE:
            return {"exclusivity": Exclusivity.SOLE.value}
        case FixKind.SHARE:
            return {"exclusivity": Exclusivity.NON_EXCLUSIVE.value}
        case FixKind.CHANGE_TERM:
            if fix.days is None:
                raise TypeError("A change of term names its days.")
            return _window(fix.days)
        case FixKind.NARROW_LANGUAGES:
            return {"languages": list(fix.entries)}
        case FixKind.NARROW_CATEGORIES:
            return {"categories": list(fix.entries)}
    dimension = _REMAINING[fix.kind]
    return {dimension: sorted(getattr(fix.ask, dimension))}


_REMAINING = {FixKind.DROP_MEDIA: "media", FixKind.DROP_AXES: "axes", FixKind.DROP_COMPONENTS: "components"}


def _window(days: Days) -> dict[str, str | None]:
    return {"first_day": days.first.isoformat(), "last_day": days.last.isoformat() if days.last else None}
