"""Reads of packages. A listed package is everybody's to see; any other only its licensor's and the platform's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog.models import Asset, Package, PackageComponent, RateCardLine
from app.catalog.presets import PRESETS
from app.catalog.rules.pricing import CardLine, IndicativePrice, Wanted, indicative_price
from app.catalog.states import AssetPurpose, PackageStatus
from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.parties import queries as parties
from app.parties.models import Performer
from app.values.components import Component
from app.values.errors import NotFound
from app.values.money import Money


@dataclass(frozen=True, slots=True)
class ComponentView:
    """A component with its files: the previews only, for those who are neither licensor nor platform."""

    component: PackageComponent
    assets: Sequence[Asset]
    deliverables: int
    """How many files a licensee of this component receives."""


@dataclass(frozen=True, slots=True)
class PackageView:
    """A package with everything shown beside it."""

    package: Package
    performer: Performer
    licensor_name: str
    components: Sequence[ComponentView]
    rate_card: Sequence[RateCardLine]


def package(session: Session, package_id: str, *, lock: bool = False) -> Package:
    """Return a package whatever its status, for features that have checked who asks. Raises: NotFound."""
    return _one(session, select(Package).where(Package.id == package_id), lock=lock)


def own_package(session: Session, actor: Actor, package_id: str, *, lock: bool = False) -> Package:
    """Raises: NotFound, also for a package that is not the actor's."""
    mine = only_theirs(actor, Package.licensor_party_id)
    return _one(session, select(Package).where(Package.id == package_id, mine), lock=lock)


def visible_package(session: Session, actor: Actor, package_id: str) -> Package:
    """Raises: NotFound, also for a package that is not listed and not the actor's."""
    return _one(session, select(Package).where(Package.id == package_id, visible_to(actor)))


def listed_package(session: Session, package_id: str) -> Package:
    """Raises: NotFound, also for a package that is not listed."""
    listed = Package.status == PackageStatus.LISTED
    return _one(session, select(Package).where(Package.id == package_id, listed))


def visible_to(actor: Actor) -> Any:
    """Return the WHERE clause of the packages an asker may see."""
    return sa.or_(col(Package.status) == PackageStatus.LISTED, only_theirs(actor, Package.licensor_party_id))


def _one(session: Session, statement: Any, *, lock: bool = False) -> Package:
    found: Package | None = session.exec(statement.with_for_update() if lock else statement).first()
    if found is None:
        raise NotFound("There is no such package.")
    return found


def components_of(session: Session, package_ids: Iterable[str]) -> Sequence[PackageComponent]:
    """Return the components of packages in the order face, voice, behavior."""
    wanted = col(PackageComponent.package_id).in_(set(package_ids))
    order = list(Component)
    rows = session.exec(select(PackageComponent).where(wanted)).all()
    return sorted(rows, key=lambda row: (row.package_id, order.index(row.component)))


def component_of(session: Session, package_id: str, component: Component) -> PackageComponent | None:
    return session.exec(
        select(PackageComponent).where(
            PackageComponent.package_id == package_id, PackageComponent.component == component
        )
    ).first()


def assets_of(
    session: Session, package_ids: Iterable[str], *, purpose: AssetPurpose | None = None
) -> Sequence[Asset]:
    """Return the files of packages, oldest first."""
    statement = select(Asset).where(col(Asset.package_id).in_(set(package_ids)))
    if purpose is not None:
        statement = statement.where(Asset.purpose == purpose)
    return session.exec(statement.order_by(col(Asset.id))).all()


def deliverables_of(
    session: Session, package_id: str, components: Iterable[Component]
) -> Sequence[tuple[Asset, PackageComponent]]:
    """Return what a licensee of these components receives: each file with its component, oldest first."""
    rows = session.exec(
        select(Asset, PackageComponent)
        .join(PackageComponent, col(PackageComponent.id) == col(Asset.component_id))
        .where(Asset.package_id == package_id, Asset.purpose == AssetPurpose.DELIVERABLE)
        .where(col(PackageComponent.component).in_(list(components)))
        .order_by(col(Asset.id))
    ).all()
    return [(asset, component) for asset, component in rows]


def rate_cards_of(session: Session, package_ids: Iterable[str]) -> Sequence[RateCardLine]:
    """Return the prices of packages in the order of the presets."""
    order = list(PRESETS)
    rows = session.exec(select(RateCardLine).where(col(RateCardLine.package_id).in_(set(package_ids)))).all()
    return sorted(rows, key=lambda row: (row.package_id, order.index(row.preset)))


def price_of(session: Session, actor: Actor, package_id: str, wanted: Wanted) -> IndicativePrice:
    """Say what the rate card of a package the actor may see asks for a use. Raises: NotFound, InvalidValue."""
    row = visible_package(session, actor, package_id)
    return indicative_price(card=card_lines(rate_cards_of(session, [row.id])), wanted=wanted)


def card_lines(rows: Iterable[RateCardLine]) -> list[CardLine]:
    """Return the lines of a rate card as the rules take them."""
    return [
        CardLine(
            preset=row.preset,
            media=frozenset(row.media),
            fee=Money(row.fee_minor, row.currency),
            royalty_bps=row.royalty_bps,
            months=row.months,
        )
        for row in rows
    ]


def public_preview(session: Session, package_id: str, asset_id: str) -> Asset:
    """Return a preview of a listed package. Raises: NotFound for every other file."""
    found = session.exec(
        select(Asset)
        .join(Package, col(Package.id) == col(Asset.package_id))
        .where(Asset.id == asset_id, Asset.package_id == package_id)
        .where(Asset.purpose == AssetPurpose.PREVIEW, Package.status == PackageStatus.LISTED)
    ).first()
    if found is None:
        raise NotFound("There is no such preview.")
    return found


def package_view(session: Session, actor: Actor, package_id: str) -> PackageView:
    """Return a package the actor may see, with all that is shown beside it. Raises: NotFound."""
    return view_of(session, actor, visible_package(session, actor, package_id))


def public_package_view(session: Session, package_id: str) -> PackageView:
    """Return a listed package as everybody may see it. Raises: NotFound."""
    return _view(session, listed_package(session, package_id), sees_all=False)


def view_of(session: Session, actor: Actor, row: Package) -> PackageView:
    """Return a package as the actor sees it, in five queries however much is in it."""
    return _view(session, row, sees_all=actor.is_administrator or actor.party_id == row.licensor_party_id)


def _view(session: Session, row: Package, *, sees_all: bool) -> PackageView:
    assets = assets_of(session, [row.id])
    return PackageView(
        package=row,
        performer=parties.performer(session, row.performer_id),
        licensor_name=parties.party(session, row.licensor_party_id).name,
        components=[
            _component_view(component, [a for a in assets if a.component_id == component.id], sees_all=sees_all)
            for component in components_of(session, [row.id])
        ],
        rate_card=rate_cards_of(session, [row.id]),
    )


def _component_view(component: PackageComponent, assets: Sequence[Asset], *, sees_all: bool) -> ComponentView:
    return ComponentView(
        component=component,
        assets=[a for a in assets if sees_all or a.purpose is AssetPurpose.PREVIEW],
        deliverables=sum(a.purpose is AssetPurpose.DELIVERABLE for a in assets),
    )
