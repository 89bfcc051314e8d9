"""Everything that webhooks tell: one line for each event type.

A name and what its payload means never change; a payload may gain members, and one that must change in another way
gets the next version. Payloads hold ids, codes and instants. What was agreed (money, scope, names, reasons) stays
out of them: whoever may read it reads it through the API.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from operator import attrgetter
from typing import Any

from sqlmodel import Session, col, select

from app.licensing.approvals.events import ApprovalAnswered, ApprovalAsked
from app.licensing.closing.events import CopiesDestroyed, DutyNoticeDue, EvidenceAnswered, EvidenceFiled
from app.licensing.closing.states import STEP_DAYS
from app.licensing.dues.events import DueCharged, DueOverdue
from app.licensing.events import LicenseActivated, LicenseEnded, LicenseNoticeDue, LicenseStandingChanged
from app.licensing.models import License, LicenseNotice, LicenseStatusChange
from app.licensing.standing.events import BreachAnswered, BreachNoticed
from app.licensing.standing.models import LicenseBreachStep
from app.licensing.states import NOTICE_DAYS, NoticeKind
from app.negotiation.events import DealChanged
from app.notifications.webhooks.outbox import News
from app.royalties.events import StatementIssued
from app.values.term import format_instant

Identity = Callable[[Session, Any], str]
Reader = Callable[[Session, Any, datetime], News | None]

PING = "ping"
"""Sent on request, to try an endpoint out; every endpoint takes it."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of news: its stable name, what it is made from, and how."""

    name: str
    description: str
    made_from: type
    read: Reader
    version: int = 1


def about_license(
    identity: Identity,
    *facts: str,
    only: Callable[[Any], bool] = lambda _: True,
    license_id: str = "license_id",
    also: tuple[str, ...] = (),
    instead: str | None = None,
    occurred: Callable[[Any, datetime], datetime] = lambda _, at: at,
    more: Callable[[Any, License], Mapping[str, Any]] = lambda *_: {},
) -> Reader:
    """Tell both sides of a license of an event, and the parties that its members `also` name.

    `instead` names whom it concerns in place of the licensee, who may be another by now.
    `facts` are members of the event that are told as they are; `more` adds what has to be worked out.
    """

    def read(session: Session, event: Any, at: datetime) -> News | None:
        if not only(event):
            return None
        license = session.get_one(License, getattr(event, license_id))
        told = {name: _plain(getattr(event, name)) for name in facts}
        told |= {name: _plain(value) for name, value in more(event, license).items()}
        licensee = license.licensee_party_id if instead is None else getattr(event, instead)
        parties = [licensee, license.licensor_party_id, *(getattr(event, name) for name in also)]
        return News(
            identity=identity(session, event),
            party_ids=tuple(dict.fromkeys(parties)),
            occurred_at=occurred(event, at),
            license_id=license.id,
            data={"license_id": license.id, **told},
        )

    return read


def by(*members: str) -> Identity:
    """Name an event by members of its own that never come twice."""
    return lambda _, event: "/".join(str(_plain(attrgetter(name)(event))) for name in members)


def by_last_change(session: Session, event: LicenseStandingChanged) -> str:
    """Name a change of standing by its row, the last of the license's at that moment."""
    last = select(LicenseStatusChange.id).where(LicenseStatusChange.license_id == event.license_id)
    return session.exec(last.order_by(col(LicenseStatusChange.id).desc())).first() or event.license_id


def by_last_step(session: Session, event: BreachAnswered) -> str:
    """Name what was said about a breach by its row, the last of the breach's at that moment."""
    last = select(LicenseBreachStep.id).where(LicenseBreachStep.breach_id == event.breach_id)
    return session.exec(last.order_by(col(LicenseBreachStep.id).desc())).first() or event.breach_id


def by_notice(session: Session, event: LicenseNoticeDue | LicenseEnded) -> str:
    """Name a notice by its row: another end has notices of its own."""
    kind = event.kind if isinstance(event, LicenseNoticeDue) else NoticeKind.ENDED
    row = select(LicenseNotice.id).where(LicenseNotice.license_id == event.license_id, LicenseNotice.kind == kind)
    return session.exec(row).one()


def _changed_by(action: str) -> Reader:
    return about_license(by_last_change, only=lambda event: event.action == action)


def _notice_due_at(event: LicenseNoticeDue, _at: datetime) -> datetime:
    return event.ends_at - timedelta(days=NOTICE_DAYS[event.kind])


def _statement(_session: Session, event: StatementIssued, at: datetime) -> News:
    told = {"statement_id": event.statement_id, "period": event.period}
    party_ids = tuple(dict.fromkeys((event.licensor_party_id, *event.beneficiary_party_ids)))
    return News(identity=event.statement_id, party_ids=party_ids, occurred_at=at, data=told)


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
        case Enum():
            return value.value
    return value


_ACTIVATED = about_license(
    by("license_id"), more=lambda _, license: {"starts_at": license.starts_at, "ends_at": license.ends_at}
)
_CHANGED = about_license(
    by("deal_id"),
    *("deal_id", "version", "change_of", "effective_at"),
    license_id="reference",
    also=("before_licensee_party_id",),
)
_ENDS_SOON = about_license(
    by_notice,
    "ends_at",
    only=lambda event: event.kind is not NoticeKind.ENDED,
    occurred=_notice_due_at,
    more=lambda event, _: {"days_before": NOTICE_DAYS[event.kind]},
)
_ENDED = about_license(by_notice, "ended_at", occurred=lambda event, _: event.ended_at)
_DUE_CHARGED = about_license(by("due_id"), "due_id", "charge_id", "overdue_at")
_DUE_OVERDUE = about_license(by("due_id"), "due_id", "due_at", instead="payer_party_id")
_BREACH = about_license(by("breach_id"), "breach_id", "cure_until", instead="licensee_party_id")
_BREACH_STEP = about_license(by_last_step, "breach_id", "action", also=("to_party_id",))
_ASKED = about_license(by("approval_id"), "approval_id", "answer_by")
_ANSWERED = about_license(by("approval_id", "status"), "approval_id", "status", instead="asked_by_party_id")
_FILED = about_license(by("evidence_id"), "duty_id", "evidence_id", instead="party_id")
_JUDGED = about_license(
    by("evidence_id", "is_accepted"), "duty_id", "evidence_id", "is_accepted", instead="party_id"
)
_DESTROYED = about_license(
    by("certificate_id"), "certificate_id", "sha256", "copies", "outstanding", instead="party_id"
)


def _duty(*, is_late: bool) -> Reader:
    return about_license(
        by("duty_id", "step", "due_at"),
        *("duty_id", "kind", "step", "due_at"),
        only=lambda event: event.step.is_late is is_late,
        instead="party_id",
        occurred=lambda event, _: event.due_at + timedelta(days=STEP_DAYS[event.step]),
    )


EVENT_TYPES: tuple[EventType, ...] = (
    EventType("license.activated", "Paid for; it counts from its first day on", LicenseActivated, _ACTIVATED),
    EventType(
        "license.suspended", "Stopped until it is reinstated", LicenseStandingChanged, _changed_by("suspend")
    ),
    EventType("license.reinstated", "A suspension was lifted", LicenseStandingChanged, _changed_by("reinstate")),
    EventType("license.terminated", "Ended early, for good", LicenseStandingChanged, _changed_by("terminate")),
    EventType("license.changed", "A change of its deal was signed", DealChanged, _CHANGED),
    EventType("license.ends_soon", "90, 30, 7 or 1 days before its end", LicenseNoticeDue, _ENDS_SOON),
    EventType("license.ended", "Its term is over", LicenseEnded, _ENDED),
    EventType("breach.noticed", "The licensor tells of a breach", BreachNoticed, _BREACH),
    EventType("breach.answered", "One side said something about a breach", BreachAnswered, _BREACH_STEP),
    EventType("due.charged", "A part of the fee or advance is asked for", DueCharged, _DUE_CHARGED),
    EventType("due.overdue", "A part is unpaid after the days of grace", DueOverdue, _DUE_OVERDUE),
    EventType(
        "duty.due", "A day of the calendar around the end comes, or is there", DutyNoticeDue, _duty(is_late=False)
    ),
    EventType("duty.overdue", "Nothing shows that a duty was done in time", DutyNoticeDue, _duty(is_late=True)),
    EventType("evidence.filed", "A duty is said to be done", EvidenceFiled, _FILED),
    EventType("evidence.answered", "The licensor accepts or disputes it", EvidenceAnswered, _JUDGED),
    EventType("destruction.certified", "Copies were destroyed, as an officer signed", CopiesDestroyed, _DESTROYED),
    EventType("approval.asked", "The licensor is asked for an approval", ApprovalAsked, _ASKED),
    EventType("approval.answered", "The licensor has answered", ApprovalAnswered, _ANSWERED),
    EventType("statement.issued", "A royalty statement is there", StatementIssued, _statement),
)
"""Add a type by adding its line; what happens to a license is told by `about_license`."""

NAMES = tuple(kind.name for kind in EVENT_TYPES)
VERSIONS = {kind.name: kind.version for kind in EVENT_TYPES} | {PING: 1}
