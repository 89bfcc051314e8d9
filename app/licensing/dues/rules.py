"""From the terms of a deal to what falls due when; and how that stands at an instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from app.licensing.dues.states import DueKind, DueStatus
from app.values.money import Money
from app.values.term import Term

USUAL_GRACE_DAYS = 30
"""How long after its day an unpaid part is reminded of, where the deal says nothing."""


@dataclass(frozen=True, slots=True)
class PlannedDue:
    """One part of the fee or of the advance."""

    kind: DueKind
    number: int
    """1 for the first of its kind, in the order of the terms."""
    money: Money
    due_at: datetime
    """When its day begins in the deal's time zone; the signature, where that is later or no day is named."""
    overdue_at: datetime
    """When its day is over."""
    is_at_signature: bool
    """The license begins to count when all of these are paid."""


class DueFacts(Protocol):
    """What the standing of a part depends on."""

    @property
    def due_at(self) -> datetime: ...
    @property
    def overdue_at(self) -> datetime: ...
    @property
    def charged_at(self) -> datetime | None: ...
    @property
    def paid_at(self) -> datetime | None: ...
    @property
    def lapsed_at(self) -> datetime | None: ...


def plan_dues(document: Mapping[str, Any], *, signed_at: datetime) -> list[PlannedDue]:
    """Return every part of the fee, then of the advance, of terms in the shape of the latest version.

    Parts of a kind add up to what the terms say.
    A part whose day had begun when the deal was signed is due at signature: nothing is owed before there is a deal.
    """
    zone = document["term"]["zone"]
    fee, advance = document["fee"], document["advance"]
    planned = _parts(DueKind.FEE, fee, fee["currency"], zone, signed_at)
    if advance is not None:
        planned += _parts(DueKind.ADVANCE, advance, document["royalty"]["currency"], zone, signed_at)
    return planned


def grace_of(document: Mapping[str, Any]) -> timedelta:
    """Return how long after its day an unpaid part is reminded of."""
    late = document["late_interest"]
    return timedelta(days=USUAL_GRACE_DAYS if late is None else late["grace_days"])


def status_of(due: DueFacts, *, at: datetime) -> DueStatus:
    """Say how a part stands at an instant; it is due from the first instant of its day."""
    if due.paid_at is not None:
        return DueStatus.PAID
    if due.lapsed_at is not None:
        return DueStatus.LAPSED
    if at < due.due_at:
        return DueStatus.PLANNED
    if at >= due.overdue_at:
        return DueStatus.OVERDUE
    return DueStatus.DUE if due.charged_at is None else DueStatus.CHARGED


def due_reference(license_id: str, kind: DueKind, number: int) -> str:
    """Return the name under which payments and ledger know a part.

    The first part of a fee goes by the name of the fee as a whole, as every fee did that was paid in one.
    """
    whole = f"license/{license_id}/{kind.value}"
    return whole if kind is DueKind.FEE and number == 1 else f"{whole}/{number}"


def title_of(kind: DueKind, number: int, parts: int) -> str:
    """Name a part for people: `License fee, part 2 of 3`."""
    return kind.label if parts == 1 else f"{kind.label}, part {number} of {parts}"


def _parts(
    kind: DueKind, agreed: Mapping[str, Any], currency: str, zone: str, signed_at: datetime
) -> list[PlannedDue]:
    whole = [{"amount_minor": agreed["amount_minor"], "due_on": None}]
    parts: Sequence[Mapping[str, Any]] = agreed["instalments"] or whole
    return [
        _part(kind, number, Money(part["amount_minor"], currency), part["due_on"], zone, signed_at)
        for number, part in enumerate(parts, start=1)
        if part["amount_minor"]
    ]


def _part(
    kind: DueKind, number: int, money: Money, due_on: str | None, zone: str, signed_at: datetime
) -> PlannedDue:
    signed_on = signed_at.astimezone(ZoneInfo(zone)).date()
    day = max(signed_on, signed_on if due_on is None else date.fromisoformat(due_on))
    whole_day = Term.of_days(day, day, zone)
    due_at = max(whole_day.starts_at, signed_at)
    return PlannedDue(
        kind=kind,
        number=number,
        money=money,
        due_at=due_at,
        overdue_at=whole_day.ends_at or due_at,
        is_at_signature=due_at == signed_at,
    )
