"""From terms and an end to the days of the calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.licensing.closing.rules.calendar import (
    End,
    Holding,
    PlannedDuty,
    end_of_days_after,
    last_day_of,
    plan_calendar,
)
from app.licensing.closing.rules.standing import announcements, is_escalated, state_of
from app.licensing.closing.states import DutyKind, DutyState, DutyStep, Proof
from app.values.term import parse_instant

NEW_YORK = "America/New_York"
STARTS_AT = parse_instant("2026-06-15T04:00:00Z")
ENDS_AT = parse_instant("2027-01-01T05:00:00Z")
UNTIL = parse_instant("2027-04-01T04:00:00Z")
TICK, DAY = timedelta(microseconds=1), timedelta(days=1)
HERE = [Holding("pty_s", None)]
NO_ROYALTY = {"rate_bps": 0, "rules": [], "escalator": None}


def terms(**changes: Any) -> dict[str, Any]:
    return {
        "term": {"zone": NEW_YORK},
        "wind_down": {"days": 60, "steps": [{"step": "Take it down", "within_days": 14, "needs_evidence": True}]},
        "sell_off": {"days": 90, "inventory_days_before_end": 30},
        "deletion": {
            "covers": ["derived_models", "delivered_copies"],
            "within_days": 30,
            "needs_certificate": True,
        },
        "extension": {"exercise_from_days": 90, "exercise_until_days": 30},
        "first_refusal": {"from_days": 120, "until_days": 60},
        "royalty": {"rate_bps": 250, "rules": [], "escalator": None},
        "reporting": {"schedule": "quarterly", "due_days": 45},
    } | changes


def plan(end: End | None = None, holdings: list[Holding] | None = None, **changes: Any) -> dict[str, PlannedDuty]:
    found = plan_calendar(
        terms(**changes), end=end or End(ENDS_AT, UNTIL), starts_at=STARTS_AT, holdings=holdings or HERE
    )
    assert found == sorted(found, key=lambda duty: duty.due_at)
    return {
        f"{duty.kind.value} {duty.key if duty.kind is DutyKind.DESTRUCTION else ''}".strip(): duty for duty in found
    }


def days(planned: dict[str, PlannedDuty]) -> dict[str, str]:
    return {name: f"{duty.due_at:%Y-%m-%d %H:%M}" for name, duty in planned.items()}


def test_a_term_that_runs_out_has_all_its_days() -> None:
    assert days(plan()) == {
        "first_refusal_opens": "2026-09-03 05:00",
        "first_refusal_closes": "2026-11-02 05:00",
        "extension_opens": "2026-10-03 05:00",
        "extension_closes": "2026-12-02 05:00",
        "inventory": "2026-12-02 05:00",
        "license_ends": "2027-01-01 05:00",
        "wind_down_step": "2027-01-15 05:00",
        "winding_down_ends": "2027-04-01 04:00",
        "destruction pty_s": "2027-05-01 04:00",
        "final_report": "2027-05-16 04:00",
    }


def test_what_is_not_agreed_is_not_in_the_calendar() -> None:
    none = {"days": 0, "steps": []}
    gone = {"covers": [], "within_days": 0, "needs_certificate": False}
    planned = plan(
        End(ENDS_AT, None),
        wind_down=none,
        sell_off=None,
        deletion=gone,
        extension=None,
        first_refusal=None,
        royalty=NO_ROYALTY,
    )
    assert list(planned) == ["license_ends"]


def test_a_termination_counts_from_its_own_instant_and_leaves_no_time_to_sell_off() -> None:
    at = parse_instant("2026-09-10T20:30:00Z")
    planned = plan(End(ENDS_AT, UNTIL, at))
    assert days(planned) == {
        "license_ends": "2026-09-10 20:30",
        "wind_down_step": "2026-09-25 04:00",
        "destruction pty_s": "2026-10-11 04:00",
        "final_report": "2026-11-15 05:00",
    }
    assert planned["wind_down_step"].opens_at == at


def test_a_termination_while_winding_down_brings_the_destruction_forward_and_moves_no_step() -> None:
    at = parse_instant("2027-02-10T12:00:00Z")
    planned = days(plan(End(ENDS_AT, UNTIL, at)))
    assert planned["license_ends"] == "2027-01-01 05:00"
    assert planned["wind_down_step"] == "2027-01-15 05:00"
    assert planned["winding_down_ends"] == "2027-02-10 12:00"
    assert planned["destruction pty_s"] == "2027-03-13 05:00"


def test_a_termination_after_the_winding_down_changes_nothing() -> None:
    assert days(plan(End(ENDS_AT, UNTIL, UNTIL + DAY))) == days(plan())


def test_each_licensee_destroys_what_it_received() -> None:
    handed_on_at = parse_instant("2026-10-05T12:00:00Z")
    planned = plan(holdings=[Holding("pty_old", handed_on_at), Holding("pty_s", None)])
    former, today = planned["destruction pty_old"], planned["destruction pty_s"]
    assert (former.party_id, former.opens_at) == ("pty_old", handed_on_at)
    assert f"{former.due_at:%Y-%m-%d %H:%M}" == "2026-11-05 05:00"
    assert (today.party_id, today.opens_at) == ("pty_s", UNTIL)
    assert planned["wind_down_step"].party_id == "pty_s"


def test_a_licensee_who_came_back_destroys_once_from_the_end() -> None:
    away = [Holding("pty_s", STARTS_AT + DAY), Holding("pty_b", STARTS_AT + 9 * DAY), Holding("pty_s", None)]
    planned = plan(holdings=away)
    assert planned["destruction pty_s"].opens_at == UNTIL
    assert planned["destruction pty_b"].opens_at == STARTS_AT + 9 * DAY


@pytest.mark.parametrize(
    ("instant", "zone", "last", "after_one"),
    [
        ("2027-01-01T05:00:00Z", NEW_YORK, "2026-12-31", "2027-01-02T05:00:00Z"),
        ("2027-01-01T05:00:00.000001Z", NEW_YORK, "2027-01-01", "2027-01-03T05:00:00Z"),
        ("2027-01-01T04:59:59.999999Z", NEW_YORK, "2026-12-31", "2027-01-02T05:00:00Z"),
        ("2027-03-14T05:00:00Z", NEW_YORK, "2027-03-13", "2027-03-15T04:00:00Z"),
        ("2026-11-01T04:00:00Z", NEW_YORK, "2026-10-31", "2026-11-02T05:00:00Z"),
        ("2027-03-27T23:00:00Z", "Europe/Berlin", "2027-03-27", "2027-03-28T22:00:00Z"),
        ("2026-12-31T11:00:00Z", "Pacific/Auckland", "2026-12-31", "2027-01-01T11:00:00Z"),
    ],
)  # fmt: skip
def test_days_after_an_end_are_those_of_the_zone(instant: str, zone: str, last: str, after_one: str) -> None:
    assert last_day_of(parse_instant(instant), zone).isoformat() == last
    assert end_of_days_after(parse_instant(instant), 1, zone) == parse_instant(after_one)


@pytest.mark.parametrize(
    ("schedule", "period", "due"),
    [
        ("monthly", "2027-03-01 to 2027-03-31", "2027-05-16"),
        ("quarterly", "2027-01-01 to 2027-03-31", "2027-05-16"),
        ("semiannual", "2027-01-01 to 2027-06-30", "2027-08-15"),
        ("annual", "2027-01-01 to 2027-12-31", "2028-02-15"),
    ],
)
def test_the_final_report_is_that_of_the_period_of_the_last_sales(schedule: str, period: str, due: str) -> None:
    report = plan(reporting={"schedule": schedule, "due_days": 45})["final_report"]
    assert report.title.endswith(period)
    assert f"{report.due_at:%Y-%m-%d}" == due
    assert report.proof is Proof.REPORT


def test_two_steps_of_the_same_words_stand_side_by_side() -> None:
    step = {"step": "Take it down", "within_days": 14, "needs_evidence": True}
    found = plan_calendar(
        terms(wind_down={"days": 60, "steps": [step, step]}),
        end=End(ENDS_AT, UNTIL),
        starts_at=STARTS_AT,
        holdings=HERE,
    )
    keys = [duty.key for duty in found if duty.kind is DutyKind.WIND_DOWN_STEP]
    assert len(keys) == len(set(keys)) == 2


def test_a_window_that_began_before_the_license_opens_with_it_and_one_that_was_over_is_none() -> None:
    begins = ENDS_AT - 45 * DAY
    found = plan_calendar(terms(), end=End(ENDS_AT, UNTIL), starts_at=begins, holdings=HERE)
    opened = {duty.kind: duty.due_at for duty in found}
    assert opened[DutyKind.EXTENSION_OPENS] == begins
    assert DutyKind.FIRST_REFUSAL_OPENS not in opened
    assert opened[DutyKind.INVENTORY] == ENDS_AT - 30 * DAY


class Duty:
    opens_at, due_at, done_at = ENDS_AT, ENDS_AT + 14 * DAY, None
    proof = Proof.EVIDENCE


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (ENDS_AT - TICK, DutyState.UPCOMING),
        (ENDS_AT, DutyState.DUE),
        (ENDS_AT + 14 * DAY - TICK, DutyState.DUE),
        (ENDS_AT + 14 * DAY, DutyState.OVERDUE),
    ],
)
def test_a_duty_stands_as_the_clock_says(at: datetime, state: DutyState) -> None:
    assert state_of(Duty(), at=at) is state


def test_what_nobody_need_show_is_never_overdue() -> None:
    duty = Duty()
    duty.proof = Proof.NOTHING
    assert state_of(duty, at=Duty.due_at) is DutyState.PASSED
    assert not is_escalated(duty, at=Duty.due_at + 400 * DAY)
    assert list(announcements(duty)) == [DutyStep.SOON, DutyStep.REACHED]


def test_nothing_to_destroy_is_done_from_the_end_on() -> None:
    assert state_of(Duty(), at=ENDS_AT - TICK, is_nothing_left=True) is DutyState.UPCOMING
    assert state_of(Duty(), at=ENDS_AT + 99 * DAY, is_nothing_left=True) is DutyState.DONE


def test_administrators_look_at_it_after_thirty_days() -> None:
    assert not is_escalated(Duty(), at=Duty.due_at + 30 * DAY - TICK)
    assert is_escalated(Duty(), at=Duty.due_at + 30 * DAY)
    assert announcements(Duty()) == {
        DutyStep.SOON: Duty.due_at - 7 * DAY,
        DutyStep.OVERDUE: Duty.due_at,
        DutyStep.OVERDUE_7_DAYS: Duty.due_at + 7 * DAY,
        DutyStep.OVERDUE_30_DAYS: Duty.due_at + 30 * DAY,
    }


def test_utc_is_a_zone_as_any_other() -> None:
    assert end_of_days_after(datetime(2027, 1, 1, tzinfo=UTC), 0, "UTC") == datetime(2027, 1, 1, tzinfo=UTC)
