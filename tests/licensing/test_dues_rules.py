"""The plan of what is due, at its exact instants, and how a part stands."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.licensing.dues.rules import PlannedDue, due_reference, grace_of, plan_dues, status_of, title_of
from app.licensing.dues.states import DueKind, DueStatus
from app.values.money import Money

SIGNED = datetime(2026, 6, 1, 9, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def document(
    *instalments: tuple[int, str | None],
    fee_minor: int | None = None,
    advance: Any = None,
    zone: str = "America/New_York",
) -> dict[str, Any]:
    parts = [{"amount_minor": amount, "due_on": day} for amount, day in instalments]
    whole = sum(part["amount_minor"] for part in parts) if fee_minor is None else fee_minor
    return {
        "term": {"zone": zone},
        "fee": {"amount_minor": whole, "currency": "USD", "instalments": parts},
        "advance": advance,
        "royalty": {"currency": "EUR"},
        "late_interest": None,
    }


def only(planned: list[PlannedDue]) -> PlannedDue:
    [part] = planned
    return part


def test_a_fee_without_parts_is_due_at_signature_until_that_day_is_over() -> None:
    part = only(plan_dues(document(fee_minor=1000), signed_at=SIGNED))
    assert part == PlannedDue(
        DueKind.FEE,
        1,
        Money(1000, "USD"),
        due_at=SIGNED,
        overdue_at=datetime(2026, 6, 2, 4, tzinfo=UTC),
        is_at_signature=True,
    )


def test_nothing_is_due_for_nothing() -> None:
    assert plan_dues(document(fee_minor=0), signed_at=SIGNED) == []


def test_an_advance_is_in_the_currency_of_the_royalty_and_numbered_by_itself() -> None:
    advance = {"amount_minor": 300, "instalments": []}
    planned = plan_dues(document((100, None), (200, "2026-07-01"), advance=advance), signed_at=SIGNED)
    assert [(p.kind.value, p.number, p.money.amount_minor, p.money.currency) for p in planned] == [
        ("fee", 1, 100, "USD"),
        ("fee", 2, 200, "USD"),
        ("advance", 1, 300, "EUR"),
    ]


@pytest.mark.parametrize(
    ("zone", "due_at", "overdue_at"),
    [
        ("UTC", "2026-11-01T00:00", "2026-11-02T00:00"),
        ("Asia/Tokyo", "2026-10-31T15:00", "2026-11-01T15:00"),
        ("America/New_York", "2026-11-01T04:00", "2026-11-02T05:00"),  # 25 hours: clocks go back
    ],
)
def test_a_day_begins_and_ends_in_the_zone_of_the_deal(zone: str, due_at: str, overdue_at: str) -> None:
    part = only(plan_dues(document((100, "2026-11-01"), zone=zone), signed_at=SIGNED))
    assert part.due_at == datetime.fromisoformat(due_at).replace(tzinfo=UTC)
    assert part.overdue_at == datetime.fromisoformat(overdue_at).replace(tzinfo=UTC)
    assert not part.is_at_signature


@pytest.mark.parametrize(
    ("signed_at", "day", "is_at_signature"),
    [
        ("2026-06-02T03:59:59", "2026-06-02", False),  # still the first in New York
        ("2026-06-02T04:00:00", "2026-06-02", True),
        ("2026-06-02T04:00:01", "2026-06-02", True),
        ("2026-06-09T12:00:00", "2026-06-02", True),
    ],
)
def test_a_day_that_has_begun_when_the_deal_is_signed_is_due_at_signature(
    signed_at: str, day: str, is_at_signature: bool
) -> None:
    at = datetime.fromisoformat(signed_at).replace(tzinfo=UTC)
    part = only(plan_dues(document((100, day)), signed_at=at))
    assert part.is_at_signature is is_at_signature
    assert part.due_at >= at
    assert part.overdue_at > part.due_at


days = st.dates(date(2025, 1, 1), date(2030, 12, 31))
amounts = st.lists(st.integers(1, 10**9), min_size=1, max_size=24)


@given(fee=amounts, advance=amounts, first=days, signed=st.integers(0, 5 * 365 * 24 * 3600))
def test_parts_add_up_are_numbered_without_gaps_and_never_fall_due_before_the_signature(
    fee: list[int], advance: list[int], first: date, signed: int
) -> None:
    def parts(of: list[int]) -> list[dict[str, Any]]:
        return [
            {"amount_minor": amount, "due_on": (first + timedelta(days=40 * index)).isoformat()}
            for index, amount in enumerate(of)
        ]

    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=signed)
    agreed = document(advance={"amount_minor": sum(advance), "instalments": parts(advance)})
    agreed["fee"] |= {"amount_minor": sum(fee), "instalments": parts(fee)}
    planned = plan_dues(agreed, signed_at=at)
    for kind, whole, currency in ((DueKind.FEE, fee, "USD"), (DueKind.ADVANCE, advance, "EUR")):
        of_kind = [part for part in planned if part.kind is kind]
        assert sum((part.money for part in of_kind), Money(0, currency)) == Money(sum(whole), currency)
        assert [part.number for part in of_kind] == list(range(1, len(whole) + 1))
        assert [part.due_at for part in of_kind] == sorted(part.due_at for part in of_kind)
    assert all(at <= part.due_at < part.overdue_at for part in planned)
    assert all(part.is_at_signature == (part.due_at == at) for part in planned)


def test_names_of_parts() -> None:
    assert due_reference("lic_1", DueKind.FEE, 1) == "license/lic_1/fee"
    assert due_reference("lic_1", DueKind.FEE, 2) == "license/lic_1/fee/2"
    assert due_reference("lic_1", DueKind.ADVANCE, 1) == "license/lic_1/advance/1"
    assert title_of(DueKind.FEE, 1, 1) == "License fee"
    assert title_of(DueKind.ADVANCE, 2, 2) == "Advance on royalties, part 2 of 2"


def test_grace_is_the_deals_or_thirty_days() -> None:
    assert grace_of({"late_interest": None}) == timedelta(days=30)
    assert grace_of({"late_interest": {"annual_bps": 800, "grace_days": 0}}) == timedelta(0)


@dataclass
class Facts:
    due_at: datetime = SIGNED
    overdue_at: datetime = SIGNED + timedelta(days=1)
    charged_at: datetime | None = None
    paid_at: datetime | None = None
    lapsed_at: datetime | None = None


@pytest.mark.parametrize(
    ("facts", "at", "status"),
    [
        (Facts(), SIGNED - TICK, DueStatus.PLANNED),
        (Facts(), SIGNED, DueStatus.DUE),
        (Facts(charged_at=SIGNED), SIGNED, DueStatus.CHARGED),
        (Facts(charged_at=SIGNED), SIGNED + timedelta(days=1) - TICK, DueStatus.CHARGED),
        (Facts(charged_at=SIGNED), SIGNED + timedelta(days=1), DueStatus.OVERDUE),
        (Facts(), SIGNED + timedelta(days=1), DueStatus.OVERDUE),  # although no job has run
        (Facts(charged_at=SIGNED, paid_at=SIGNED), SIGNED + timedelta(days=9), DueStatus.PAID),
        (Facts(lapsed_at=SIGNED - TICK), SIGNED + timedelta(days=9), DueStatus.LAPSED),
    ],
)
def test_how_a_part_stands_follows_from_the_clock(facts: Facts, at: datetime, status: DueStatus) -> None:
    assert status_of(facts, at=at) is status
    assert status.is_open is (status in {DueStatus.DUE, DueStatus.CHARGED, DueStatus.OVERDUE})
