"""Put a component into a package, or take it out."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.audit import service as audit
from app.catalog import queries
from app.catalog.models import Asset, ComponentMedium, PackageComponent
from app.catalog.service.packages import editable_package
from app.identity.actor import Actor
from app.values.components import Axis, Component, DeliveryMode
from app.values.errors import NotFound
from app.values.rights_block import ALL
from app.values.territory import Territory


def put_component(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    component: Component,
    axes: Iterable[Axis],
    media: Iterable[str],
    territory: Territory,
    delivery: DeliveryMode,
    languages: Iterable[str] = (ALL,),
    categories: Iterable[str] = (ALL,),
    description: str = "",
) -> PackageComponent:
    """Say what is offered of a component; its files stay. `media` are leaves of the media tree.

    Raises: NotFound, PackageNotEditable.
    """
    package = editable_package(session, actor, package_id)
    row = queries.component_of(session, package.id, component) or PackageComponent(
        package_id=package.id, component=component, territory_expression="", territory_index="", delivery=delivery
    )
    row.axes = [axis.value for axis in Axis if axis in set(axes)]
    row.media = sorted(media)
    row.territory_expression = territory.expression
    row.territory_codes = list(territory.sorted_codes)
    row.territory_index = " ".join(territory.sorted_codes)
    row.languages = sorted(languages)
    row.categories = sorted(categories)
    row.delivery = delivery
    row.description = description
    session.add(row)
    session.flush()
    session.execute(sa.delete(ComponentMedium).where(col(ComponentMedium.component_id) == row.id))
    session.add_all(ComponentMedium(medium=leaf, component_id=row.id) for leaf in row.media)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="package.component_put",
        subject_id=package.id,
        component=component.value,
        axes=row.axes,
        media=row.media,
        territory=territory.expression,
        languages=row.languages,
        categories=row.categories,
        delivery=delivery.value,
    )
    return row


def remove_component(
    *, session: Session, actor: Actor, at: datetime, package_id: str, component: Component
) -> None:
    """Take a component and its files out of a package. Raises: NotFound, PackageNotEditable."""
    package = editable_package(session, actor, package_id)
    row = queries.component_of(session, package.id, component)
    if row is None:
        raise NotFound("The package has no such component.")
    session.execute(sa.delete(Asset).where(col(Asset.component_id) == row.id))
    session.execute(sa.delete(ComponentMedium).where(col(ComponentMedium.component_id) == row.id))
    session.delete(row)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="package.component_removed",
        subject_id=package.id,
        component=component.value,
    )
