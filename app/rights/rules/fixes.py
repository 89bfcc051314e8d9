"""Fixes: single changes of an ask after which given obstacles no longer stand in its way, cheapest first.

Cost is the part of the ask that is given up: one country of four costs a quarter, half the days a half. Waiting
for a hold to lapse costs the days of the term that pass meanwhile, a later term of the same length costs its
delay, and exclusivity is worth half, of which the licensor's own restraint is one half again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial

from app.rights.rules.ask import Ask, is_brand_use
from app.rights.rules.days import Days, days_within, gaps, shifted
from app.rights.rules.obstacles import Obstacle
from app.rights.rules.rights_in import RightsIn
from app.rights.states import FixKind
from app.values.product_categories import PRODUCT_CATEGORIES
from app.values.rights_block import ALL, RightsBlock, language_includes
from app.values.term import Term

_PERPETUITY = timedelta(days=36_525)
_EXCLUSIVITY = Fraction(1, 2)
_LICENSORS_RESTRAINT = Fraction(1, 4)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Fix:
    """One change: what to ask instead, and what it costs."""

    kind: FixKind
    ask: Ask
    cost: Fraction
    entries: tuple[str, ...] = ()
    """What is dropped, or (languages, categories) what remains."""
    given_up: tuple[str, ...] = ()
    """Of `*`, which stands for entries not named: what no longer belongs to it."""
    days: Days | None = None
    """The term to ask for instead."""
    ask_at: datetime | None = None
    """When to ask again."""


def find_fixes(
    *,
    asked: Ask,
    obstacles: Sequence[Obstacle],
    rights_in: RightsIn,
    at: datetime,
    look_again: Callable[[datetime], Sequence[Obstacle]],
) -> list[Fix]:
    """Return every kind of change that alone is rid of all the obstacles, the cheapest first.

    `obstacles` hold for the ask from its start on; those which begin after its end limit later terms only.
    `look_again` says which obstacles of their kind there will be at a later instant of asking.
    """
    present = [obstacle for obstacle in obstacles if obstacle.is_present]
    candidates = (
        _wait(asked, present, look_again),
        _drop(FixKind.DROP_TERRITORY, "territory", asked, present),
        _narrow_languages(asked, present, rights_in),
        _narrow_categories(asked, present, rights_in),
        _change_term(asked, obstacles, at),
        _drop(FixKind.DROP_MEDIA, "media", asked, present),
        _drop(FixKind.DROP_AXES, "axes", asked, present),
        _drop_components(asked, present),
        _ask_sole(asked, present),
        _share(asked, present),
    )
    fixes = [fix for fix in candidates if fix is not None]
    return sorted(fixes, key=lambda fix: (fix.cost, fix.kind.order))


def _wait(
    asked: Ask, present: Sequence[Obstacle], look_again: Callable[[datetime], Sequence[Obstacle]]
) -> Fix | None:
    lapses = [obstacle.lapses_at for obstacle in present if obstacle.lapses_at is not None]
    if len(lapses) < len(present):
        return None
    ask_at, term = max(lapses), asked.term
    if not term.contains(max(ask_at, term.starts_at)):
        return None
    if any(obstacle.is_present for obstacle in look_again(ask_at)):
        return None
    missed = max(0, (ask_at - term.starts_at) // _TICK)
    return Fix(FixKind.WAIT, asked, min(Fraction(1), Fraction(missed, _length(term))), ask_at=ask_at)


def _drop(kind: FixKind, dimension: str, asked: Ask, present: Sequence[Obstacle]) -> Fix | None:
    dropped: frozenset[str] = frozenset().union(*(getattr(obstacle, dimension) for obstacle in present))
    whole: frozenset[str] = getattr(asked, dimension)

    def narrow(block: RightsBlock) -> RightsBlock | None:
        rest = getattr(block, dimension) - dropped
        return replace(block, **{dimension: rest}) if rest else None

    narrowed = asked.narrowed(narrow)
    if narrowed is None:
        return None
    return Fix(kind, narrowed, Fraction(len(dropped), len(whole)), entries=tuple(sorted(dropped)))


def _narrow_languages(asked: Ask, present: Sequence[Obstacle], rights_in: RightsIn) -> Fix | None:
    offered = (tag for offer in rights_in.offered for tag in offer.languages)
    kept = _untouched(asked.languages, offered, [obstacle.languages.touch for obstacle in present])

    def narrow(block: RightsBlock) -> RightsBlock | None:
        own = _within(block.languages, kept)
        return replace(block, languages=own) if own else None

    narrowed = asked.narrowed(narrow) if kept else None
    if narrowed is None:
        return None
    before = asked.languages
    lost = [tag for tag in before if not any(language_includes(own, tag) for own in kept)]
    cost = Fraction(len(lost), len(before))
    return Fix(FixKind.NARROW_LANGUAGES, narrowed, cost, entries=tuple(sorted(kept)))


def _narrow_categories(asked: Ask, present: Sequence[Obstacle], rights_in: RightsIn) -> Fix | None:
    """Every category can be narrowed to those known, which costs those not thought of yet too."""
    offered = [code for offer in rights_in.offered for code in offer.categories]
    before = asked.categories
    kept = _untouched(before, (*PRODUCT_CATEGORIES, *offered), [obstacle.categories.touch for obstacle in present])

    def narrow(block: RightsBlock) -> RightsBlock | None:
        if not is_brand_use(block):
            return block
        own = _within(block.categories, kept)
        return replace(block, categories=own) if own else None

    narrowed = asked.narrowed(narrow) if kept else None
    if narrowed is None:
        return None
    whole = frozenset((*PRODUCT_CATEGORIES, ALL, *before)) if ALL in before else before
    lost = frozenset(code for code in whole if not any(language_includes(own, code) for own in kept))
    return Fix(
        FixKind.NARROW_CATEGORIES,
        narrowed,
        Fraction(len(lost), len(whole)),
        entries=tuple(sorted(kept)),
        given_up=tuple(sorted(lost - {ALL})) if ALL in before else (),
    )


def _untouched(
    asked: frozenset[str], offered: Iterable[str], touches: Sequence[Callable[[str], bool]]
) -> frozenset[str]:
    """Return the widest tags, asked for or offered within what is asked for, that no obstacle touches."""
    inside = (tag for tag in offered if any(language_includes(own, tag) for own in asked))
    free = {tag for tag in (*asked, *inside) if not any(touch(tag) for touch in touches)}
    return frozenset(tag for tag in free if not any(_is_wider(other, tag) for other in free))


def _is_wider(tag: str, other: str) -> bool:
    return language_includes(tag, other) and not language_includes(other, tag)


def _within(own: frozenset[str], kept: frozenset[str]) -> frozenset[str]:
    return frozenset(tag for tag in kept if any(language_includes(o, tag) for o in own))


def _change_term(asked: Ask, obstacles: Sequence[Obstacle], at: datetime) -> Fix | None:
    """Return the longest free days within the term that are not over, or the first later ones as long."""
    if any(obstacle.term is None for obstacle in obstacles):
        return None
    term = asked.term
    inside = list(_free_days(term, asked.zone, filter(None, map(_clipped, obstacles))))
    ahead = [days for days in inside if days.term.ends_at is None or days.term.ends_at > at]
    for days in sorted(ahead, key=lambda days: _kept(days.term, term), reverse=True):
        narrowed = asked.narrowed(partial(_in_term, term=days.term))
        if narrowed is not None:
            cost = 1 - Fraction(_kept(days.term, term), _length(term))
            return Fix(FixKind.CHANGE_TERM, narrowed, cost, days=days)
    return _later(asked, obstacles)


def _later(asked: Ask, obstacles: Sequence[Obstacle]) -> Fix | None:
    term = asked.term
    wanted = days_within(term, asked.zone)
    if wanted is None or wanted.last is None or any(block.term != term for block in asked.blocks):
        return None
    busy = [obstacle.term for obstacle in obstacles if obstacle.term is not None]
    for free in _free_days(Term(term.starts_at, None), asked.zone, busy):
        days = shifted(wanted, free.first, asked.zone)
        if days is not None and free.term.covers(days.term):
            delay = days.term.starts_at - term.starts_at
            cost = Fraction(delay // _TICK, _length(term))
            return Fix(FixKind.CHANGE_TERM, asked.in_term(days.term), cost, days=days)
    return None


def _length(term: Term) -> int:
    return (_PERPETUITY if term.ends_at is None else term.ends_at - term.starts_at) // _TICK


def _kept(part: Term, term: Term) -> int:
    """Return how much of a term a part of it keeps; perpetuity counts as a hundred years."""
    length = _length(term)
    begins = (part.starts_at - term.starts_at) // _TICK
    ends = length if part.ends_at is None else (part.ends_at - term.starts_at) // _TICK
    return max(0, min(ends, length) - begins)


def _free_days(term: Term, zone: str, busy: Iterable[Term]) -> Iterator[Days]:
    return filter(None, (days_within(gap, zone) for gap in gaps(term, busy)))


def _clipped(obstacle: Obstacle) -> Term | None:
    return None if obstacle.term is None else obstacle.term.intersection(obstacle.wanted.term)


def _in_term(block: RightsBlock, term: Term) -> RightsBlock | None:
    common = block.term.intersection(term)
    return replace(block, term=common) if common else None


def _drop_components(asked: Ask, present: Sequence[Obstacle]) -> Fix | None:
    dropped = frozenset(obstacle.component for obstacle in present)
    rest = asked.without(dropped)
    if rest is None:
        return None
    cost = Fraction(len(dropped), len(asked.components))
    return Fix(FixKind.DROP_COMPONENTS, rest, cost, entries=tuple(c for c in asked.components if c in dropped))


def _ask_sole(asked: Ask, present: Sequence[Obstacle]) -> Fix | None:
    if not all(obstacle.yields_to_sole for obstacle in present):
        return None
    return Fix(FixKind.ASK_SOLE, asked.sole(), _LICENSORS_RESTRAINT)


def _share(asked: Ask, present: Sequence[Obstacle]) -> Fix | None:
    if not all(obstacle.yields_to_sharing for obstacle in present):
        return None
    return Fix(FixKind.SHARE, asked.shared(), _EXCLUSIVITY)
