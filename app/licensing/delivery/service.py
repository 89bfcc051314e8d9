"""Hand out files: only while the license stands, and never without a record."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from app.audit import service as audit
from app.catalog.models import Asset, PackageComponent
from app.catalog.queries import deliverables_of
from app.identity.actor import Actor
from app.identity.errors import NotAuthenticated
from app.identity.queries import usable_key
from app.infrastructure.derived_keys import key_for
from app.licensing import queries
from app.licensing.delivery import links
from app.licensing.delivery.errors import LinkOver
from app.licensing.delivery.links import Link
from app.licensing.errors import NotDelivered
from app.licensing.models import Delivery
from app.licensing.queries import LicenseView
from app.licensing.service.access import require_access
from app.values.components import DeliveryMode
from app.values.errors import Forbidden, NotFound
from app.values.term import format_instant

LONGEST_LINK = timedelta(hours=24)


class MadeLink(NamedTuple):
    """A link, and the token that is its address."""

    link: Link
    token: str


def granted_assets(
    *, session: Session, actor: Actor, at: datetime, license_id: str
) -> Sequence[tuple[Asset, PackageComponent]]:
    """Return the files of the components that a license grants, in the package's order."""
    return _granted(session, queries.license_view(session, actor, license_id), at)


def deliver_asset(*, session: Session, actor: Actor, at: datetime, license_id: str, asset_id: str) -> Delivery:
    """Record that a granted file is handed to the licensee; it is fetched through the delivery.

    Raises: NotFound, LicenseRefuses with the decision's code, NotDelivered for hosted use.
    """
    view = queries.license_view(session, actor, license_id)
    if view.license.licensee_party_id != actor.party_id:
        raise NotFound("There is no such license of yours.")
    asset = _require_handed_out(session, view, asset_id, at)
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
    """Return a delivery whose file may be read at this instant.

    Asked at every request, and again while an answer is under way. Raises: NotFound, LicenseRefuses, NotDelivered
    where the terms of now keep the file here.
    """
    delivery, view = queries.delivery(session, actor.party_id, delivery_id)
    require_access(view, at)
    _require_export(session, view, delivery, at)
    return delivery


def content_by_key(
    *, session: Session, actor: Actor, at: datetime, present: datetime, delivery_id: str
) -> Delivery:
    """Return what `content_of` does, as long as the API key that asked is good at this machine instant."""
    if actor.api_key_id is None or usable_key(session, actor.api_key_id, at=present) is None:
        raise NotAuthenticated("This API key was revoked or has ended.")
    return content_of(session=session, actor=actor, at=at, delivery_id=delivery_id)


def make_link(
    *, session: Session, actor: Actor, at: datetime, present: datetime, delivery_id: str, lasts: timedelta
) -> MadeLink:
    """Sign an address for a delivery that needs no key.

    It ends with the earliest of `lasts`, a day, the license, the licensor's authority and the actor's API key;
    `present` is the machine's instant, by which keys end. Raises: what `content_of` raises, Forbidden without key.
    """
    if actor.api_key_id is None:
        raise Forbidden("A link ends with the API key that makes it: make it with one.")
    delivery = content_of(session=session, actor=actor, at=at, delivery_id=delivery_id)
    key = usable_key(session, actor.api_key_id, at=present)
    license = queries.license_of(session, delivery.license_id)
    ends = (
        at + min(lasts, LONGEST_LINK),
        license.terms_at(at).ends_at,
        license.license.authority_ends_at,
        at + (key.expires_at - present) if key is not None and key.expires_at is not None else None,
    )
    link = Link(
        delivery_id=delivery.id,
        party_id=actor.party_id,
        api_key_id=actor.api_key_id,
        made_at=at,
        ends_at=min(end for end in ends if end is not None),
    )
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="delivery.linked",
        subject_id=delivery.license_id,
        delivery_id=delivery.id,
        ends_at=format_instant(link.ends_at),
    )
    return MadeLink(link, links.signed(link, key=key_for(session, links.PURPOSE)))


def linked_content(*, session: Session, at: datetime, present: datetime, token: str) -> Delivery:
    """Return the delivery that a link leads to, if its file may be read at this instant.

    Raises: NotFound, also where another licensee has taken over; LinkOver, LicenseRefuses, NotDelivered.
    """
    link = links.read(token, key=key_for(session, links.PURPOSE))
    delivery, view = queries.delivery(session, link.party_id, link.delivery_id)
    require_access(view, at)
    if not link.is_open(at):
        raise LinkOver("The time of this link is over; make another one.")
    if usable_key(session, link.api_key_id, at=present) is None:
        raise LinkOver("The API key that made this link was revoked or has ended; make another one with a new key.")
    _require_export(session, view, delivery, at)
    return delivery


def _granted(session: Session, view: LicenseView, at: datetime) -> Sequence[tuple[Asset, PackageComponent]]:
    components = {grant.component for grant in view.terms_at(at).grants}
    return deliverables_of(session, view.license.package_id, components)


def _require_handed_out(session: Session, view: LicenseView, asset_id: str, at: datetime) -> Asset:
    """Raises: LicenseRefuses, NotFound for a file that is not granted, NotDelivered for hosted use."""
    require_access(view, at)
    match = next(((a, c) for a, c in _granted(session, view, at) if a.id == asset_id), None)
    if match is None:
        raise NotFound("There is no such file among those the license grants.")
    asset, component = match
    _require_not_hosted(view, component, at)
    return asset


def _require_export(session: Session, view: LicenseView, delivery: Delivery, at: datetime) -> None:
    """What was handed out under other terms is not handed out again under terms that keep it here."""
    asset = session.get_one(Asset, delivery.asset_id)
    component = session.get_one(PackageComponent, asset.component_id)
    if component.component not in {grant.component for grant in view.terms_at(at).grants}:
        raise NotDelivered(f"The license no longer grants the {component.component.value}.")
    _require_not_hosted(view, component, at)


def _require_not_hosted(view: LicenseView, component: PackageComponent, at: datetime) -> None:
    if DeliveryMode.HOSTED_ONLY in (view.terms_at(at).delivery, component.delivery):
        raise NotDelivered(f"The {component.component.value} is licensed for hosted use only; its files stay here.")
