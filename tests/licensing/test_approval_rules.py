"""How long the licensor has, what silence means, and for what the deal asks at all."""

from datetime import UTC, datetime, timedelta

import pytest

from app.licensing.approvals.errors import AlreadyAnswered
from app.licensing.approvals.rules import FOR_ACTIONS, Manner, Subject, answer_until, manner_of, standing_of
from app.licensing.approvals.states import (
    TRANSITIONS,
    ApprovalAnswer,
    ApprovalStanding,
    ApprovalStatus,
    next_status,
)
from app.negotiation.terms.vocabulary import ApprovalStage, Silence
from app.values.survival import PRESETS, Permission

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_an_action_is_asked_for_exactly_where_the_matrix_says_so(preset: str) -> None:
    terms = {"survival": {"matrix": PRESETS[preset].document}, "approvals": []}
    for action, row in PRESETS[preset].matrix.items():
        for phase, permission in row.items():
            expected = FOR_ACTIONS if permission is Permission.APPROVAL else None
            assert manner_of(terms, Subject(action, phase)) == expected


def test_a_stage_is_asked_for_where_the_deal_names_it() -> None:
    terms = {"approvals": [{"stage": "script", "days": 5, "rounds": 3, "silence": "approved"}]}
    assert manner_of(terms, Subject(stage=ApprovalStage.SCRIPT)) == Manner(5, 3, Silence.APPROVED)
    assert manner_of(terms, Subject(stage=ApprovalStage.FINAL)) is None


def test_silence_never_revives_what_has_ended() -> None:
    assert FOR_ACTIONS.silence is Silence.REFUSED


@pytest.mark.parametrize(
    ("asked", "days", "until"),
    [
        ("2026-09-01T12:00", 5, "2026-09-07T04:00"),
        ("2026-09-01T03:59:59.999999", 5, "2026-09-06T04:00"),  # still August in New York
        ("2026-10-30T12:00", 1, "2026-11-01T04:00"),
        ("2026-10-30T12:00", 2, "2026-11-02T05:00"),  # the clocks go back in between
    ],
)
def test_days_to_answer_are_whole_days_of_the_deals_zone(asked: str, days: int, until: str) -> None:
    at, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (asked, until))
    assert answer_until(at, days, "America/New_York") == expected


@pytest.mark.parametrize(
    ("silence", "decided"),
    [
        (Silence.REFUSED, ApprovalStanding.REFUSED_BY_SILENCE),
        (Silence.APPROVED, ApprovalStanding.APPROVED_BY_SILENCE),
    ],
)
def test_silence_decides_at_its_very_instant(silence: Silence, decided: ApprovalStanding) -> None:
    answer_by = datetime(2026, 9, 7, 4, tzinfo=UTC)

    def standing(status: ApprovalStatus, at: datetime) -> ApprovalStanding:
        return standing_of(status, silence=silence, answer_by=answer_by, at=at)

    assert standing(ApprovalStatus.ASKED, answer_by - TICK) is ApprovalStanding.ASKED
    assert standing(ApprovalStatus.ASKED, answer_by) is decided
    assert standing(ApprovalStatus.ASKED, answer_by + TICK) is decided
    for status in set(ApprovalStatus) - {ApprovalStatus.ASKED}:
        assert standing(status, answer_by + TICK).value == status.value


def test_only_two_standings_are_a_yes() -> None:
    assert {standing for standing in ApprovalStanding if standing.is_approved} == {
        ApprovalStanding.APPROVED,
        ApprovalStanding.APPROVED_BY_SILENCE,
    }


def test_an_answer_stays() -> None:
    for status in ApprovalStatus:
        for said in ApprovalAnswer:
            if (status, said) not in TRANSITIONS:
                with pytest.raises(AlreadyAnswered):
                    next_status(status, said)
    assert {status for status, _ in TRANSITIONS} == {ApprovalStatus.ASKED}
