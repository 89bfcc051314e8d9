"""Listens to the catalog: what is submitted waits for review, what is withdrawn waits no longer."""

from datetime import datetime

from sqlmodel import Session

from app.catalog.events import PackageSubmitted, PackageWithdrawn
from app.identity.actor import SYSTEM
from app.moderation import service


def open_review(*, session: Session, event: PackageSubmitted, at: datetime) -> None:
    service.open_review(session=session, at=at, package_id=event.package_id)


def close_review(*, session: Session, event: PackageWithdrawn, at: datetime) -> None:
    service.close_obsolete_review(session=session, actor=SYSTEM, at=at, package_id=event.package_id)
