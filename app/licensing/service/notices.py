"""Announce what has become due. A license is over when its term is, whether or not this ever runs."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure import events
from app.licensing.events import LicenseEnded, LicenseNoticeDue
from app.licensing.models import License, LicenseNotice
from app.licensing.states import NoticeKind

BATCH = 100


def announce_due(*, session: Session, at: datetime) -> int:
    """Announce up to a batch of due notices, each once whoever runs; return how many. Cost follows what is due."""
    due = session.exec(
        select(LicenseNotice, License)
        .join(License, col(License.id) == col(LicenseNotice.license_id))
        .where(col(LicenseNotice.announced_at).is_(None), col(LicenseNotice.due_at) <= at)
        .order_by(col(LicenseNotice.due_at), col(LicenseNotice.id))
        .limit(BATCH)
        .with_for_update(of=LicenseNotice, skip_locked=True)
    ).all()
    for notice, license in due:
        notice.announced_at = at
        session.add(notice)
        audit.record(
            session=session,
            actor=SYSTEM,
            at=at,
            action=f"license.notice.{notice.kind.value}",
            subject_id=license.id,
        )
        events.publish(
            session=session,
            at=at,
            event=LicenseNoticeDue(
                license_id=license.id,
                kind=notice.kind,
                ends_at=license.ends_at,
                licensor_party_id=license.licensor_party_id,
                licensee_party_id=license.licensee_party_id,
            ),
        )
        if notice.kind is NoticeKind.ENDED:
            events.publish(session=session, at=at, event=LicenseEnded(license.id, license.ends_at))
    return len(due)
