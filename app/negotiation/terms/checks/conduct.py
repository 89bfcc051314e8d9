"""Whether what is to be done, counted and shown fits together."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.negotiation.terms.checks.money import Problems
from app.values.components import Component


def wind_down_problems(steps: Sequence[Mapping[str, Any]], days: int) -> Problems:
    found = {
        index: {"within_days": [f"The wind-down lasts {days} days; make it longer, or ask for the step earlier."]}
        for index, step in enumerate(steps)
        if step["within_days"] > days
    }
    return {"steps": found} if found else {}


def cap_problems(caps: Sequence[Mapping[str, Any]], granted: Collection[Component]) -> dict[int, Problems]:
    found: dict[int, Problems] = {}
    seen: dict[Any, int] = {}
    for index, cap in enumerate(caps):
        subject = (cap["unit"], cap["per"], cap["component"])
        if subject in seen:
            found[index] = {"_schema": [f"It counts the same as cap {seen[subject] + 1}; leave one of them out."]}
        elif cap["component"] is not None and cap["component"] not in granted:
            found[index] = {"component": [f"The {cap['component'].value} is not granted; leave this cap out."]}
        seen.setdefault(subject, index)
    return found


def approval_problems(approvals: Sequence[Mapping[str, Any]]) -> dict[int, Problems]:
    stages = [approval["stage"] for approval in approvals]
    return {
        index: {"stage": ["This stage stands here twice; leave one of them out."]}
        for index, stage in enumerate(stages)
        if stage in stages[:index]
    }
