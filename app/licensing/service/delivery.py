"""Hand out files: only while the license stands, and never without a record."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.catalog.models import Asset, PackageComponent
from app.catalog.queries import deliverables_of
from app.identity.actor import Actor
from app.licensing import queries
from app.licensing.errors import LicenseRefuses, NotDelivered
from app.licensing.models import Delivery
from app.licensing.queries import LicenseView
from app.licensing.rules.codes import Code
from app.licensing.rules.decision import Decision, decide_access
from app.values.components import DeliveryMode
from app.values.errors import NotFound


def granted_assets(
    *, session: Session, actor: Actor, at: datetime, license_id: str
) -> Sequence[tuple[Asset, PackageComponent]]:
    """Return the files of the components that a license grants, in the package's order."""
    view = queries.license_view(session, actor, license_id)
    components = {grant.component for grant in view.terms_at(at).grants}
    return deliverables_of(session, view.license.package_id, components)


def deliver_asset(*, session: Session, actor: Actor, at: datetime, license_id: str, asset_id: str) -> Delivery:
    """Record that a granted file is handed to the licensee; it is fetched through the delivery.

    Raises: NotFound, LicenseRefuses with the decision's code, NotDelivered for hosted use.
    """
    view = queries.license_view(session, actor, license_id)
    if view.license.licensee_party_id != actor.party_id:
        raise NotFound("There is no such license of yours.")
    require_access(view, at)
    granted = granted_assets(session=session, actor=actor, at=at, license_id=license_id)
    match = next(((a, c) for a, c in granted if a.id == asset_id), None)
    if match is None:
        raise NotFound("There is no such file among those the license grants.")
    asset, component = match
    if DeliveryMode.HOSTED_ONLY in (view.terms_at(at).delivery, component.delivery):
        raise NotDelivered(f"The {component.component.value} is licensed for hosted use only; its files stay here.")
    delivery = Delivery(
        license_id=license_id,
        asset_id=asset.id,
        actor=actor.label,
        filename=asset.filename,
        media_type=asset.media_type,
        sha256=asset.sha256,
        size_bytes=asset.size_bytes,
        delivered_at=at,
    )
    session.add(delivery)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="license.delivered",
        subject_id=license_id,
        asset_id=asset.id,
        sha256=asset.sha256,
    )
    return delivery


def content_of(*, session: Session, actor: Actor, at: datetime, delivery_id: str) -> Delivery:
    """Return a delivery whose file may be read at this instant. Raises: NotFound, LicenseRefuses."""
    delivery, view = queries.delivery(session, actor, delivery_id)
    require_access(view, at)
    return delivery


def require_access(view: LicenseView, at: datetime) -> Decision:
    """Raise LicenseRefuses unless the license stands at this instant."""
    decision = decide_access(license=view.facts_at(at), at=at)
    if decision.code is not Code.ALLOWED:
        raise LicenseRefuses(decision)
    return decision
