"""When a check-in is due, and what its lateness stops."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.licensing.rules.checkins import CheckInRhythm
from app.licensing.rules.codes import Code
from app.licensing.rules.decision import decide, decide_access, phase, standing
from app.licensing.states import LicenseStatus
from app.licensing.terms import compile_document
from app.values.survival import PRESETS, Action, Phase
from tests.factories.decisions import DURING, END, FACTS, START, TICK, USE, code, deal_document

DAY = timedelta(days=1)
RHYTHM = CheckInRhythm(every=DAY, grace=timedelta(hours=6))
PAID = START - timedelta(days=10)


@pytest.mark.parametrize(
    ("activated_at", "checked_in_at", "at", "due_at"),
    [
        (PAID, None, START, START + DAY),
        (PAID, None, PAID, START + DAY),
        (DURING, None, DURING + DAY * 9, DURING + DAY),
        (None, None, START, START + DAY),
        (PAID, START - DAY, START, START + DAY),
        (PAID, DURING, DURING, DURING + DAY),
        (DURING, DURING - DAY, DURING, DURING + DAY),
        (PAID, DURING, DURING + DAY * 40, DURING + DAY),
        (PAID, DURING + DAY * 300, DURING, DURING + DAY),
        (DURING + DAY, None, DURING, DURING + DAY),
        (DURING + DAY, None, START - DAY, START + DAY),
    ],
)
def test_an_interval_counts_from_the_last_check_in_or_from_when_the_license_began(
    activated_at: datetime | None, checked_in_at: datetime | None, at: datetime, due_at: datetime
) -> None:
    found = RHYTHM.due_at(begins_at=START, activated_at=activated_at, checked_in_at=checked_in_at, at=at)
    assert found == due_at


LAPSES = DURING + timedelta(hours=6)
LATE = replace(FACTS, check_in_due_at=DURING, check_in_lapses_at=LAPSES)


def test_a_late_check_in_stops_the_license_when_its_grace_is_over() -> None:
    for at, expected in ((DURING, Code.ALLOWED), (LAPSES - TICK, Code.ALLOWED), (LAPSES, Code.CHECK_IN_OVERDUE)):
        found = decide(license=LATE, use=USE, at=at)
        assert found.code is expected
        assert standing(license=LATE, at=at) is expected
        assert decide_access(license=LATE, at=at).code is expected
    assert found.sentence == (
        "A check-in was due at 2026-09-01 00:00 UTC; until the next one the license does not allow to generate."
    )


def test_no_answer_is_relied_on_beyond_the_next_check_in_nor_beyond_its_grace() -> None:
    minute = timedelta(minutes=1)
    assert decide(license=LATE, use=USE, at=DURING - minute).valid_until == DURING
    assert decide(license=LATE, use=USE, at=LAPSES - minute).valid_until == LAPSES
    assert decide(license=LATE, use=USE, at=LAPSES).valid_until == LAPSES + 5 * minute


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("action", Action)
def test_meanwhile_the_license_allows_what_a_suspended_one_does(preset: str, action: Action) -> None:
    late = replace(LATE, survival=PRESETS[preset].matrix)
    use = replace(USE, action=action)
    assert phase(license=late, at=LAPSES) is Phase.SUSPENDED
    suspended = replace(late, status=LicenseStatus.SUSPENDED)
    found, expected = (decide(license=license, use=use, at=LAPSES).code for license in (late, suspended))
    assert found is (Code.CHECK_IN_OVERDUE if expected is Code.SUSPENDED else expected)


def test_a_deal_that_asks_for_none_is_never_overdue() -> None:
    assert code(END - TICK) is Code.ALLOWED
    assert compile_document(deal_document()).check_in is None


def test_the_rhythm_is_read_from_the_deal() -> None:
    document = deal_document() | {"check_in": {"every_hours": 24, "grace_hours": 6}}
    terms = compile_document(document)
    assert terms.check_in == RHYTHM
    facts = terms.facts(status=LicenseStatus.ACTIVE, authority_ends_at=None, check_in_due_at=DURING)
    assert (facts.check_in_due_at, facts.check_in_lapses_at) == (DURING, LAPSES)
