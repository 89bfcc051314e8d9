"""The order of codes: whatever fails together, the first in the order is the answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from types import MappingProxyType
from typing import Any

import pytest

from app.licensing.rules.codes import Code
from app.licensing.rules.decision import decide, unknown_license
from app.licensing.rules.facts import Approved, QuotaLeft
from app.licensing.states import LicenseStatus
from app.negotiation.terms.vocabulary import CapUnit, GuardContext
from app.values.components import Axis, Component
from app.values.survival import PRESETS, Action, Permission, Phase
from tests.factories.decisions import DURING, END, FACTS, START, TICK, USE, block, code

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOBACCO = frozenset({GuardContext.TOBACCO})
WITH_APPROVAL = MappingProxyType(
    {**PRESETS["game"].matrix, Action.GENERATE: dict.fromkeys(Phase, Permission.APPROVAL)}
)
NO_LINES = QuotaLeft(cap=1, unit=CapUnit.LINES, component=None, left=0)

Failure = tuple[dict[str, Any], dict[str, Any], datetime]
"""What is wrong with the license, what with the use, and at which instant."""

FAILURES: dict[Code, Failure] = {
    Code.TERMINATED: ({"status": LicenseStatus.TERMINATED}, {}, DURING),
    Code.SUSPENDED: ({"status": LicenseStatus.SUSPENDED}, {}, DURING),
    Code.UNPAID: ({"status": LicenseStatus.AWAITING_PAYMENT}, {}, DURING),
    Code.NOT_STARTED: ({}, {}, START - TICK),
    Code.EXPIRED: ({}, {}, END),
    Code.AUTHORITY_ENDED: ({"authority_ends_at": LONG_AGO}, {}, DURING),
    Code.CHECK_IN_OVERDUE: ({"check_in_due_at": LONG_AGO, "check_in_lapses_at": LONG_AGO}, {}, DURING),
    Code.COMPONENT_NOT_GRANTED: ({}, {"component": Component.FACE}, DURING),
    Code.AXIS_NOT_CONSENTED: ({}, {"axis": Axis.REALTIME}, DURING),
    Code.MEDIA_NOT_GRANTED: ({}, {"medium": "film.theatrical"}, DURING),
    Code.TERRITORY_NOT_GRANTED: ({}, {"territory": "US"}, DURING),
    Code.CATEGORY_NOT_GRANTED: ({"grants": (block(categories=frozenset({"beverages"})),)}, {}, DURING),
    Code.PROHIBITED: ({"guard": TOBACCO}, {"contexts": TOBACCO}, DURING),
    Code.APPROVAL_REQUIRED: ({"survival": WITH_APPROVAL}, {}, DURING),
    Code.QUOTA_EXHAUSTED: ({"quotas": (NO_LINES,)}, {"amounts": ((CapUnit.LINES, 1),)}, DURING),
}
STATUSES = {Code.TERMINATED, Code.SUSPENDED, Code.UNPAID}
BY_MATRIX = STATUSES - {Code.UNPAID} | {Code.EXPIRED, Code.AUTHORITY_ENDED, Code.CHECK_IN_OVERDUE}


def exclude_each_other(one: Code, other: Code) -> bool:
    """A license has one status, no instant lies on both sides of a term, a cell says either no or with approval."""
    pair = {one, other}
    return (
        pair <= STATUSES
        or pair == {Code.NOT_STARTED, Code.EXPIRED}
        or (Code.APPROVAL_REQUIRED in pair and bool(pair & BY_MATRIX))
    )


def answer(*failures: Code) -> Code:
    facts, use, at = dict[str, Any](), dict[str, Any](), DURING
    for failure in failures:
        wrong, asked, when = FAILURES[failure]
        facts, use, at = facts | wrong, use | asked, when if when != DURING else at
    return code(at, use=replace(USE, **use), **facts)


def test_every_code_that_a_license_can_give_is_here() -> None:
    assert [*FAILURES] == [each for each in Code if each not in {Code.NOT_FOUND, Code.ALLOWED}]
    assert [each.value for each in Code] == [
        "NOT_FOUND",
        "TERMINATED",
        "SUSPENDED",
        "UNPAID",
        "NOT_STARTED",
        "EXPIRED",
        "AUTHORITY_ENDED",
        "CHECK_IN_OVERDUE",
        "COMPONENT_NOT_GRANTED",
        "AXIS_NOT_CONSENTED",
        "MEDIA_NOT_GRANTED",
        "TERRITORY_NOT_GRANTED",
        "CATEGORY_NOT_GRANTED",
        "PROHIBITED",
        "APPROVAL_REQUIRED",
        "QUOTA_EXHAUSTED",
        "ALLOWED",
    ]


@pytest.mark.parametrize("alone", FAILURES)
def test_each_failure_alone_gives_its_code(alone: Code) -> None:
    assert answer(alone) is alone


@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in combinations(FAILURES, 2) if not exclude_each_other(*pair)]
)
def test_of_two_failures_the_first_in_the_order_is_named(first: Code, second: Code) -> None:
    assert answer(first, second) is first
    assert answer(second, first) is first


@pytest.mark.parametrize("standing", sorted(BY_MATRIX))
def test_where_the_matrix_asks_for_approval_that_is_the_answer(standing: Code) -> None:
    assert answer(standing, Code.APPROVAL_REQUIRED) is Code.APPROVAL_REQUIRED


def test_a_license_that_is_not_there_has_an_answer_too() -> None:
    found = unknown_license(at=DURING)
    assert (found.code, found.is_allowed, found.valid_until) == (
        Code.NOT_FOUND,
        False,
        DURING + timedelta(minutes=5),
    )


def test_a_guarded_context_is_named() -> None:
    guard = frozenset({GuardContext.TOBACCO, GuardContext.OWN_DEATH, GuardContext.HATE_SPEECH})
    use = replace(USE, contexts=frozenset({GuardContext.OWN_DEATH, GuardContext.TOBACCO, GuardContext.CRIME}))
    found = decide(license=replace(FACTS, guard=guard), use=use, at=DURING)
    assert (found.code, found.obligations) == (Code.PROHIBITED, ())
    assert found.sentence == (
        "The deal never allows the likeness in the context of tobacco or of the performer's death, illness or "
        "funeral."
    )
    free = replace(USE, contexts=frozenset({GuardContext.CRIME}))
    assert decide(license=replace(FACTS, guard=guard), use=free, at=DURING).is_allowed


@pytest.mark.parametrize("context", GuardContext)
def test_every_context_is_refused_where_it_is_guarded_and_only_there(context: GuardContext) -> None:
    use = replace(USE, contexts=frozenset({context}))
    assert code(use=use, guard=frozenset({context})) is Code.PROHIBITED
    assert code(use=use, guard=frozenset(GuardContext) - {context}) is Code.ALLOWED


def test_an_approval_that_was_given_makes_a_yes_of_this_action_alone() -> None:
    given = frozenset({Approved("apr_1", Action.GENERATE)})
    asked = replace(USE, approval_id="apr_1")
    assert code(use=asked, survival=WITH_APPROVAL, approved=given) is Code.ALLOWED
    assert code(use=USE, survival=WITH_APPROVAL, approved=given) is Code.APPROVAL_REQUIRED
    other = replace(USE, approval_id="apr_2")
    assert code(use=other, survival=WITH_APPROVAL, approved=given) is Code.APPROVAL_REQUIRED
    patch = replace(asked, action=Action.PATCH)
    assert code(END, use=patch, approved=given) is Code.APPROVAL_REQUIRED
    assert code(END, use=patch, approved=frozenset({Approved("apr_1", Action.PATCH)})) is Code.ALLOWED


def test_an_approval_opens_nothing_that_the_matrix_denies() -> None:
    given = frozenset({Approved("apr_1", action) for action in Action})
    assert code(END, use=replace(USE, approval_id="apr_1"), approved=given) is Code.EXPIRED


@pytest.mark.parametrize(
    ("left", "asked", "expected"),
    [
        (20, 20, Code.ALLOWED),
        (20, 21, Code.QUOTA_EXHAUSTED),
        (1, 0, Code.ALLOWED),
        (0, 0, Code.QUOTA_EXHAUSTED),
        (0, 1, Code.QUOTA_EXHAUSTED),
        (-5, 0, Code.QUOTA_EXHAUSTED),
    ],
)
def test_no_more_is_allowed_than_is_left(left: int, asked: int, expected: Code) -> None:
    quotas = (QuotaLeft(cap=1, unit=CapUnit.LINES, component=None, left=left),)
    assert code(use=replace(USE, amounts=((CapUnit.LINES, asked),)), quotas=quotas) is expected
    assert code(use=replace(USE, amounts=((CapUnit.WORDS, asked),)), quotas=quotas) is Code.ALLOWED
    assert code(quotas=quotas) is Code.ALLOWED


def test_a_cap_of_another_component_says_nothing() -> None:
    face = QuotaLeft(cap=1, unit=CapUnit.LINES, component=Component.FACE, left=0)
    voice = QuotaLeft(cap=2, unit=CapUnit.LINES, component=Component.VOICE, left=5)
    use = replace(USE, amounts=((CapUnit.LINES, 5),))
    assert code(use=use, quotas=(face, voice)) is Code.ALLOWED
    assert code(use=replace(use, amounts=((CapUnit.LINES, 6),)), quotas=(face, voice)) is Code.QUOTA_EXHAUSTED


def test_the_cap_that_is_used_up_is_named_and_the_answer_ends_when_it_resets() -> None:
    soon = DURING + timedelta(minutes=2)
    quotas = (
        QuotaLeft(cap=1, unit=CapUnit.WORDS, component=None, left=900),
        QuotaLeft(cap=2, unit=CapUnit.LINES, component=None, left=3, resets_at=soon),
    )
    use = replace(USE, amounts=((CapUnit.WORDS, 100), (CapUnit.LINES, 4)))
    found = decide(license=replace(FACTS, quotas=quotas), use=use, at=DURING)
    assert found.sentence == (
        "Cap 2 of the deal has 3 lines left and 4 asked for; counting starts anew at 2026-09-01 00:02 UTC."
    )
    assert found.valid_until == soon
