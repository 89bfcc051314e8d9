"""What of a license is public, from its terms and the instant of asking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.licensing.record.states import PublicStanding
from app.licensing.rules.codes import Code
from app.negotiation.terms.vocabulary import PublicFact
from app.values.components import Component

_WORDS = {
    Code.ALLOWED: PublicStanding.VALID,
    Code.UNPAID: PublicStanding.NOT_YET,
    Code.NOT_STARTED: PublicStanding.NOT_YET,
    Code.EXPIRED: PublicStanding.ENDED,
    Code.TERMINATED: PublicStanding.ENDED,
    Code.AUTHORITY_ENDED: PublicStanding.ENDED,
}


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """All that a stranger learns."""

    license_id: str
    standing: PublicStanding
    as_of: datetime
    facts: Mapping[PublicFact, Any]
    """What both sides agreed to be public; what is not has no entry here at all."""


def public_record(
    *, license_id: str, terms: Mapping[str, Any], code: Code, ends_at: datetime, at: datetime
) -> PublicRecord:
    """Return the record at an instant, from the terms in force and the code by which the license stands."""
    agreed = frozenset(map(PublicFact, terms["public_record"]))
    return PublicRecord(
        license_id=license_id,
        standing=public_standing(code, is_over=at >= ends_at),
        as_of=at,
        facts={fact: tell(terms) for fact, tell in _TOLD.items() if fact in agreed},
    )


def public_standing(code: Code, *, is_over: bool) -> PublicStanding:
    """Return the word for a code; a license whose term is over has ended, whatever else stopped it before.

    Whatever stops a license and is not known here to be final counts as a suspension: it never reads as valid.
    """
    return PublicStanding.ENDED if is_over else _WORDS.get(code, PublicStanding.SUSPENDED)


def _term(terms: Mapping[str, Any]) -> dict[str, str]:
    return {name: terms["term"][name] for name in ("first_day", "last_day", "zone", "starts_at", "ends_at")}


def _scope(terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "component": Component(grant["component"]),
            "media": grant["media"],
            "territory": {name: grant["territory"][name] for name in ("expression", "codes")},
        }
        for grant in terms["grants"]
    ]


_TOLD: Mapping[PublicFact, Callable[[Mapping[str, Any]], Any]] = {
    PublicFact.PERFORMER: lambda terms: terms["performer"]["name"],
    PublicFact.PRODUCTION: lambda terms: terms["production"]["title"],
    PublicFact.LICENSEE: lambda terms: terms["licensee"]["name"],
    PublicFact.LICENSOR: lambda terms: terms["licensor"]["name"],
    PublicFact.TERM: _term,
    PublicFact.SCOPE: _scope,
}
