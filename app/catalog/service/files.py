"""Upload the files of a component, or take one back."""

from datetime import datetime
from typing import BinaryIO

from sqlmodel import Session, select

from app.audit import service as audit
from app.catalog import queries
from app.catalog.models import Asset
from app.catalog.service.packages import editable_package
from app.catalog.states import AssetPurpose
from app.identity.actor import Actor
from app.infrastructure.media_types import sniff_media_type
from app.infrastructure.storage import AssetStore, StoredFile
from app.values.components import Component
from app.values.errors import InvalidInput, NotFound

LARGEST_PREVIEW_BYTES = 10 * 1024 * 1024
PREVIEW_MEDIA_TYPES = ("image/", "audio/")
NO_PREVIEWS = frozenset({"image/svg+xml"})
"""A drawing that can carry scripts is not shown from our own address."""


def upload_asset(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    store: AssetStore,
    package_id: str,
    component: Component,
    stream: BinaryIO,
    filename: str,
    purpose: AssetPurpose,
    max_bytes: int,
) -> Asset:
    """Store a file of a component; the same file for the same purpose again is the same asset.

    The file is stored before the transaction begins its reads, so that no lock waits for a long upload.
    Raises: NotFound, PackageNotEditable, FileTooLarge, EmptyFile, InvalidInput for what cannot be a preview.
    """
    if purpose is AssetPurpose.PREVIEW:
        max_bytes = min(max_bytes, LARGEST_PREVIEW_BYTES)
    stored = store.put(stream, max_bytes=max_bytes)
    media_type = _media_type(stored, filename, purpose)
    package = editable_package(session, actor, package_id)
    row = queries.component_of(session, package.id, component)
    if row is None:
        raise NotFound("The package has no such component; put the component first, then upload its files.")
    same_file = (Asset.component_id == row.id, Asset.sha256 == stored.sha256, Asset.purpose == purpose)
    already = session.exec(select(Asset).where(*same_file)).first()
    if already is not None:
        return already
    asset = Asset(
        component_id=row.id,
        package_id=package.id,
        filename=filename,
        media_type=media_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        purpose=purpose,
        uploaded_at=at,
    )
    session.add(asset)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="package.asset_uploaded",
        subject_id=package.id,
        asset_id=asset.id,
        component=component.value,
        purpose=purpose.value,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
    )
    return asset


def remove_asset(*, session: Session, actor: Actor, at: datetime, package_id: str, asset_id: str) -> None:
    """Take a file out of a package. Raises: NotFound, PackageNotEditable."""
    package = editable_package(session, actor, package_id)
    asset = session.get(Asset, asset_id)
    if asset is None or asset.package_id != package.id:
        raise NotFound("The package has no such file.")
    session.delete(asset)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="package.asset_removed",
        subject_id=package.id,
        asset_id=asset.id,
        sha256=asset.sha256,
    )


def _media_type(stored: StoredFile, filename: str, purpose: AssetPurpose) -> str:
    media_type = sniff_media_type(stored.head, filename)
    shows = media_type.startswith(PREVIEW_MEDIA_TYPES) and media_type not in NO_PREVIEWS
    if purpose is AssetPurpose.PREVIEW and not shows:
        sentence = f"A preview is a picture or a sound; the content of this file is {media_type}."
        raise InvalidInput.at("/file", sentence, code="not_a_preview")
    return media_type
