"""Reads of calendars and of what was filed about them, scoped to the asker."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.licensing.closing.copies import outstanding_of
from app.licensing.closing.ending import closing_view, sees_all
from app.licensing.closing.models import (
    DerivedModel,
    DestroyedCopy,
    DutyEvidence,
    EvidenceAnswer,
    LicenseDuty,
)
from app.licensing.closing.rules.standing import is_escalated, state_of
from app.licensing.closing.states import ESCALATED_DAYS, DutyKind, DutyState, Proof, Verdict
from app.licensing.models import Delivery, License
from app.licensing.queries import LicenseView, views_of
from app.values.errors import InvalidInput, NotFound

MOST_SHOWN = 1000
"""How many days one calendar file holds at the most."""
LOOK_BACK = timedelta(days=90)
"""How far back a calendar over all licenses begins where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class DutyView:
    """A day of a calendar as it stands, with what was filed about it."""

    duty: LicenseDuty
    license: LicenseView
    state: DutyState
    is_escalated: bool
    outstanding: int | None
    """How many copies its party has yet to destroy; nothing for what is no destruction."""
    evidence: Sequence["EvidenceView"] = ()

    @property
    def is_disputed(self) -> bool:
        """Whether the licensor disputes what was filed last."""
        return bool(self.evidence) and self.evidence[-1].is_disputed and self.duty.done_at is None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Evidence, and what the licensor said of it."""

    evidence: DutyEvidence
    answer: EvidenceAnswer | None

    @property
    def is_disputed(self) -> bool:
        return self.answer is not None and self.answer.verdict is Verdict.DISPUTED


def duties_of(session: Session, actor: Actor, license_id: str, *, at: datetime) -> list[DutyView]:
    """Return the calendar of a license as it stands, with what was filed. Raises: NotFound."""
    view = closing_view(session, actor, license_id)
    wanted: list[Any] = [LicenseDuty.license_id == license_id, col(LicenseDuty.lapsed_at).is_(None)]
    if not sees_all(view, actor):
        wanted.append(LicenseDuty.party_id == actor.party_id)
    order = (col(LicenseDuty.due_at), col(LicenseDuty.position), col(LicenseDuty.id))
    duties = session.exec(select(LicenseDuty).where(*wanted).order_by(*order)).all()
    return _views(session, duties, {license_id: view}, at=at)


def own_duty(session: Session, view: LicenseView, actor: Actor, duty_id: str) -> LicenseDuty:
    """Return a duty of a license as it is now and until this transaction ends. Raises: NotFound."""
    statement = select(LicenseDuty).where(LicenseDuty.id == duty_id, LicenseDuty.license_id == view.license.id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    duty = session.exec(locked).first()
    is_theirs = duty is not None and (sees_all(view, actor) or duty.party_id == actor.party_id)
    if duty is None or not is_theirs or duty.lapsed_at is not None:
        raise NotFound("There is no such day in the calendar of this license.")
    return duty


def own_evidence(
    session: Session, actor: Actor, license_id: str, duty_id: str, evidence_id: str
) -> tuple[LicenseView, LicenseDuty, DutyEvidence]:
    """Raises: NotFound."""
    view = closing_view(session, actor, license_id)
    duty = session.get(LicenseDuty, duty_id)
    found = session.get(DutyEvidence, evidence_id)
    if duty is None or found is None or found.duty_id != duty_id or duty.license_id != license_id:
        raise NotFound("There is no such evidence.")
    if not sees_all(view, actor) and found.by_party_id != actor.party_id:
        raise NotFound("There is no such evidence.")
    return view, duty, found


@dataclass(frozen=True, slots=True)
class DutyPage:
    """One page of a calendar over all licenses, earliest first."""

    items: list[DutyView]
    next_cursor: str | None


def duties_page(
    session: Session,
    actor: Actor,
    *,
    at: datetime,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    is_escalated: bool = False,
    keeps_open: bool = False,
    cursor: str | None = None,
    limit: int = 25,
) -> DutyPage:
    """Return the days of all calendars of the asker's from an instant until another, earliest first.

    `is_escalated` leaves what is late for so long that administrators look at it; `keeps_open` has what is not done
    stay, however long ago its day was.
    """
    theirs = only_theirs(
        actor, col(License.licensee_party_id), col(License.licensor_party_id), col(LicenseDuty.party_id)
    )
    wanted: list[Any] = [theirs, col(LicenseDuty.lapsed_at).is_(None)]
    is_open = sa.and_(col(LicenseDuty.done_at).is_(None), col(LicenseDuty.proof) != Proof.NOTHING)
    if from_at is not None:
        wanted.append(sa.or_(col(LicenseDuty.due_at) >= from_at, sa.and_(sa.literal(keeps_open), is_open)))
    if until_at is not None:
        wanted.append(col(LicenseDuty.due_at) < until_at)
    if is_escalated:
        wanted += [
            is_open,
            col(LicenseDuty.due_at) <= at - timedelta(days=ESCALATED_DAYS),
        ]
    if cursor is not None:
        wanted.append(_after(session, cursor))
    rows = session.execute(
        select(LicenseDuty, License)
        .join(License, col(License.id) == col(LicenseDuty.license_id))
        .where(*wanted)
        .order_by(col(LicenseDuty.due_at), col(LicenseDuty.id))
        .limit(limit + 1)
    ).all()
    licenses = {license.id: license for _, license in rows[:limit]}
    views = {view.license.id: view for view in views_of(session, list(licenses.values()))}
    items = _views(session, [duty for duty, _ in rows[:limit]], views, at=at)
    if is_escalated:  # where nothing was handed out, nothing is late
        items = [item for item in items if item.is_escalated]
    return DutyPage(items, rows[limit - 1][0].id if len(rows) > limit else None)


def _after(session: Session, cursor: str) -> Any:
    last = session.get(LicenseDuty, cursor)
    if last is None:
        raise InvalidInput.at("/query/cursor", "Take the cursor from the page before.")
    return sa.or_(
        col(LicenseDuty.due_at) > last.due_at,
        sa.and_(col(LicenseDuty.due_at) == last.due_at, col(LicenseDuty.id) > last.id),
    )


def _views(
    session: Session, duties: Sequence[LicenseDuty], licenses: Mapping[str, LicenseView], *, at: datetime
) -> list[DutyView]:
    filed = evidence_of(session, [duty.id for duty in duties])
    found = []
    for duty in duties:
        view = licenses[duty.license_id]
        is_destruction = duty.kind is DutyKind.DESTRUCTION
        left = outstanding_of(session, view, duty.party_id) if is_destruction else None
        state = state_of(duty, at=at, is_nothing_left=left == 0)
        late = is_escalated(duty, at=at) and state is DutyState.OVERDUE
        found.append(DutyView(duty, view, state, late, left, filed.get(duty.id, ())))
    return found


def evidence_of(session: Session, duty_ids: Iterable[str]) -> dict[str, list[EvidenceView]]:
    """Return what was filed about duties, in its order, with the answers."""
    rows = session.execute(
        select(DutyEvidence, EvidenceAnswer)
        .outerjoin(EvidenceAnswer, col(EvidenceAnswer.evidence_id) == col(DutyEvidence.id))
        .where(col(DutyEvidence.duty_id).in_(set(duty_ids)))
        .order_by(col(DutyEvidence.id))
    )
    found: dict[str, list[EvidenceView]] = {}
    for evidence, answer in rows:
        found.setdefault(evidence.duty_id, []).append(EvidenceView(evidence, answer))
    return found


@dataclass(slots=True)
class EvidenceFile:
    """The file of evidence that has one."""

    filename: str
    media_type: str
    sha256: str
    size_bytes: int


def file_of(evidence: DutyEvidence) -> EvidenceFile:
    """Raises: NotFound where only words were filed."""
    if not (evidence.sha256 and evidence.filename and evidence.media_type and evidence.size_bytes):
        raise NotFound("Only words were filed, no file.")
    return EvidenceFile(evidence.filename, evidence.media_type, evidence.sha256, evidence.size_bytes)


def late_at(at: datetime) -> list[Any]:
    """Limit duties to those overdue at an instant; where nothing was handed out, nothing is to be destroyed."""
    copies = sa.exists().where(
        col(Delivery.license_id) == col(LicenseDuty.license_id),
        ~sa.exists().where(col(DestroyedCopy.delivery_id) == col(Delivery.id)),
    )
    models = sa.exists().where(
        col(DerivedModel.license_id) == col(LicenseDuty.license_id),
        ~sa.exists().where(col(DestroyedCopy.derived_model_id) == col(DerivedModel.id)),
    )
    return [
        col(LicenseDuty.done_at).is_(None),
        col(LicenseDuty.lapsed_at).is_(None),
        col(LicenseDuty.due_at) <= at,
        col(LicenseDuty.proof) != Proof.NOTHING,
        sa.or_(col(LicenseDuty.kind) != DutyKind.DESTRUCTION, copies, models),
    ]
