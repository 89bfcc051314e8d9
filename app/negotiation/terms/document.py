"""Read what a document of deal terms says. Every version that was ever signed stays readable here."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.negotiation.terms.versions import as_current
from app.rights.rules.ask import with_exclusive_period
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term, parse_instant


def term_of(document: Mapping[str, Any]) -> Term:
    """Return the period of the license, as instants."""
    days = as_current(document)["term"]
    return Term(parse_instant(days["starts_at"]), parse_instant(days["ends_at"]))


def rights_blocks(document: Mapping[str, Any]) -> list[RightsBlock]:
    """Return the rights that the terms give.

    A grant whose exclusivity ends before the term becomes two blocks, one after the other.
    """
    return [block for grant in as_current(document)["grants"] for block in _blocks_of(grant, document)]


def _blocks_of(grant: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[RightsBlock, ...]:
    block = RightsBlock(
        component=Component(grant["component"]),
        axes=frozenset(map(Axis, grant["axes"])),
        media=frozenset(grant["media"]),
        territory=frozenset(grant["territory"]["codes"]),
        languages=frozenset(grant["languages"]),
        categories=frozenset(grant["categories"]),
        term=term_of(document),
        exclusivity=Exclusivity(grant["exclusivity"]),
    )
    return with_exclusive_period(block, exclusive_until=_exclusive_until(grant, document["term"]))


def _exclusive_until(grant: Mapping[str, Any], days: Mapping[str, Any]) -> datetime | None:
    """Return the instant at which the last exclusive day is over, where one is named."""
    if grant["exclusive_until"] is None:
        return None
    day = date.fromisoformat(grant["exclusive_until"])
    return Term.of_days(day, day, days["zone"]).ends_at
