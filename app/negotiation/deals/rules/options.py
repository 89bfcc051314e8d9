"""What a deal promises its licensee about the time after its end, and in whose way that stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.negotiation.rules.verdict import ALLOWED, MoveCode, Verdict
from app.negotiation.states import OptionKind
from app.negotiation.terms.document import rights_blocks
from app.negotiation.terms.versions import as_current
from app.values.rights_block import RightsBlock
from app.values.term import Term, add_months, format_instant, parse_instant


@dataclass(frozen=True, slots=True)
class Option:
    """A promise, and the half-open time in which it can be called in."""

    kind: OptionKind
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Reserved:
    """The rights that a promise is about, from the end of the license on."""

    kind: OptionKind
    closes_at: datetime
    blocks: tuple[RightsBlock, ...]


def options_of(document: Mapping[str, Any], *, at: datetime) -> list[Option]:
    """Return the promises of a deal that can still be called in.

    Nobody else is given the rights of an extension from the signature on; a first refusal holds while its window
    is open.
    """
    terms = as_current(document)
    ends_at = parse_instant(terms["term"]["ends_at"])
    found = []
    if terms["extension"] is not None:
        closes_at = ends_at - timedelta(days=terms["extension"]["exercise_until_days"])
        found.append(Option(OptionKind.EXTENSION, at, closes_at))
    if terms["first_refusal"] is not None:
        opens_at = ends_at - timedelta(days=terms["first_refusal"]["from_days"])
        closes_at = ends_at - timedelta(days=terms["first_refusal"]["until_days"])
        found.append(Option(OptionKind.FIRST_REFUSAL, max(opens_at, at), closes_at))
    return [option for option in found if option.opens_at < option.closes_at]


def reserved_by(document: Mapping[str, Any], kind: OptionKind, *, closes_at: datetime) -> Reserved:
    """Return the rights of a deal moved behind its end: as long as extensions can last, or without an end."""
    terms = as_current(document)
    last = _last_blocks(rights_blocks(terms), parse_instant(terms["term"]["ends_at"]))
    if kind is OptionKind.FIRST_REFUSAL:
        after = Term(parse_instant(terms["term"]["ends_at"]), None)
    else:
        whole = terms["extension"]["months"] * terms["extension"]["most_times"]
        after = Term(parse_instant(terms["term"]["ends_at"]), _end_after(terms["term"], whole))
    return Reserved(kind, closes_at, tuple(replace(block, term=after) for block in last))


def judge_reserved(wanted: Iterable[RightsBlock], reserved: Iterable[Reserved]) -> Verdict:
    """Nobody is given what another licensee may still ask for. No name is told."""
    asked = list(wanted)
    for promise in reserved:
        if any(_is_in_the_way(promise.kind, block, other) for block in promise.blocks for other in asked):
            until = format_instant(promise.closes_at)
            what = (
                "Another licensee may extend its license of these rights"
                if promise.kind is OptionKind.EXTENSION
                else "Another licensee of these rights is bargained with first about the time after its license"
            )
            sentence = f"{what}, until {until}; ask for a term that ends before, for other rights, or later."
            return Verdict(MoveCode.RESERVED_BY_OPTION, sentence)
    return ALLOWED


def judge_exercise(document: Mapping[str, Any], *, at: datetime) -> Verdict:
    """An option is called in within its window before the end."""
    terms = as_current(document)
    option = terms["extension"]
    if option is None:
        return Verdict(MoveCode.NO_OPTION, "The deal gives no option, or it was used up; ask for an amendment.")
    ends_at = parse_instant(terms["term"]["ends_at"])
    opens_at = ends_at - timedelta(days=option["exercise_from_days"])
    closes_at = ends_at - timedelta(days=option["exercise_until_days"])
    if at < opens_at:
        return Verdict(MoveCode.OPTION_NOT_OPEN, f"The option can be used from {format_instant(opens_at)} on.")
    if at >= closes_at:
        sentence = f"The option was over at {format_instant(closes_at)}; ask for an amendment or a renewal."
        return Verdict(MoveCode.OPTION_NOT_OPEN, sentence)
    return ALLOWED


def extended_last_day(term: Mapping[str, Any], months: int) -> date:
    """Return the last day of a term that goes on for calendar months: from the last of June, the last of July."""
    day_after = date.fromisoformat(term["last_day"]) + timedelta(days=1)
    return add_months(day_after, months) - timedelta(days=1)


def _end_after(term: Mapping[str, Any], months: int) -> datetime | None:
    last_day = extended_last_day(term, months)
    return Term.of_days(last_day, last_day, term["zone"]).ends_at


def _last_blocks(blocks: Sequence[RightsBlock], ends_at: datetime) -> Iterator[RightsBlock]:
    """Of a grant whose exclusivity ended before the term, what remained goes on."""
    return (block for block in blocks if block.term.ends_at is None or block.term.ends_at >= ends_at)


def _is_in_the_way(kind: OptionKind, block: RightsBlock, wanted: RightsBlock) -> bool:
    if kind is OptionKind.FIRST_REFUSAL:
        return block.overlaps(wanted)
    return (block.is_exclusive or wanted.is_exclusive) and block.overlaps(wanted)
