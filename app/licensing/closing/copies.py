"""Reads of what is still to be destroyed: delivered copies and the models derived from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.licensing.closing.ending import (
    closing_view,
    covers_of,
    end_of,
    holdings_of,
    sees_all,
    spans_of,
)
from app.licensing.closing.models import DerivedModel, DestroyedCopy, DestructionCertificate
from app.licensing.models import Delivery
from app.licensing.queries import LicenseView
from app.values.errors import NotFound


def outstanding_of(session: Session, view: LicenseView, party_id: str) -> int:
    """Return how many copies and models a party has yet to destroy under a license."""
    covers = covers_of(view, end_of(session, view), party_id)
    counts = 0
    if "delivered_copies" in covers:
        copies = select(sa.func.count()).select_from(Delivery).where(*_delivered(view, party_id), ~_is_destroyed())
        counts += session.exec(copies).one()
    if "derived_models" in covers:
        models = select(sa.func.count()).select_from(DerivedModel)
        counts += session.exec(models.where(*_declared(view, party_id), ~_is_model_destroyed())).one()
    return counts


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """A delivered copy or a derived model, its party, and the certificate of its destruction if there is one."""

    id: str
    kind: str
    """`delivery` or `derived_model`."""
    name: str
    sha256: str
    since: datetime
    party_id: str
    certificate_id: str | None


@dataclass(frozen=True, slots=True)
class CopyPage:
    items: list[HeldCopy]
    next_cursor: str | None


def copies_page(
    session: Session,
    actor: Actor,
    license_id: str,
    *,
    is_outstanding: bool = False,
    cursor: str | None = None,
    limit: int = 25,
) -> CopyPage:
    """Return delivered copies and declared models, newest first, models before copies. Raises: NotFound."""
    view = closing_view(session, actor, license_id)
    parties = {holding.party_id for holding in holdings_of(view)}
    if not sees_all(view, actor):
        parties &= {actor.party_id}
    found: list[HeldCopy] = []
    for copies in (_copies(session, view, party_id, is_outstanding, cursor, limit) for party_id in sorted(parties)):
        found += copies
    found.sort(key=lambda copy: copy.id, reverse=True)
    return CopyPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def held_copies(
    session: Session, view: LicenseView, party_id: str, ids: Iterable[str]
) -> dict[str, tuple[Delivery | DerivedModel, bool]]:
    """Return those of these copies and models that a party holds under a license, and whether each is destroyed."""
    wanted = set(ids)
    deliveries = session.execute(
        select(Delivery, _is_destroyed()).where(*_delivered(view, party_id), col(Delivery.id).in_(wanted))
    )
    models = session.execute(
        select(DerivedModel, _is_model_destroyed()).where(
            *_declared(view, party_id), col(DerivedModel.id).in_(wanted)
        )
    )
    return {row.id: (row, bool(is_gone)) for row, is_gone in [*deliveries, *models]}


def _copies(
    session: Session, view: LicenseView, party_id: str, is_outstanding: bool, cursor: str | None, limit: int
) -> list[HeldCopy]:
    delivered = (
        sa.select(col(Delivery.id), col(Delivery.filename), col(Delivery.sha256), col(Delivery.delivered_at))
        .add_columns(col(DestroyedCopy.certificate_id))
        .outerjoin(DestroyedCopy, col(DestroyedCopy.delivery_id) == col(Delivery.id))
        .where(*_delivered(view, party_id))
    )
    declared = (
        sa.select(col(DerivedModel.id), col(DerivedModel.name), col(DerivedModel.sha256))
        .add_columns(col(DerivedModel.declared_at), col(DestroyedCopy.certificate_id))
        .outerjoin(DestroyedCopy, col(DestroyedCopy.derived_model_id) == col(DerivedModel.id))
        .where(*_declared(view, party_id))
    )
    found: list[HeldCopy] = []
    kinds: tuple[tuple[str, Any, Any], ...] = (
        ("delivery", delivered, col(Delivery.id)),
        ("derived_model", declared, col(DerivedModel.id)),
    )
    for kind, statement, id_column in kinds:
        if is_outstanding:
            statement = statement.where(col(DestroyedCopy.certificate_id).is_(None))
        if cursor is not None:
            statement = statement.where(id_column < cursor)
        rows = session.execute(statement.order_by(sa.desc(id_column)).limit(limit + 1))
        found += [HeldCopy(row[0], kind, row[1], row[2], row[3], party_id, row[4]) for row in rows]
    return found


def _delivered(view: LicenseView, party_id: str) -> list[Any]:
    """Limit deliveries to those made to a party while it was the licensee."""
    times = [
        sa.and_(
            col(Delivery.delivered_at) >= since, *([] if until is None else [col(Delivery.delivered_at) < until])
        )
        for since, until in spans_of(view, party_id)
    ]
    return [col(Delivery.license_id) == view.license.id, sa.or_(sa.false(), *times)]


def _declared(view: LicenseView, party_id: str) -> list[Any]:
    return [col(DerivedModel.license_id) == view.license.id, col(DerivedModel.by_party_id) == party_id]


def _is_destroyed() -> Any:
    return sa.exists().where(col(DestroyedCopy.delivery_id) == col(Delivery.id))


def _is_model_destroyed() -> Any:
    return sa.exists().where(col(DestroyedCopy.derived_model_id) == col(DerivedModel.id))


def certificates_page(
    session: Session, actor: Actor, license_id: str, *, cursor: str | None = None, limit: int = 25
) -> Page[DestructionCertificate]:
    """Return certificates, newest first; who was the licensee before sees its own. Raises: NotFound."""
    view = closing_view(session, actor, license_id)
    statement = select(DestructionCertificate).where(DestructionCertificate.license_id == license_id)
    if not sees_all(view, actor):
        statement = statement.where(DestructionCertificate.by_party_id == actor.party_id)
    return paginate(session, statement, id_column=col(DestructionCertificate.id), cursor=cursor, limit=limit)


def own_certificate(
    session: Session, actor: Actor, license_id: str, certificate_id: str
) -> tuple[LicenseView, DestructionCertificate]:
    """Raises: NotFound."""
    view = closing_view(session, actor, license_id)
    found = session.get(DestructionCertificate, certificate_id)
    is_theirs = found is not None and (sees_all(view, actor) or found.by_party_id == actor.party_id)
    if found is None or found.license_id != license_id or not is_theirs:
        raise NotFound("There is no such certificate.")
    return view, found
