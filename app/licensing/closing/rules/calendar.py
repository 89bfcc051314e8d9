"""From the terms in force at the end, and the end, to what has to happen on which day."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.licensing.closing.states import DutyKind, Proof
from app.negotiation.terms.checks.royalty import is_due
from app.negotiation.terms.vocabulary import ReportingSchedule
from app.values.term import Term, add_months

_TICK = timedelta(microseconds=1)
_COVERED = {"delivered_copies": "delivered copies", "derived_models": "derived models"}


@dataclass(frozen=True, slots=True)
class PlannedDuty:
    """One day of the calendar. `(kind, key)` names it within its license, whatever its day is later moved to."""

    kind: DutyKind
    key: str
    title: str
    party_id: str
    """Who has to act, or whose right begins or ends."""
    opens_at: datetime
    """From when it can be seen as due."""
    due_at: datetime
    """The first instant at which it is late, or over."""
    proof: Proof
    position: int = 0
    """Its place among those of the same instant."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A licensee, and until when it was one; nothing: it is the licensee of today."""

    party_id: str
    until: datetime | None
    deletion: Mapping[str, Any] | None = None
    """What it had agreed to destroy when it handed the license on; nothing: as the terms at the end say."""


@dataclass(frozen=True, slots=True)
class End:
    """How a license comes, or came, to its end."""

    ends_at: datetime
    """By the terms signed last."""
    winds_down_until: datetime | None
    """By the same terms; nothing where they give no time for it."""
    terminated_at: datetime | None = None

    @property
    def actual(self) -> datetime:
        return self.ends_at if self.terminated_at is None else min(self.ends_at, self.terminated_at)

    @property
    def is_terminated_early(self) -> bool:
        return self.actual < self.ends_at

    @property
    def wound_down_at(self) -> datetime:
        """When nothing may go on any more but what the matrix allows for good."""
        ends = [self.winds_down_until or self.ends_at, *([self.terminated_at] if self.terminated_at else [])]
        return max(min(ends), self.actual)


def plan_calendar(
    document: Mapping[str, Any], *, end: End, starts_at: datetime, holdings: Sequence[Holding]
) -> list[PlannedDuty]:
    """Return everything that happens around the end, in the order of the days.

    `document` has the shape of the latest version of terms; `holdings` are all licensees in their order, the one of
    today last.
    """
    planned = [
        *_around(document, end, starts_at, holdings[-1].party_id),
        *_afterwards(document, end, starts_at, holdings[-1].party_id),
        *_destructions(document, end, holdings),
    ]
    return sorted(planned, key=lambda duty: (duty.due_at, duty.position, duty.key))


def end_of_days_after(instant: datetime, days: int, zone: str) -> datetime:
    """Return the end of the day so many days after the day of an end, in a zone.

    An end at midnight is that of the day before: counted from the end of 31 December, one day is 1 January.
    """
    last_day = last_day_of(instant, zone)
    return _end_of_day(last_day + timedelta(days=days), zone)


def last_day_of(instant: datetime, zone: str) -> date:
    """Return the last day of which some part lies before an instant."""
    return (instant - _TICK).astimezone(ZoneInfo(zone)).date()


def final_report_day(document: Mapping[str, Any], *, end: End) -> date:
    """Return the last day on which sales can be made under the license, which the final report covers."""
    return last_day_of(end.wound_down_at, document["term"]["zone"])


def _around(document: Mapping[str, Any], end: End, starts_at: datetime, licensee_id: str) -> Iterator[PlannedDuty]:
    yield PlannedDuty(
        DutyKind.LICENSE_ENDS, "", "The license ends", licensee_id, end.actual, end.actual, Proof.NOTHING
    )
    if end.is_terminated_early:
        return
    windows = (
        ("extension", "exercise_from_days", "exercise_until_days", DutyKind.EXTENSION_OPENS,
         DutyKind.EXTENSION_CLOSES, "The option to extend"),
        ("first_refusal", "from_days", "until_days", DutyKind.FIRST_REFUSAL_OPENS,
         DutyKind.FIRST_REFUSAL_CLOSES, "The window of first refusal"),
    )  # fmt: skip
    for member, from_days, until_days, opens, closes, what in windows:
        agreed = document[member]
        if agreed is None:
            continue
        first = max(end.ends_at - timedelta(days=agreed[from_days]), starts_at)
        last = end.ends_at - timedelta(days=agreed[until_days])
        if first < last:
            yield PlannedDuty(opens, "", f"{what} opens", licensee_id, first, first, Proof.NOTHING)
            yield PlannedDuty(closes, "", f"{what} closes", licensee_id, first, last, Proof.NOTHING)


def _afterwards(
    document: Mapping[str, Any], end: End, starts_at: datetime, licensee_id: str
) -> Iterator[PlannedDuty]:
    zone = document["term"]["zone"]
    seen: dict[str, int] = {}
    for place, step in enumerate(document["wind_down"]["steps"], start=1):
        seen[step["step"]] = seen.get(step["step"], 0) + 1
        proof = Proof.EVIDENCE if step["needs_evidence"] else Proof.NOTHING
        due_at = end_of_days_after(end.actual, step["within_days"], zone)
        key = _key_of_step(step["step"], seen[step["step"]])
        yield PlannedDuty(
            DutyKind.WIND_DOWN_STEP, key, step["step"], licensee_id, end.actual, due_at, proof, position=place
        )
    if end.wound_down_at > end.actual:
        yield PlannedDuty(
            DutyKind.WINDING_DOWN_ENDS, "", "The time to sell off and take down is over", licensee_id,
            end.actual, end.wound_down_at, Proof.NOTHING,
        )  # fmt: skip
    sell_off = document["sell_off"]
    if sell_off is not None and not end.is_terminated_early:
        days = sell_off["inventory_days_before_end"]
        due_at = max(_days_before(end.ends_at, days, zone), starts_at)
        opens_at = max(due_at - timedelta(days=30), starts_at)
        title = "List what is in stock for the sell-off"
        yield PlannedDuty(DutyKind.INVENTORY, "", title, licensee_id, opens_at, due_at, Proof.EVIDENCE)
    if is_due(document["royalty"]):
        yield _final_report(document, end, licensee_id)


def _final_report(document: Mapping[str, Any], end: End, licensee_id: str) -> PlannedDuty:
    """The period follows the calendar; it is reported so many days after it, though the license ended within."""
    zone, reporting = document["term"]["zone"], document["reporting"]
    day = final_report_day(document, end=end)
    months = ReportingSchedule(reporting["schedule"]).months
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    last = add_months(first, months) - timedelta(days=1)
    title = f"Final usage report, for {first.isoformat()} to {last.isoformat()}"
    due_at = _end_of_day(last + timedelta(days=reporting["due_days"]), zone)
    return PlannedDuty(DutyKind.FINAL_REPORT, "", title, licensee_id, _end_of_day(last, zone), due_at, Proof.REPORT)


def _destructions(document: Mapping[str, Any], end: End, holdings: Sequence[Holding]) -> Iterator[PlannedDuty]:
    """One duty for each party that was the licensee: nobody can certify what another holds, nor change what it
    had agreed to.
    """
    zone = document["term"]["zone"]
    for party_id, holding in {holding.party_id: holding for holding in holdings}.items():
        deletion, until = holding.deletion or document["deletion"], holding.until
        if not deletion["covers"]:
            continue
        covered = " and ".join(_COVERED[code] for code in sorted(deletion["covers"]))
        proof = Proof.CERTIFICATE if deletion["needs_certificate"] else Proof.NOTHING
        counted_from = end.wound_down_at if until is None else min(until, end.wound_down_at)
        due_at = end_of_days_after(counted_from, deletion["within_days"], zone)
        title = f"Destroy {covered}"
        yield PlannedDuty(DutyKind.DESTRUCTION, party_id, title, party_id, counted_from, due_at, proof, position=99)


def _days_before(ends_at: datetime, days: int, zone: str) -> datetime:
    """Return the end of the day so many days before the last day of a license."""
    return _end_of_day(last_day_of(ends_at, zone) - timedelta(days=days), zone)


def _end_of_day(day: date, zone: str) -> datetime:
    ends_at = Term.of_days(day, day, zone).ends_at
    assert ends_at is not None  # noqa: S101  whole days end
    return ends_at


def _key_of_step(text: str, occurrence: int) -> str:
    """Name a step by what is to be done, so that an amendment that moves it leaves what was filed with it."""
    return f"{hashlib.sha256(text.encode()).hexdigest()[:24]}-{occurrence}"
