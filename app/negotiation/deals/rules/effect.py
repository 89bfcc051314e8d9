"""When a change takes effect, decided at the instant at which it is signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.negotiation.rules.verdict import ALLOWED, MoveCode, Verdict
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.term import Term, format_instant, parse_instant

_HOLDS_WITH_THE_ONE_BEFORE = frozenset({ChangeOf.EXTENSION, ChangeOf.TERMINATION, ChangeOf.TOLLING})
"""Not an assignment: its license passes on with the last signature, so its terms hold from then on as well."""
_LATER = "Name that day or a later one."
_THEN = "Try again then."


@dataclass(frozen=True, slots=True)
class Standing:
    """The deal that is to be changed, as it stands."""

    terms_sha256: str
    effective_at: datetime
    """When its own terms took, or take, effect."""
    ends_at: datetime
    """The end of its term."""


def effective_at(document: Mapping[str, Any], *, at: datetime) -> datetime:
    """Return from which instant a change holds if it is signed now: as its day begins, and never backwards."""
    day, zone = document["amends"]["effective_on"], document["term"]["zone"]
    if day is None:
        return at
    begins = date.fromisoformat(day)
    return max(at, Term.of_days(begins, begins, zone).starts_at)


def judge_sides(signed: Mapping[str, Any], licensor_party_id: str, licensee_party_id: str) -> Verdict:
    """A deal is changed by those between whom it stands; talks from before an assignment come to nothing."""
    if (signed["licensor"]["id"], signed["licensee"]["id"]) == (licensor_party_id, licensee_party_id):
        return ALLOWED
    return Verdict(MoveCode.DEAL_CHANGED, "The license was handed on meanwhile; its new licensee changes the deal.")


def begins_at(document: Mapping[str, Any], standing: Standing, *, at: datetime) -> datetime:
    """Return from which instant a change of a deal holds if it is signed now.

    An option and an earlier end name no day: where a change that was signed before still waits for its own, they
    hold from then on.
    """
    begins = effective_at(document, at=at)
    amends = document["amends"]
    if amends["effective_on"] is None and amends["kind"] in _HOLDS_WITH_THE_ONE_BEFORE:
        return max(begins, standing.effective_at)
    return begins


def judge_effect(document: Mapping[str, Any], standing: Standing, *, at: datetime) -> Verdict:
    """A change is made of the deal as it stands, from a day to come, before that deal is over."""
    if document["amends"]["terms_sha256"] != standing.terms_sha256:
        sentence = "Another change of this deal was signed meanwhile; begin anew, from the terms of today."
        return Verdict(MoveCode.DEAL_CHANGED, sentence)
    if at >= standing.ends_at:
        over = f"The license ended at {format_instant(standing.ends_at)}; ask for a renewal, a license of its own."
        return Verdict(MoveCode.DEAL_OVER, over)
    day = document["amends"]["effective_on"]
    if day is not None and date.fromisoformat(day) < today_of(document, at=at):
        return Verdict(MoveCode.EFFECT_PAST, f"{day} is over; make an offer that takes effect later.")
    begins = begins_at(document, standing, at=at)
    if begins >= standing.ends_at:
        sentence = f"It would take effect after the license has ended, at {format_instant(standing.ends_at)}."
        return Verdict(MoveCode.EFFECT_PAST, f"{sentence} Name an earlier day.")
    if begins < standing.effective_at:
        sentence = f"The change before it takes effect later, at {format_instant(standing.effective_at)}."
        can_name = day is not None or document["amends"]["kind"] == ChangeOf.AMENDMENT
        return Verdict(MoveCode.EFFECT_PAST, f"{sentence} {_LATER if can_name else _THEN}")
    ends_at = parse_instant(document["term"]["ends_at"])
    if ends_at <= begins and day is None and begins > at:
        sentence = f"A change that was signed takes effect at {format_instant(begins)}; end the license after that."
        return Verdict(MoveCode.EFFECT_PAST, sentence)
    if ends_at <= begins:
        sentence = f"It would take effect after its own end, {format_instant(ends_at)}; name an earlier day."
        return Verdict(MoveCode.EFFECT_PAST, sentence)
    return ALLOWED


def today_of(document: Mapping[str, Any], *, at: datetime) -> date:
    """Return which day it is where the days of a deal are counted."""
    return at.astimezone(ZoneInfo(document["term"]["zone"])).date()
