"""What the rights book does when a package enters or leaves the catalog."""

from datetime import datetime

from sqlmodel import Session

from app.catalog.events import PackageListed, PackageWithdrawn
from app.rights.index.service import index_offers


def on_catalog_changed(*, session: Session, event: PackageListed | PackageWithdrawn, at: datetime) -> None:
    """Let the catalog-wide search find a listed package, and no longer find one that was withdrawn."""
    index_offers(session=session, package_id=event.package_id)
