"""Listens to the catalog (what is submitted waits for review, what is withdrawn waits no longer) and to parties:
a failed authority opens a case, a restored one closes it.
"""

from datetime import datetime

from sqlmodel import Session

from app.catalog.events import PackageSubmitted, PackageWithdrawn
from app.identity.actor import SYSTEM
from app.moderation import service
from app.moderation.authority import service as authority
from app.parties.events import RepresentationFailed, RepresentationRestored


def open_review(*, session: Session, event: PackageSubmitted, at: datetime) -> None:
    service.open_review(session=session, at=at, package_id=event.package_id)


def close_review(*, session: Session, event: PackageWithdrawn, at: datetime) -> None:
    service.close_obsolete_review(session=session, actor=SYSTEM, at=at, package_id=event.package_id)


def open_case(*, session: Session, event: RepresentationFailed, at: datetime) -> None:
    authority.open_case(session=session, at=at, failed=event)


def close_case(*, session: Session, event: RepresentationRestored, at: datetime) -> None:
    authority.close_case(session=session, at=at, restored=event)
