"""The question for avails as the address of a page holds it: shown in the form, asked, and changed by a fix."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import marshmallow as ma
from flask import request

from app.rights.states import FixKind
from app.web import forms, windows

LISTS = ("components", "axes", "media", "categories")
WORDS = ("territory", "first_day", "last_day", "zone", "exclusivity", "match", "minimum_days")
Asked = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """A change that helps, and the address that asks the changed question; none where one can only wait."""

    sentence: str
    address: str | None


def is_asked() -> bool:
    return "territory" in request.args


def in_address() -> Asked:
    """Return the question of this address as the form shows it."""
    lists: Asked = {name: request.args.getlist(name) for name in LISTS}
    words = {name: request.args.get(name, "").strip() for name in (*WORDS, "languages")}
    return lists | words


def loaded(schema: ma.Schema, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Read the question of this address, with what else the schema takes, as the API would.

    Raises: ValidationError.
    """
    given: dict[str, Any] = dict(more or {})
    given |= {name: request.args.getlist(name) for name in LISTS if request.args.get(name)}
    given |= {name: request.args[name].strip() for name in WORDS if request.args.get(name, "").strip()}
    if request.args.get("languages", "").strip():
        given["languages"] = forms.words_of(request.args["languages"])
    question: dict[str, Any] = schema.load(given)
    return question


def ways(asked: Asked, answer: Mapping[str, Any], page: Callable[..., str]) -> list[Way]:
    """Return the single changes after which all of it is free, the cheapest first.

    `page` makes the address of a question from its members.
    """
    return [_way(asked, fix, page) for fix in answer["fixes"]]


def chart(asked: Asked, answer: Mapping[str, Any]) -> windows.Chart | None:
    """Draw when and where it is free."""
    first, last = (date.fromisoformat(asked[name]) for name in ("first_day", "last_day"))
    return windows.chart_of(answer["free"], first_day=first, last_day=last)


def _way(asked: Asked, fix: Mapping[str, Any], page: Callable[..., str]) -> Way:
    changes = dict(fix["changes"])
    if fix["kind"] == FixKind.WAIT or changes.get("last_day", "") is None:
        return Way(fix["sentence"], None)
    if "languages" in changes:
        changes["languages"] = ", ".join(changes["languages"])
    return Way(fix["sentence"], page(**{name: value for name, value in (asked | changes).items() if value}))
