"""The same questions answered the slow way: every single use, one by one, straight from the definitions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache, lru_cache, partial
from itertools import combinations, product
from typing import Any

from app.parties.directives.rules import DirectiveBox
from app.parties.rules.mandates import GapCode
from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import OwnHold, Taken
from app.rights.rules.rights_in import RightsIn
from app.rights.states import BlockKind, FixKind, MatchMode, ReasonCode
from app.values.components import Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term

DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)
HORIZON = 14
"""The last day looked at; nothing that the tests make up begins or ends later than day 6."""

BRAND_LEAF = "brand_ambassador.digital_ad"
LEAVES = ("game.trailer", "film.trailer", BRAND_LEAF)
COUNTRIES = ("DE", "FR", "JP")
MEANT_BY_LANGUAGE = {
    "*": {"en", "en-GB", "en-AU", "es", "anything else"},
    "en": {"en", "en-GB", "en-AU"},
    "en-GB": {"en-GB"},
    "es": {"es"},
}
KNOWN_CATEGORIES = frozenset({"toys", "food"})
"""Stands in for the list of product categories, which is too long to enumerate."""

MEANT_BY_CATEGORY = {"*": {"toys", "food", "anything else"}, "toys": {"toys"}, "food": {"food"}}

Use = tuple[Component, str, str, str, str, str, int]
"""Component, axis, leaf, country, language, category, day."""


def day(number: int) -> datetime:
    return DAY_ZERO + timedelta(days=number)


def languages_meant(tags: Iterable[str]) -> set[str]:
    return set().union(*(MEANT_BY_LANGUAGE[tag] for tag in tags))


def categories_meant(codes: Iterable[str]) -> set[str]:
    return set().union(*(MEANT_BY_CATEGORY[code] for code in codes))


@lru_cache(maxsize=256)
def uses_in(block: RightsBlock) -> frozenset[Use]:
    days = [number for number in range(HORIZON) if block.term.contains(day(number))]
    uses: set[Use] = set()
    for leaf in block.media:
        categories = categories_meant(block.categories) if leaf == BRAND_LEAF else {"none"}
        rest = (block.territory, languages_meant(block.languages), categories, days)
        uses.update(product([block.component], block.axes, [leaf], *rest))
    return frozenset(uses)


def reasons_against(
    asked: Ask, rights_in: RightsIn, taken: Sequence[Taken], at: datetime, own: Sequence[OwnHold] = ()
) -> set[tuple[ReasonCode, Component]]:
    """Return every (code, component) for which at least one use asked for cannot be had."""
    return {(code, use[0]) for code, use in refusals(asked, rights_in, taken, at, own)}


def refusals(
    asked: Ask, rights_in: RightsIn, taken: Sequence[Taken], at: datetime, own: Sequence[OwnHold] = ()
) -> Iterator[tuple[ReasonCode, Use]]:
    """Return every use asked for that cannot be had, with each code."""
    in_force = [other for other in taken if other.lapses_at is None or at < other.lapses_at]
    for block in asked.blocks:
        yield from _beyond_rights_in(block, rights_in, at)
        for other in in_force:
            code = _book_code(other, block.exclusivity)
            if code is not None:
                reserved = _reserved_before(other, block.exclusivity, own, at)
                for use in uses_in(block) & uses_in(other.block) - reserved:
                    if other.kind is not BlockKind.OPT_OUT or use[2] == BRAND_LEAF:
                        yield code, use


def _beyond_rights_in(block: RightsBlock, rights_in: RightsIn, at: datetime) -> Iterator[tuple[ReasonCode, Use]]:
    authority_codes = cache(partial(_authority_codes, rights_in, at, block.is_exclusive))
    offer_codes = cache(partial(_offer_codes, rights_in))
    for use in uses_in(block):
        component, axis, leaf, country, language, category, number = use
        if not rights_in.is_listed:
            yield ReasonCode.NOT_LISTED, use
        if any(_rules_out(directive, use) for directive in rights_in.directives):
            yield ReasonCode.DIRECTIVE, use
        for code in authority_codes(component, leaf, country, number):
            yield code, use
        for code in offer_codes(component, axis, leaf, country, language, category):
            yield code, use


def is_refused(*facts: Any) -> bool:
    """Say whether some use asked for cannot be had; `facts` as for `refusals`."""
    return next(refusals(*facts), None) is not None


def _reserved_before(other: Taken, wanted: Exclusivity, own: Sequence[OwnHold], at: datetime) -> set[Use]:
    """Return the uses that the asker's own holds reserve, at least as strongly as wanted, ahead of another hold."""
    strength = [Exclusivity.NON_EXCLUSIVE, Exclusivity.SOLE, Exclusivity.EXCLUSIVE].index
    return set().union(
        *(
            uses_in(block)
            for hold in own
            if other.kind is BlockKind.HOLD and at < hold.lapses_at
            if other.rank is None or hold.rank < other.rank
            for block in hold.blocks
            if strength(block.exclusivity) >= strength(wanted)
        )
    )


def _authority_codes(
    rights_in: RightsIn,
    at: datetime,
    is_exclusive: bool,
    component: Component,
    leaf: str,
    country: str,
    number: int,
) -> list[ReasonCode]:
    signing = [
        a
        for a in rights_in.authorities
        if component in a.components and leaf in a.media and country in a.territory
        if a.signs_until_at is None or at < a.signs_until_at
    ]
    reaching = [a for a in signing if a.licenses_until_at is None or day(number) < a.licenses_until_at]
    if not signing:
        here = [
            g for g in rights_in.gaps if g.component is component and leaf in g.media and country in g.territory
        ]
        unsigned = any(g.code in {GapCode.QUORUM_NOT_MET, GapCode.EXECUTOR_MISSING} for g in here)
        return [ReasonCode.QUORUM_NOT_MET if unsigned else ReasonCode.NO_AUTHORITY]
    if not reaching:
        return [ReasonCode.AUTHORITY_ENDS_EARLIER]
    if is_exclusive and not any(a.holds_exclusively for a in reaching):
        return [ReasonCode.NOT_HELD_EXCLUSIVELY]
    return []


def _offer_codes(
    rights_in: RightsIn, component: Component, axis: str, leaf: str, country: str, language: str, category: str
) -> list[ReasonCode]:
    offers = [offer for offer in rights_in.offered if offer.component is component]
    if not offers:
        return [ReasonCode.COMPONENT_NOT_OFFERED]
    offer = offers[0]
    denied = {
        ReasonCode.AXIS_NOT_CONSENTED: axis not in offer.axes,
        ReasonCode.MEDIA_NOT_OFFERED: leaf not in offer.media,
        ReasonCode.TERRITORY_NOT_OFFERED: country not in offer.territory,
        ReasonCode.LANGUAGE_NOT_OFFERED: language not in languages_meant(offer.languages),
        ReasonCode.CATEGORY_NOT_OFFERED: leaf == BRAND_LEAF and category not in categories_meant(offer.categories),
    }
    return [code for code, is_denied in denied.items() if is_denied]


def _rules_out(directive: DirectiveBox, use: Use) -> bool:
    component, axis, leaf, _, _, category, number = use
    return (
        (not directive.components or component in directive.components)
        and (not directive.axes or axis in directive.axes)
        and (not directive.media or leaf in directive.media)
        and (not directive.categories or category in directive.categories)
        and (directive.until_at is None or day(number) < directive.until_at)
    )


def _book_code(other: Taken, wanted: Exclusivity) -> ReasonCode | None:
    theirs = other.block.exclusivity
    both_share = theirs is Exclusivity.NON_EXCLUSIVE and wanted is Exclusivity.NON_EXCLUSIVE
    match other.kind:
        case BlockKind.HOLDBACK:
            return ReasonCode.HELD_BACK
        case BlockKind.OPT_OUT:
            return ReasonCode.CATEGORY_OPTED_OUT
        case BlockKind.OWN_USE:
            return ReasonCode.LICENSOR_GOES_ON if wanted is Exclusivity.EXCLUSIVE else None
        case BlockKind.HOLD:
            return None if both_share else ReasonCode.ON_HOLD
        case BlockKind.GRANT if theirs is Exclusivity.NON_EXCLUSIVE:
            return None if both_share else ReasonCode.NON_EXCLUSIVELY_GRANTED
        case BlockKind.GRANT:
            return ReasonCode.EXCLUSIVELY_GRANTED


Window = tuple[int, int | None]
"""First and last day; nothing means without end."""


def free_days(
    asked: Ask, rights_in: RightsIn, taken: Sequence[Taken], at: datetime, own: Sequence[OwnHold] = ()
) -> dict[str, set[int]]:
    """Return for every country the days on which all that is asked for it, on that day, can be had."""
    scope = asked if asked.match is MatchMode.COVER else _from_today(asked, at)
    free: dict[str, set[int]] = {country: set() for country in asked.territory}
    for block in scope.blocks:
        for country in block.territory:
            free[country] |= {number for number in range(HORIZON) if block.term.contains(day(number))}
    for _, use in refusals(scope, rights_in, taken, at, own):
        free[use[3]].discard(use[6])
    return free


def days_free_of_everything(
    asked: Ask, rights_in: RightsIn, taken: Sequence[Taken], at: datetime, own: Sequence[OwnHold] = ()
) -> set[int]:
    """Return the days on which nothing that is asked for that day is refused."""
    scope = asked if asked.match is MatchMode.COVER else _from_today(asked, at)
    wanted = {n for block in scope.blocks for n in range(HORIZON) if block.term.contains(day(n))}
    return wanted - {use[6] for _, use in refusals(scope, rights_in, taken, at, own)}


def _from_today(asked: Ask, at: datetime) -> Ask:
    today = Term(day((at - DAY_ZERO).days), None)
    return replace(asked, blocks=tuple(replace(block, term=today) for block in asked.blocks))


def windows_in(days: set[int], *, shortest: int = 1) -> list[Window]:
    """Return the runs of days that are long enough; what is free on the last day looked at stays free."""
    runs: list[list[int]] = []
    for number in sorted(days):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    found = ((run[0], None if run[-1] == HORIZON - 1 else run[-1], len(run)) for run in runs)
    return [(first, last) for first, last, length in found if last is None or length >= shortest]


def matches(match: MatchMode, window: Window, term: Term) -> bool:
    first, last = window
    match match:
        case MatchMode.START_WITHIN:
            return term.contains(day(first))
        case MatchMode.END_WITHIN:
            return last is not None and term.contains(day(last))
        case MatchMode.OVERLAP | MatchMode.COVER:
            every = range(first, HORIZON if last is None else last + 1)
            return any(term.contains(day(number)) for number in every)


def single_changes(asked: Ask, rights_in: RightsIn) -> Iterator[tuple[FixKind, Fraction, Ask]]:
    """Return every single change of a bundle that has one term, with its cost."""
    for kind, dimension in (
        (FixKind.DROP_TERRITORY, "territory"),
        (FixKind.DROP_MEDIA, "media"),
        (FixKind.DROP_AXES, "axes"),
    ):
        whole = getattr(asked, dimension)
        for rest in _proper_subsets(whole):
            yield kind, Fraction(len(whole) - len(rest), len(whole)), _restricted(asked, dimension, rest)
    for components in _proper_subsets(frozenset(asked.components)):
        rest = tuple(block for block in asked.blocks if block.component in components)
        cost = Fraction(len(asked.components) - len(components), len(asked.components))
        yield FixKind.DROP_COMPONENTS, cost, Ask(rest, asked.zone)
    yield from _narrower_tags(asked, rights_in)
    yield from _other_terms(asked)
    if any(block.exclusivity is Exclusivity.EXCLUSIVE for block in asked.blocks):
        beside = tuple(replace(block, exclusivity=Exclusivity.SOLE) for block in asked.blocks)
        yield FixKind.ASK_SOLE, Fraction(1, 4), Ask(beside, asked.zone)
    if any(block.is_exclusive for block in asked.blocks):
        shared = tuple(replace(block, exclusivity=Exclusivity.NON_EXCLUSIVE) for block in asked.blocks)
        yield FixKind.SHARE, Fraction(1, 2), Ask(shared, asked.zone)


def _restricted(asked: Ask, dimension: str, rest: frozenset[str]) -> Ask:
    blocks = ((block, getattr(block, dimension) & rest) for block in asked.blocks)
    return Ask(tuple(replace(block, **{dimension: kept}) for block, kept in blocks if kept), asked.zone)


def _narrower_tags(asked: Ask, rights_in: RightsIn) -> Iterator[tuple[FixKind, Fraction, Ask]]:
    for kind, dimension, meant, concerned in (
        (FixKind.NARROW_LANGUAGES, "languages", languages_meant, LEAVES),
        (FixKind.NARROW_CATEGORIES, "categories", categories_meant, (BRAND_LEAF,)),
    ):
        before: frozenset[str] = getattr(asked, dimension)
        known = KNOWN_CATEGORIES if dimension == "categories" else frozenset[str]()
        offered = {tag for offer in rights_in.offered for tag in getattr(offer, dimension)}
        pool = {tag for tag in known | offered if meant([tag]) <= meant(before)}
        weighed = before | known | {"*"} if known and "*" in before else before
        for kept in _subsets(before | pool):
            if meant(kept) < meant(before):
                lost = [tag for tag in weighed if not meant([tag]) <= meant(kept)]
                blocks = (
                    replace(block, **{dimension: kept}) if block.media & set(concerned) else block
                    for block in asked.blocks
                )
                yield kind, Fraction(len(lost), len(weighed)), Ask(tuple(blocks), asked.zone)


def _other_terms(asked: Ask) -> Iterator[tuple[FixKind, Fraction, Ask]]:
    first = (asked.term.starts_at - DAY_ZERO).days
    end = None if asked.term.ends_at is None else (asked.term.ends_at - DAY_ZERO).days
    length = 36_525 if end is None else end - first
    terms: list[tuple[Fraction, Term]] = []
    for start in range(first, HORIZON if end is None else end):
        for stop in (*range(start + 1, (HORIZON if end is None else end) + 1), *([None] if end is None else [])):
            kept = length - (start - first) if stop is None else stop - start
            if (start, stop) != (first, end):
                terms.append((1 - Fraction(kept, length), Term(day(start), None if stop is None else day(stop))))
    if end is not None:
        later = ((delay, Term(day(first + delay), day(end + delay))) for delay in range(length, HORIZON - end))
        terms += [(Fraction(delay, length), term) for delay, term in later]
    for cost, term in terms:
        blocks = tuple(replace(block, term=term) for block in asked.blocks)
        yield FixKind.CHANGE_TERM, cost, Ask(blocks, asked.zone)


def _subsets(entries: frozenset[str]) -> Iterator[frozenset[str]]:
    ordered = sorted(entries)
    for size in range(1, len(ordered) + 1):
        yield from map(frozenset, combinations(ordered, size))


def _proper_subsets(entries: frozenset[str]) -> Iterator[frozenset[str]]:
    return (subset for subset in _subsets(entries) if subset != entries)
