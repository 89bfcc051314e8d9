"""When a license ends for a breach, and which days of suspension can be added to a term."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.licensing.standing.rules import (
    Agreed,
    Span,
    countable_days,
    days_of,
    is_cure_over,
    may_end_for,
    refusal_to_end,
    suspended_spans,
)
from app.licensing.standing.states import BreachAction, BreachStatus, next_breach_status
from app.licensing.states import IllegalTransition, LicenseAction

ZONE = "America/New_York"
NOON = datetime(2026, 9, 1, 16, tzinfo=UTC)
CURE_UNTIL = datetime(2026, 10, 1, 16, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Breach:
    status: BreachStatus = BreachStatus.NOTICED
    cure_until: datetime = CURE_UNTIL
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    action: LicenseAction
    changed_at: datetime


def test_the_time_to_cure_is_over_at_its_instant_and_only_for_what_is_not_settled() -> None:
    assert not is_cure_over(Breach(), at=CURE_UNTIL - TICK)
    assert is_cure_over(Breach(), at=CURE_UNTIL)
    assert not is_cure_over(Breach(BreachStatus.CURED), at=CURE_UNTIL)
    assert not is_cure_over(Breach(BreachStatus.WITHDRAWN), at=CURE_UNTIL)


@pytest.mark.parametrize(
    ("status", "answered_at", "at", "code"),
    [
        (BreachStatus.NOTICED, None, CURE_UNTIL - TICK, "cure_period_running"),
        (BreachStatus.NOTICED, None, CURE_UNTIL, None),
        (BreachStatus.ANSWERED, CURE_UNTIL - TICK, CURE_UNTIL - TICK, "cure_period_running"),
        (BreachStatus.ANSWERED, CURE_UNTIL - TICK, CURE_UNTIL, "cure_unanswered"),
        (BreachStatus.ANSWERED, CURE_UNTIL, CURE_UNTIL, None),
        (BreachStatus.NOT_CURED, NOON, CURE_UNTIL - TICK, "cure_period_running"),
        (BreachStatus.NOT_CURED, NOON, CURE_UNTIL, None),
        (BreachStatus.CURED, NOON, CURE_UNTIL, "no_breach_told"),
        (BreachStatus.WITHDRAWN, None, CURE_UNTIL, "no_breach_told"),
    ],
)
def test_what_stands_in_the_way_of_an_end_for_a_breach(
    status: BreachStatus, answered_at: datetime | None, at: datetime, code: str | None
) -> None:
    refused = refusal_to_end([Breach(status, answered_at=answered_at)], at=at, cure_days=30)
    assert (refused.code if refused else None) == code


def test_where_no_time_to_cure_is_agreed_only_a_breach_that_was_told_stands_in_the_way() -> None:
    assert refusal_to_end([], at=NOON, cure_days=0) is None
    for status in (BreachStatus.CURED, BreachStatus.WITHDRAWN):
        assert refusal_to_end([Breach(status)], at=NOON, cure_days=0) is None
    running = refusal_to_end([Breach()], at=NOON, cure_days=0)
    assert running is not None
    assert running.code == "cure_period_running"


@pytest.mark.parametrize(
    ("days", "said"), [(1, "gives the licensee 1 day to"), (14, "gives the licensee 14 days to")]
)
def test_what_a_licensor_that_told_of_no_breach_can_do_is_said(days: int, said: str) -> None:
    refused = refusal_to_end([], at=NOON, cure_days=days)
    assert refused is not None
    assert (refused.status, refused.code) == (409, "no_breach_told")
    assert said in refused.detail
    assert "tell the licensee of the breach first" in refused.detail
    assert "agree on an earlier end" in refused.detail


def test_one_breach_that_was_not_cured_is_enough() -> None:
    running = Breach(cure_until=CURE_UNTIL + 30 * DAY)
    assert may_end_for(Breach(), at=CURE_UNTIL)
    assert refusal_to_end([Breach(), running], at=CURE_UNTIL, cure_days=30) is None


def test_the_steps_of_a_breach() -> None:
    assert next_breach_status(BreachStatus.NOTICED, BreachAction.ANSWER) is BreachStatus.ANSWERED
    assert next_breach_status(BreachStatus.NOT_CURED, BreachAction.ANSWER) is BreachStatus.ANSWERED
    with pytest.raises(IllegalTransition):
        next_breach_status(BreachStatus.NOTICED, BreachAction.ACCEPT)
    for status in (BreachStatus.CURED, BreachStatus.WITHDRAWN):
        for action in BreachAction:
            with pytest.raises(IllegalTransition):
                next_breach_status(status, action)


def test_spans_follow_from_the_changes_and_an_open_one_counts_up_to_now() -> None:
    changes = [
        Change(LicenseAction.ACTIVATE, NOON - DAY),
        Change(LicenseAction.SUSPEND, NOON),
        Change(LicenseAction.REINSTATE, NOON + DAY),
        Change(LicenseAction.SUSPEND, NOON + 3 * DAY),
    ]
    assert suspended_spans(changes, at=NOON + 5 * DAY, is_suspended=True) == [
        Span(NOON, NOON + DAY),
        Span(NOON + 3 * DAY, NOON + 5 * DAY),
    ]
    ended = [*changes, Change(LicenseAction.TERMINATE, NOON + 4 * DAY)]
    assert suspended_spans(ended, at=NOON + 9 * DAY, is_suspended=False)[-1] == Span(NOON + 3 * DAY, NOON + 4 * DAY)


def test_a_clock_that_was_set_back_takes_no_days() -> None:
    changes = [Change(LicenseAction.SUSPEND, NOON), Change(LicenseAction.REINSTATE, NOON - DAY)]
    assert suspended_spans(changes, at=NOON, is_suspended=False) == []
    assert suspended_spans(changes[:1], at=NOON - DAY, is_suspended=True) == []
    out_of_order = [Change(LicenseAction.REINSTATE, NOON - DAY), Change(LicenseAction.SUSPEND, NOON - 2 * DAY)]
    assert suspended_spans(out_of_order, at=NOON, is_suspended=False) == []


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "days"),
    [
        ("2026-09-03T10:00", "2026-09-03T23:00", 0),
        ("2026-09-03T23:59", "2026-09-04T00:01", 1),
        ("2026-09-03T10:00", "2026-09-05T10:00", 2),
        ("2026-09-03T00:00", "2026-09-05T00:00", 2),
        ("2026-10-31T12:00", "2026-11-02T12:00", 2),  # a day of 25 hours lies between
        ("2026-03-07T12:00", "2026-03-09T12:00", 2),  # and one of 23
    ],
)
def test_days_are_those_of_the_calendar_where_the_deal_counts(starts_at: str, ends_at: str, days: int) -> None:
    assert len(days_of([Span(in_new_york(starts_at), in_new_york(ends_at))], zone=ZONE)) == days


def in_new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


AGREED = Agreed(
    is_allowed=True,
    most_days=None,
    strike_tolls=False,
    zone="UTC",
    first_day=date(2026, 6, 15),
    last_day=date(2026, 12, 31),
    tolled_days=0,
    tolled_until=None,
)
TEN_DAYS = [Span(datetime(2026, 9, 1, 12, tzinfo=UTC), datetime(2026, 9, 11, 12, tzinfo=UTC))]


def count(agreed: Agreed, suspended: list[Span], strikes: Sequence[Span] = (), others: Sequence[Span] = ()) -> int:
    found = countable_days(agreed, suspended=suspended, strikes=strikes, others=others)
    return len(found.days)


def test_each_day_counts_once_and_only_within_the_term() -> None:
    assert count(AGREED, TEN_DAYS) == 10
    assert count(AGREED, TEN_DAYS * 2) == 10
    assert count(replace(AGREED, first_day=date(2026, 9, 3)), TEN_DAYS) == 8
    assert count(replace(AGREED, last_day=date(2026, 9, 4)), TEN_DAYS) == 4


def test_what_was_added_once_is_not_added_again() -> None:
    once = countable_days(AGREED, suspended=TEN_DAYS, strikes=[], others=[])
    assert (once.counted_from, once.counted_until) == (date(2026, 9, 1), date(2026, 9, 11))
    again = replace(AGREED, tolled_days=10, tolled_until=once.counted_until)
    assert count(again, TEN_DAYS) == 0
    longer = [Span(TEN_DAYS[0].starts_at, TEN_DAYS[0].ends_at + 2 * DAY)]
    assert count(again, longer) == 2


def test_a_deal_that_caps_the_days_gives_the_earliest_and_no_more_in_all() -> None:
    assert count(replace(AGREED, most_days=4), TEN_DAYS) == 4
    assert count(replace(AGREED, most_days=12, tolled_days=9), TEN_DAYS) == 3
    assert count(replace(AGREED, most_days=5, tolled_days=9), TEN_DAYS) == 0


def test_days_of_a_strike_count_as_the_deal_says() -> None:
    assert count(AGREED, TEN_DAYS, strikes=TEN_DAYS) == 0
    assert count(AGREED, TEN_DAYS, strikes=TEN_DAYS, others=TEN_DAYS) == 10
    assert count(replace(AGREED, strike_tolls=True), TEN_DAYS, strikes=TEN_DAYS) == 10
    only_strikes = replace(AGREED, is_allowed=False, strike_tolls=True)
    assert count(only_strikes, TEN_DAYS) == 0
    assert count(only_strikes, TEN_DAYS, strikes=TEN_DAYS) == 10
    assert count(replace(AGREED, is_allowed=False), TEN_DAYS) == 0
