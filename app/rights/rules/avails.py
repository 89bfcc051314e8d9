"""The answer to: is this free? With every reason, the component it concerns, and the cheapest way out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.law.rules.findings import Finding
from app.parties.directives.rules import DirectiveBox
from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import OwnHold, Taken
from app.rights.rules.fixes import Fix, find_fixes
from app.rights.rules.free import Free, free_of, scope_of
from app.rights.rules.obstacles import Obstacle, find_obstacles
from app.rights.rules.rights_in import RightsIn
from app.rights.rules.wording import available_sentence, obstacle_sentence, summary
from app.rights.states import ReasonCode
from app.values.components import Component


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that stands in the way of one component, or (`AVAILABLE`) that nothing does.

    `fix` is the cheapest change that does away with this reason; others may remain.
    """

    code: ReasonCode
    component: Component
    sentence: str
    fix: Fix | None = None
    directives: tuple[DirectiveBox, ...] = ()
    """The performer's wishes that stand in the way."""

    @property
    def is_obstacle(self) -> bool:
        return self.code is not ReasonCode.AVAILABLE


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether all of an ask is free; `reasons` in the order of their codes, then of the components.

    `fixes` are the single changes after which all of it is free, the cheapest first. `free` says when and where it
    is free as it was asked for, and whether that is what was looked for. The answer binds nobody.
    """

    asked: Ask
    sentence: str
    reasons: tuple[Reason, ...]
    fixes: tuple[Fix, ...]
    free: Free
    findings: tuple[Finding, ...] = ()
    """What the law says about the use; it makes nothing less available, but may keep a deal from being signed."""

    @property
    def is_available(self) -> bool:
        return not any(reason.is_obstacle for reason in self.reasons)

    @property
    def limiting_components(self) -> tuple[Component, ...]:
        """Which components of a bundle are not free."""
        limiting = {reason.component for reason in self.reasons if reason.is_obstacle}
        return tuple(component for component in self.asked.components if component in limiting)


def avails(
    *, asked: Ask, rights_in: RightsIn, taken: Iterable[Taken], at: datetime, own: Sequence[OwnHold] = ()
) -> Answer:
    """Say whether everything asked for is free at this instant of asking.

    `taken` may hold more than concerns the ask; blocks that end before its start, and before today where free
    periods are looked for, need not be given, nor the asker's own holds: those are `own`.
    """
    book = tuple(taken)

    def look(asked: Ask, at: datetime) -> list[Obstacle]:
        return find_obstacles(asked=asked, rights_in=rights_in, taken=book, at=at, own=own)

    obstacles = look(asked, at)
    grouped: defaultdict[_Key, list[Obstacle]] = defaultdict(list)
    for obstacle in obstacles:
        grouped[_key(obstacle)].append(obstacle)
    in_the_way = {key: group for key, group in grouped.items() if any(o.is_present for o in group)}
    scope = scope_of(asked, at)
    free = free_of(asked, scope, obstacles if scope is asked else look(scope, at))
    whole = (
        find_fixes(
            asked=asked, obstacles=obstacles, rights_in=rights_in, at=at, look_again=lambda at: look(asked, at)
        )
        if in_the_way
        else []
    )
    reasons = [
        *(_reason(asked, at, key, group, rights_in, look) for key, group in in_the_way.items()),
        *_free_components(asked, {component for _, component in in_the_way}),
    ]
    reasons.sort(key=lambda reason: (reason.code.order, list(Component).index(reason.component)))
    sentence = summary(asked, whole, is_free=not in_the_way, windows=free.windows)
    return Answer(asked, sentence, tuple(reasons), tuple(whole), free)


_Key = tuple[ReasonCode, Component]


def _key(obstacle: Obstacle) -> _Key:
    return obstacle.code, obstacle.component


def _free_components(asked: Ask, limiting: set[Component]) -> list[Reason]:
    free = [component for component in asked.components if component not in limiting]
    return [Reason(ReasonCode.AVAILABLE, component, available_sentence(component, asked)) for component in free]


def _reason(
    asked: Ask,
    at: datetime,
    key: _Key,
    group: Sequence[Obstacle],
    rights_in: RightsIn,
    look: Callable[[Ask, datetime], list[Obstacle]],
) -> Reason:
    code, component = key
    present = [obstacle for obstacle in group if obstacle.is_present]
    fixes = find_fixes(
        asked=asked,
        obstacles=group,
        rights_in=rights_in,
        at=at,
        look_again=lambda at: [obstacle for obstacle in look(asked, at) if _key(obstacle) == key],
    )
    sentence = obstacle_sentence(code=code, component=component, obstacles=present, asked=asked)
    wishes = {obstacle.directive.id: obstacle.directive for obstacle in present if obstacle.directive is not None}
    return Reason(code, component, sentence, fixes[0] if fixes else None, tuple(wishes.values()))
