"""Write down the calendar of a license, and anew whenever its end moves."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.licensing.closing.ending import end_of, holdings_of, terms_at_end
from app.licensing.closing.models import DutyNotice, LicenseDuty
from app.licensing.closing.rules.calendar import PlannedDuty, plan_calendar
from app.licensing.closing.rules.standing import announcements
from app.licensing.closing.states import DutyKind
from app.licensing.models import License
from app.licensing.queries import license_of


def plan(*, session: Session, at: datetime, license: License) -> None:
    """Bring the calendar of a locked license in line with its terms and its end.

    What was done stays done, unless it is yet to begin by the new plan; what a change leaves out lapses; a day that
    moves is announced anew where it is ahead.
    A license that never became active has no calendar.
    """
    if license.activated_at is None:
        return
    view = license_of(session, license.id)
    end = end_of(session, view)
    terms = terms_at_end(view, end)
    begins = max(license.starts_at, license.activated_at)
    planned = plan_calendar(terms.document, end=end, starts_at=begins, holdings=holdings_of(view))
    zone = terms.document["term"]["zone"]
    known = {(duty.kind, duty.key): duty for duty in _locked_duties(session, license.id)}
    for duty in planned:
        row = known.pop((duty.kind, duty.key), None)
        _keep(session, at, license.id, zone, duty, row)
    for row in known.values():
        if row.done_at is None and row.lapsed_at is None:
            row.lapsed_at = at
            session.add(row)
            _forget_notices(session, row.id)
    session.flush()
    action = "license.calendar_planned"
    audit.record(session=session, actor=SYSTEM, at=at, action=action, subject_id=license.id, days=len(planned))


def plan_notices(session: Session, duty: LicenseDuty, at: datetime) -> None:
    """Plan what is announced of a duty: what was announced stays, but for what lies ahead again.

    What was announced of this very day is not announced again, though a clock that was moved back has it ahead. Of
    what is late already and was never announced, the last step is announced at once.
    """
    if duty.kind is DutyKind.LICENSE_ENDS:  # the end itself is announced for all licenses, see `LicenseNotice`
        return
    steps = announcements(duty)
    of_duty = select(DutyNotice).where(DutyNotice.duty_id == duty.id, col(DutyNotice.announced_at).is_not(None))
    announced = {(notice.step, notice.due_at) for notice in session.exec(of_duty)}
    ahead = [step for step, due_at in steps.items() if due_at > at and (step, due_at) not in announced]
    again = sa.or_(col(DutyNotice.announced_at).is_(None), col(DutyNotice.step).in_(ahead))
    session.execute(sa.delete(DutyNotice).where(col(DutyNotice.duty_id) == duty.id, again))
    told = set(session.exec(select(DutyNotice.step).where(DutyNotice.duty_id == duty.id)).all())
    late = [step for step, due_at in steps.items() if step.is_late and due_at <= at]
    missed = [step for step in late[-1:] if step not in told]
    session.add_all(DutyNotice(duty_id=duty.id, step=step, due_at=steps[step]) for step in (*missed, *ahead))
    session.flush()


def mark_done(session: Session, duty: LicenseDuty, at: datetime) -> None:
    """A locked duty was done; nothing is announced of it any more."""
    if duty.done_at is None:
        duty.done_at = at
        session.add(duty)
        _forget_notices(session, duty.id)
        session.flush()


def mark_open(session: Session, duty: LicenseDuty, at: datetime) -> None:
    """A locked duty turns out not to be done: what lies ahead of it is announced again."""
    if duty.done_at is not None:
        duty.done_at = None
        session.add(duty)
        plan_notices(session, duty, at)


def _keep(
    session: Session, at: datetime, license_id: str, zone: str, planned: PlannedDuty, row: LicenseDuty | None
) -> None:
    duty = row or LicenseDuty(
        license_id=license_id,
        kind=planned.kind,
        key=planned.key,
        title=planned.title,
        party_id=planned.party_id,
        zone=zone,
        opens_at=planned.opens_at,
        due_at=planned.due_at,
        proof=planned.proof,
    )
    is_same = (
        row is not None
        and row.lapsed_at is None
        and (row.due_at, row.opens_at, row.proof) == (planned.due_at, planned.opens_at, planned.proof)
    )
    if row is not None and _is_to_be_done_again(planned, row):
        duty.done_at = None
    duty.title, duty.party_id, duty.zone, duty.position = planned.title, planned.party_id, zone, planned.position
    duty.opens_at, duty.due_at, duty.proof, duty.lapsed_at = planned.opens_at, planned.due_at, planned.proof, None
    session.add(duty)
    session.flush()
    if not is_same and duty.done_at is None:
        plan_notices(session, duty, at)


def _is_to_be_done_again(planned: PlannedDuty, row: LicenseDuty) -> bool:
    """Say whether a change undoes what was done: a later report is the last by now, or the time opens later.

    What was listed, taken down or destroyed before the license went on says nothing of the end that it has now.
    """
    if planned.kind is DutyKind.FINAL_REPORT:
        return planned.due_at > row.due_at
    return row.done_at is not None and planned.opens_at > max(row.opens_at, row.done_at)


def _locked_duties(session: Session, license_id: str) -> Sequence[LicenseDuty]:
    return session.exec(
        select(LicenseDuty)
        .where(LicenseDuty.license_id == license_id)
        .order_by(col(LicenseDuty.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _forget_notices(session: Session, duty_id: str) -> None:
    planned = (col(DutyNotice.duty_id) == duty_id, col(DutyNotice.announced_at).is_(None))
    session.execute(sa.delete(DutyNotice).where(*planned))
