"""Free parts: in which countries, and on which whole days, everything else asked for can be had."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import OwnHold, Taken
from app.rights.rules.days import Days, days_within, gaps, start_of_day_with
from app.rights.rules.obstacles import Obstacle, find_obstacles
from app.rights.rules.rights_in import RightsIn
from app.rights.states import MatchMode
from app.values.term import Term

_Busy = tuple[frozenset[str], Term]
"""In which countries something is not free, and when."""


@dataclass(frozen=True, slots=True)
class FreePart:
    """Countries in which everything else asked for is free in the same periods."""

    territory: frozenset[str]
    windows: tuple[Days, ...]


@dataclass(frozen=True, slots=True)
class Free:
    """What is free of an ask, at one instant of asking.

    Periods are whole days in the zone of the ask and at least as long as it wants them. An ask that is to be
    covered is looked at within its term, any other from today on, for ever.
    """

    is_match: bool
    windows: tuple[Days, ...]
    """When all of it is free, in all countries asked for at once."""
    parts: tuple[FreePart, ...]
    """Country by country; a country that is missing has no such period. The most countries come first."""


def find_free(
    *, asked: Ask, rights_in: RightsIn, taken: Iterable[Taken], at: datetime, own: Sequence[OwnHold] = ()
) -> Free:
    """Say when and where an ask is free, without the reasons why it is not elsewhere.

    Unless the term asked for is to be covered, `taken` must hold what concerns the time from `at` on.
    """
    looked_at = scope_of(asked, at)
    found = find_obstacles(asked=looked_at, rights_in=rights_in, taken=taken, at=at, own=own)
    return free_of(asked, looked_at, found)


def scope_of(asked: Ask, at: datetime) -> Ask:
    """Return the ask over all the time that is looked at for its free periods."""
    if asked.match is MatchMode.COVER:
        return asked
    return asked.in_term(Term(start_of_day_with(at, asked.zone), None))


def free_of(asked: Ask, looked_at: Ask, obstacles: Sequence[Obstacle]) -> Free:
    """Return what the obstacles of `looked_at`, the scope of the ask, leave free."""
    within = looked_at.term
    present = [(obstacle, term) for obstacle in obstacles if (term := _when(obstacle)) is not None]
    idle = gaps(within, (block.term for block in looked_at.blocks))
    windows = _long_enough(gaps(within, (*idle, *(term for _, term in present))), asked)
    busy = [*((obstacle.territory, term) for obstacle, term in present), *_not_asked(looked_at)]
    if asked.match is MatchMode.COVER:
        is_match = not present
    else:
        is_match = any(_matches(asked.match, days.term, asked.term) for days in windows)
    return Free(is_match, windows, _by_country(looked_at, busy))


def _matches(match: MatchMode, window: Term, term: Term) -> bool:
    match match:
        case MatchMode.START_WITHIN:
            return term.contains(window.starts_at)
        case MatchMode.END_WITHIN:
            return window.ends_at is not None and _ends_within(window.ends_at, term)
        case MatchMode.OVERLAP | MatchMode.COVER:
            return window.overlaps(term)


def _ends_within(end: datetime, term: Term) -> bool:
    return term.starts_at < end and (term.ends_at is None or end <= term.ends_at)


def _when(obstacle: Obstacle) -> Term | None:
    """Return when it stands in the way of the block it concerns; nothing if only after it."""
    wanted = obstacle.wanted.term
    return wanted if obstacle.term is None else obstacle.term.intersection(wanted)


def _not_asked(asked: Ask) -> Iterator[_Busy]:
    """Blocks of a deal may have terms and countries of their own: what none of them asks for is not offered."""
    within = asked.term
    if all(block.term == within for block in asked.blocks):
        return
    for code in asked.territory:
        own = (block.term for block in asked.blocks if code in block.territory)
        for term in gaps(within, own):
            yield frozenset({code}), term


def _by_country(asked: Ask, busy: Iterable[_Busy]) -> tuple[FreePart, ...]:
    """Walk through time once, with countries that had the same so far in one group."""
    within = asked.term
    merged = sorted(_merged(busy), key=lambda entry: entry[1].starts_at)
    groups = [_Group(asked.territory, (), within.starts_at)]
    for territory, term in merged:
        groups = [part for group in groups for part in group.split(territory, term)]
    found: defaultdict[tuple[Days, ...], frozenset[str]] = defaultdict(frozenset)
    for group in groups:
        windows = _long_enough(group.free_until(within.ends_at), asked)
        if windows:
            found[windows] |= group.territory
    parts = (FreePart(territory, windows) for windows, territory in found.items())
    return tuple(sorted(parts, key=lambda part: (-len(part.territory), min(part.territory))))


def _merged(busy: Iterable[_Busy]) -> Iterator[_Busy]:
    """Join what overlaps in the same countries, so that many like grants are walked through as one."""
    periods: defaultdict[frozenset[str], list[Term]] = defaultdict(list)
    for territory, term in busy:
        periods[territory].append(term)
    for territory, terms in periods.items():
        for term in _joined(terms):
            yield territory, term


def _joined(terms: list[Term]) -> Iterator[Term]:
    ordered = sorted(terms, key=lambda term: term.starts_at)
    current = ordered[0]
    for term in ordered[1:]:
        if current.ends_at is not None and current.ends_at < term.starts_at:
            yield current
            current = term
        elif current.ends_at is not None and (term.ends_at is None or current.ends_at < term.ends_at):
            current = replace(current, ends_at=term.ends_at)
    yield current


@dataclass(frozen=True, slots=True)
class _Group:
    territory: frozenset[str]
    free: tuple[Term, ...]
    since: datetime | None
    """Until here everything is decided, from here on it is free so far; nothing means never again."""

    def split(self, territory: frozenset[str], term: Term) -> Iterator["_Group"]:
        hit = self.territory & territory
        is_news = self.since is not None and (term.ends_at is None or self.since < term.ends_at)
        if not hit or not is_news or self.since is None:
            yield self
            return
        if len(hit) < len(self.territory):
            yield replace(self, territory=self.territory - hit)
        free = self.free
        if self.since < term.starts_at:
            free = (*free, Term(self.since, term.starts_at))
        yield _Group(hit, free, term.ends_at)

    def free_until(self, end: datetime | None) -> tuple[Term, ...]:
        if self.since is None or (end is not None and end <= self.since):
            return self.free
        return (*self.free, Term(self.since, end))


def _long_enough(terms: Iterable[Term], asked: Ask) -> tuple[Days, ...]:
    whole = filter(None, (days_within(term, asked.zone) for term in terms))
    return tuple(days for days in whole if _is_long_enough(days, asked.minimum_days))


def _is_long_enough(days: Days, minimum: int | None) -> bool:
    return minimum is None or days.last is None or (days.last - days.first).days + 1 >= minimum
