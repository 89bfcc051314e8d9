"""Holds of a negotiation: reserve, give up, challenge the first, match a challenge."""

from typing import Any

from flask import url_for

from app.infrastructure.http.context import now, services, session
from app.negotiation import service
from app.rights.rules.hold_moves import LONGEST_ANSWER_HOURS, SHORTEST_ANSWER_HOURS
from app.web import forms
from app.web.account import negotiations
from app.web.visitor import Audience, require


def place(negotiation_id: str) -> forms.Answer:
    longest_days = services().settings.hold_longest_days

    def work() -> str:
        days = forms.whole("lasts_days", "The days of the hold", low=1, high=longest_days)
        service.place_hold(**_move(negotiation_id), lasts_days=days, longest_days=longest_days)
        return _back(negotiation_id)

    return _answer(work, negotiation_id)


def release(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        service.release_hold(**_move(negotiation_id))
        return _back(negotiation_id)

    return _answer(work, negotiation_id)


def challenge(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        limits = {"low": SHORTEST_ANSWER_HOURS, "high": LONGEST_ANSWER_HOURS}
        hours = forms.whole("respond_within_hours", "The hours to answer", **limits)
        service.challenge_hold(**_move(negotiation_id), respond_within_hours=hours)
        return _back(negotiation_id)

    return _answer(work, negotiation_id)


def match(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        service.match_hold(**_move(negotiation_id))
        return _back(negotiation_id)

    return _answer(work, negotiation_id)


def _answer(work: Any, negotiation_id: str) -> forms.Answer:
    return forms.answer(work, lambda refusal: negotiations.show(negotiation_id, refusal))


def _move(negotiation_id: str) -> dict[str, Any]:
    actor = require(Audience.LICENSEE).actor
    return {"session": session(), "actor": actor, "at": now(), "negotiation_id": negotiation_id}


def _back(negotiation_id: str) -> str:
    return url_for("account.negotiation", negotiation_id=negotiation_id, _anchor="hold")
