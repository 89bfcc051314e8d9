"""Reads of licenses, scoped to the asker where an actor is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.licensing.models import Delivery, License, LicenseAuthority, LicenseNotice, LicenseStatusChange
from app.licensing.rules.decision import Code, LicenseFacts, standing
from app.licensing.states import LicenseStatus
from app.licensing.terms import CompiledTerms, compile_terms
from app.negotiation.models import Deal
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class LicenseView:
    """A license with its terms, compiled."""

    license: License
    terms: CompiledTerms

    @property
    def facts(self) -> LicenseFacts:
        return self.terms.facts(status=self.license.status, authority_ends_at=self.license.authority_ends_at)

    def standing(self, at: datetime) -> Code:
        """How it stands at an instant: ALLOWED, or the code that stops ordinary use."""
        return standing(license=self.facts, at=at)


def license_view(session: Session, actor: Actor, license_id: str, *, lock: bool = False) -> LicenseView:
    """Raises: NotFound, also for a license between others."""
    return _view(session, License.id == license_id, _theirs(actor), lock=lock)


def license_of(session: Session, license_id: str, *, lock: bool = False) -> LicenseView:
    """Return a license for features above, whoever asks. Raises: NotFound."""
    return _view(session, License.id == license_id, lock=lock)


def licenses_page(session: Session, actor: Actor, *, cursor: str | None, limit: int) -> Page[License]:
    statement = select(License).where(_theirs(actor))
    return paginate(session, statement, id_column=col(License.id), cursor=cursor, limit=limit)


def views_of(session: Session, licenses: Sequence[License]) -> list[LicenseView]:
    """Return licenses with their terms, in one query for all."""
    statement = select(Deal.id, Deal.terms_json).where(col(Deal.id).in_({row.deal_id for row in licenses}))
    texts = dict(session.exec(statement).all())
    return [LicenseView(row, compile_terms(texts[row.deal_id])) for row in licenses]


def status_changes(session: Session, license_id: str) -> Sequence[LicenseStatusChange]:
    statement = select(LicenseStatusChange).where(LicenseStatusChange.license_id == license_id)
    return session.exec(statement.order_by(col(LicenseStatusChange.id))).all()


def notices_of(session: Session, license_id: str) -> Sequence[LicenseNotice]:
    statement = select(LicenseNotice).where(LicenseNotice.license_id == license_id)
    return session.exec(statement.order_by(col(LicenseNotice.due_at))).all()


def deliveries_of(session: Session, license_id: str) -> Sequence[Delivery]:
    """Return the inventory of what was handed out under a license, oldest first."""
    statement = select(Delivery).where(Delivery.license_id == license_id)
    return session.exec(statement.order_by(col(Delivery.id))).all()


def deliveries_page(
    session: Session, actor: Actor, license_id: str, *, cursor: str | None, limit: int
) -> Page[Delivery]:
    """Return one page of the inventory of a license of the actor's, newest first. Raises: NotFound."""
    license = license_view(session, actor, license_id).license
    statement = select(Delivery).where(Delivery.license_id == license.id)
    return paginate(session, statement, id_column=col(Delivery.id), cursor=cursor, limit=limit)


def delivery(session: Session, actor: Actor, delivery_id: str) -> tuple[Delivery, LicenseView]:
    """Return a delivery to the licensee's own. Raises: NotFound."""
    found = session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound("There is no such delivery.")
    view = license_view(session, actor, found.license_id)
    if view.license.licensee_party_id != actor.party_id:
        raise NotFound("There is no such delivery.")
    return found, view


def licenses_resting_on(session: Session, representation_ids: Iterable[str], *, since: datetime) -> list[str]:
    """Return the ids of the licenses signed from an instant on that rest on any of these, in their order."""
    rests = sa.select(col(LicenseAuthority.license_id)).where(
        col(LicenseAuthority.representation_id).in_(set(representation_ids)),
        col(LicenseAuthority.signed_at) >= since,
    )
    return list(session.execute(rests.distinct().order_by(col(LicenseAuthority.license_id))).scalars())


def expired_at(at: datetime) -> Any:
    """The WHERE clause for licenses whose term is over at an instant; agrees with `rules.decision`."""
    return col(License.ends_at) <= at


def marked_in_status_list(session: Session) -> tuple[int, Sequence[tuple[int, LicenseStatus]]]:
    """Return the size of the status list and the places that are not clean."""
    size = session.scalar(sa.select(sa.func.coalesce(sa.func.max(License.status_index) + 1, 0))) or 0
    stopped = (LicenseStatus.SUSPENDED, LicenseStatus.TERMINATED)
    rows = session.exec(
        select(License.status_index, col(License.status)).where(col(License.status).in_(stopped))
    ).all()
    return int(size), [(index, LicenseStatus(status)) for index, status in rows]


def _theirs(actor: Actor) -> Any:
    return only_theirs(actor, col(License.licensee_party_id), col(License.licensor_party_id))


def _view(session: Session, *where: Any, lock: bool = False) -> LicenseView:
    statement = select(License, Deal.terms_json).join(Deal, col(Deal.id) == col(License.deal_id)).where(*where)
    if lock:
        statement = statement.with_for_update(of=License).execution_options(populate_existing=True)
    row = session.exec(statement).first()
    if row is None:
        raise NotFound("There is no such license.")
    return LicenseView(row[0], compile_terms(row[1]))
