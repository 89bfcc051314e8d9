"""The tables as they are read: filtered by place, a page at a time, each row as it counts today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.law.rules.book import ConsentRule
from app.law.rules.consent import AT_PAYOUT, EVALUATORS

RuleT = TypeVar("RuleT")


class JudgedWhen(StrEnum):
    """When the marketplace judges a rule."""

    USE = "use"
    """When a use is asked about, offered or signed."""
    PAYOUT = "payout"
    NEVER = "never"
    """What it asks is not recorded here: it is information."""


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule on consent with the time of its judgement."""

    rule: ConsentRule

    @property
    def judged(self) -> JudgedWhen:
        if self.rule.row.rule_id in EVALUATORS:
            return JudgedWhen.USE
        return JudgedWhen.PAYOUT if self.rule.row.rule_id in AT_PAYOUT else JudgedWhen.NEVER


@dataclass(frozen=True, slots=True)
class Part(Generic[RuleT]):
    """A page of rules, and the key of its last row where more follow."""

    items: Sequence[RuleT]
    next_cursor: str | None


def part_of(
    rules: Sequence[RuleT], *, key: Callable[[RuleT], str], after: str | None, limit: int
) -> Part[RuleT] | None:
    """Return the rules after the row with a key; nothing where no row has it."""
    keys = [key(rule) for rule in rules]
    if after is not None and after not in keys:
        return None
    start = 0 if after is None else keys.index(after) + 1
    items = rules[start : start + limit]
    return Part(items, keys[start + limit - 1] if start + limit < len(rules) else None)


def is_in(jurisdiction: str, wanted: str | None) -> bool:
    """Say whether a row belongs to a place: a country's code finds its states, and bills of the country, too."""
    if wanted is None or jurisdiction == wanted:
        return True
    return jurisdiction.startswith((f"{wanted}-", f"{wanted} ("))
