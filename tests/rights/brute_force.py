"""The same questions answered the slow way: every single use, one by one, straight from the definitions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations, product

from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import Taken
from app.rights.rules.rights_in import RightsIn
from app.rights.states import BlockKind, FixKind, ReasonCode
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
MEANT_BY_CATEGORY = {"*": {"toys", "food", "anything else"}, "toys": {"toys"}, "food": {"food"}}

Use = tuple[Component, str, str, str, str, str, int]
"""Component, axis, leaf, country, language, category, day."""


def day(number: int) -> datetime:
    return DAY_ZERO + timedelta(days=number)


def languages_meant(tags: Iterable[str]) -> set[str]:
    return set().union(*(MEANT_BY_LANGUAGE[tag] for tag in tags))


def categories_meant(codes: Iterable[str]) -> set[str]:
    return set().union(*(MEANT_BY_CATEGORY[code] for code in codes))


def uses_in(block: RightsBlock) -> set[Use]:
    days = [number for number in range(HORIZON) if block.term.contains(day(number))]
    uses: set[Use] = set()
    for leaf in block.media:
        categories = categories_meant(block.categories) if leaf == BRAND_LEAF else {"none"}
        rest = (block.territory, languages_meant(block.languages), categories, days)
        uses.update(product([block.component], block.axes, [leaf], *rest))
    return uses


def reasons_against(
    asked: Ask, rights_in: RightsIn, taken: Sequence[Taken], at: datetime
) -> set[tuple[ReasonCode, Component]]:
    """Return every (code, component) for which at least one use asked for cannot be had."""
    found: set[tuple[ReasonCode, Component]] = set()
    in_force = [(other, uses_in(other.block)) for other in taken if other.lapses_at is None or at < other.lapses_at]
    for block in asked.blocks:
        wanted = uses_in(block)
        codes = {code for use in wanted for code in _rights_in_codes(use, rights_in, at)}
        for other, uses in in_force:
            if not wanted.isdisjoint(uses):
                codes |= _book_code(other, is_exclusive=block.is_exclusive)
        found |= {(code, block.component) for code in codes}
    return found


def _rights_in_codes(use: Use, rights_in: RightsIn, at: datetime) -> Iterator[ReasonCode]:
    component, axis, leaf, country, language, category, number = use
    if not rights_in.is_listed:
        yield ReasonCode.NOT_LISTED
    signing = [
        a
        for a in rights_in.authorities
        if component in a.components and leaf in a.media and country in a.territory
        if a.signs_until_at is None or at < a.signs_until_at
    ]
    if not signing:
        yield ReasonCode.NO_AUTHORITY
    elif not any(a.licenses_until_at is None or day(number) < a.licenses_until_at for a in signing):
        yield ReasonCode.AUTHORITY_ENDS_EARLIER
    offers = [offer for offer in rights_in.offered if offer.component is component]
    if not offers:
        yield ReasonCode.COMPONENT_NOT_OFFERED
        return
    offer = offers[0]
    if axis not in offer.axes:
        yield ReasonCode.AXIS_NOT_CONSENTED
    if leaf not in offer.media:
        yield ReasonCode.MEDIA_NOT_OFFERED
    if country not in offer.territory:
        yield ReasonCode.TERRITORY_NOT_OFFERED
    if language not in languages_meant(offer.languages):
        yield ReasonCode.LANGUAGE_NOT_OFFERED
    if leaf == BRAND_LEAF and category not in categories_meant(offer.categories):
        yield ReasonCode.CATEGORY_NOT_OFFERED


def _book_code(other: Taken, *, is_exclusive: bool) -> set[ReasonCode]:
    if other.kind is BlockKind.HOLDBACK:
        return {ReasonCode.HELD_BACK}
    if not is_exclusive and other.block.exclusivity is Exclusivity.NON_EXCLUSIVE:
        return set()
    if other.kind is BlockKind.HOLD:
        return {ReasonCode.ON_HOLD}
    exclusive = other.block.exclusivity is not Exclusivity.NON_EXCLUSIVE
    return {ReasonCode.EXCLUSIVELY_GRANTED if exclusive else ReasonCode.NON_EXCLUSIVELY_GRANTED}


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
        pool = {
            tag for offer in rights_in.offered for tag in getattr(offer, dimension) if meant([tag]) <= meant(before)
        }
        for kept in _subsets(before | pool):
            if meant(kept) < meant(before):
                lost = [tag for tag in before if not meant([tag]) <= meant(kept)]
                blocks = (
                    replace(block, **{dimension: kept}) if block.media & set(concerned) else block
                    for block in asked.blocks
                )
                yield kind, Fraction(len(lost), len(before)), Ask(tuple(blocks), asked.zone)


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
