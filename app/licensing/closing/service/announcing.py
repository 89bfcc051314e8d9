"""Announce what has become due in calendars. How a duty stands does not depend on whether this ever runs."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure import events
from app.licensing.closing.copies import outstanding_of
from app.licensing.closing.events import DutyNoticeDue
from app.licensing.closing.models import DutyNotice, LicenseDuty
from app.licensing.closing.states import DutyKind
from app.licensing.models import License
from app.licensing.queries import views_of

BATCH = 100


def announce_duties(*, session: Session, at: datetime) -> int:
    """Announce up to a batch of due steps, each once whoever runs; return how many. Cost follows what is due.

    The duties are locked as well, so that none is called overdue that is being done at this moment. What somebody
    else holds is left to them, or to the next time.
    """
    due = session.exec(
        select(DutyNotice, LicenseDuty, License)
        .join(LicenseDuty, col(LicenseDuty.id) == col(DutyNotice.duty_id))
        .join(License, col(License.id) == col(LicenseDuty.license_id))
        .where(col(DutyNotice.announced_at).is_(None), col(DutyNotice.due_at) <= at)
        .order_by(col(DutyNotice.due_at), col(DutyNotice.id))
        .limit(BATCH)
        .with_for_update(of=[DutyNotice, LicenseDuty], skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    views = {view.license.id: view for view in views_of(session, [license for _, _, license in due])}
    for notice, duty, license in due:
        notice.announced_at = at
        session.add(notice)
        is_destruction = duty.kind is DutyKind.DESTRUCTION
        if is_destruction and outstanding_of(session, views[license.id], duty.party_id) == 0:
            continue  # nothing was handed out: there is nothing to announce
        audit.record(
            session=session,
            actor=SYSTEM,
            at=at,
            action=f"license.duty.{notice.step.value}",
            subject_id=license.id,
            duty_id=duty.id,
        )
        announced = DutyNoticeDue(
            license_id=license.id,
            duty_id=duty.id,
            kind=duty.kind,
            step=notice.step,
            title=duty.title,
            due_at=duty.due_at,
            party_id=duty.party_id,
            licensor_party_id=license.licensor_party_id,
        )
        events.publish(session=session, at=at, event=announced)
    return len(due)
