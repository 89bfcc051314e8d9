"""Whether parts add up to what they are parts of, and stand in order."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

Problems = dict[str, Any]
"""Field to sentences, or to the problems of its members: what marshmallow's ValidationError takes."""


def instalment_problems(parts: Sequence[Mapping[str, Any]], whole_minor: int, of: str) -> Problems:
    """Parts add up to the whole; only the first may be due at signature, and later ones follow by date."""
    if not parts:
        return {}
    found: dict[Any, Any] = {}
    for index, (before, part) in enumerate(pairwise(parts), start=1):
        if part["due_on"] is None:
            found[index] = {"due_on": ["Only the first part is due at signature; name the day of this one."]}
        elif before["due_on"] is not None and part["due_on"] <= before["due_on"]:
            found[index] = {"due_on": [f"It must lie after the part before, {before['due_on']}."]}
    if found:
        return {"instalments": found}
    return _sum_problem("instalments", parts, whole_minor, f"The parts add up to {{total}}, {of} is {{whole}}.")


def guarantee_problems(tests: Sequence[Mapping[str, Any]], whole_minor: int) -> Problems:
    """Floors add up to the guarantee, and tests follow each other by date."""
    found = {
        index: {"test_on": [f"It must lie after the test before, {before['test_on']}."]}
        for index, (before, test) in enumerate(pairwise(tests), start=1)
        if test["test_on"] <= before["test_on"]
    }
    if found:
        return {"schedule": found}
    return _sum_problem("schedule", tests, whole_minor, "The floors add up to {total}, the guarantee is {whole}.")


def guarantee_days_problems(
    tests: Sequence[Mapping[str, Any]], first_day: date, latest_day: date
) -> dict[int, Problems]:
    """Earnings are tested while there can be any."""
    return {
        index: {"test_on": [f"A test lies within the license and its sell-off, {first_day} to {latest_day}."]}
        for index, test in enumerate(tests)
        if not first_day <= test["test_on"] <= latest_day
    }


def _sum_problem(field: str, parts: Sequence[Mapping[str, Any]], whole_minor: int, sentence: str) -> Problems:
    total = sum(part["amount_minor"] for part in parts)
    if total == whole_minor:
        return {}
    told = sentence.format(total=f"{total:,}", whole=f"{whole_minor:,}")
    return {field: [f"{told} Both count minor units; change one of them by {abs(total - whole_minor):,}."]}
