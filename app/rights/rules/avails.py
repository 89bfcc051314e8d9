"""The answer to: is this free? With every reason, the component it concerns, and the cheapest way out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import Taken
from app.rights.rules.fixes import Fix, find_fixes
from app.rights.rules.obstacles import Obstacle, find_obstacles
from app.rights.rules.rights_in import RightsIn
from app.rights.rules.wording import available_sentence, obstacle_sentence, phrase
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

    @property
    def is_obstacle(self) -> bool:
        return self.code is not ReasonCode.AVAILABLE


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether all of an ask is free; `reasons` in the order of their codes, then of the components.

    `fixes` are the single changes after which all of it is free, the cheapest first. The answer binds nobody.
    """

    asked: Ask
    sentence: str
    reasons: tuple[Reason, ...]
    fixes: tuple[Fix, ...]

    @property
    def is_available(self) -> bool:
        return not any(reason.is_obstacle for reason in self.reasons)

    @property
    def limiting_components(self) -> tuple[Component, ...]:
        """Which components of a bundle are not free."""
        limiting = {reason.component for reason in self.reasons if reason.is_obstacle}
        return tuple(component for component in self.asked.components if component in limiting)


def avails(*, asked: Ask, rights_in: RightsIn, taken: Iterable[Taken], at: datetime) -> Answer:
    """Say whether everything asked for is free at this instant of asking.

    `taken` may hold more than concerns the ask; blocks that end before its start need not be given.
    """
    obstacles = find_obstacles(asked=asked, rights_in=rights_in, taken=taken, at=at)
    grouped: defaultdict[tuple[ReasonCode, Component], list[Obstacle]] = defaultdict(list)
    for obstacle in obstacles:
        grouped[obstacle.code, obstacle.component].append(obstacle)
    in_the_way = {key: group for key, group in grouped.items() if any(o.is_present for o in group)}
    free = set(asked.components) - {component for _, component in in_the_way}
    whole = find_fixes(asked=asked, obstacles=obstacles, rights_in=rights_in) if in_the_way else []
    reasons = [
        *(_reason(asked, code, component, group, rights_in) for (code, component), group in in_the_way.items()),
        *(Reason(ReasonCode.AVAILABLE, component, available_sentence(component, asked)) for component in free),
    ]
    reasons.sort(key=lambda reason: (reason.code.order, list(Component).index(reason.component)))
    return Answer(asked, _summary(asked, whole, is_free=not in_the_way), tuple(reasons), tuple(whole))


def _reason(
    asked: Ask, code: ReasonCode, component: Component, group: Sequence[Obstacle], rights_in: RightsIn
) -> Reason:
    present = [obstacle for obstacle in group if obstacle.is_present]
    fixes = find_fixes(asked=asked, obstacles=group, rights_in=rights_in)
    sentence = obstacle_sentence(code=code, component=component, obstacles=present, asked=asked)
    return Reason(code, component, sentence, fixes[0] if fixes else None)


def _summary(asked: Ask, fixes: Sequence[Fix], *, is_free: bool) -> str:
    if is_free:
        return "All of it is free."
    if not fixes:
        return "Not all of it is free, and no single change makes it so; the reasons say what each part needs."
    return f"Not all of it is free. Free {', or '.join(phrase(fix, zone=asked.zone) for fix in fixes)}."
