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
from app.licensing.models import (
    Delivery,
    License,
    LicenseAuthority,
    LicenseNotice,
    LicenseStatusChange,
    RetiredStatus,
    StatusListHead,
)
from app.licensing.rules.codes import Code
from app.licensing.rules.decision import standing
from app.licensing.rules.facts import Approved, LicenseFacts, QuotaLeft
from app.licensing.states import LicenseStatus
from app.licensing.terms import CompiledTerms, kept_terms
from app.negotiation.models import Deal, DealVersion, Negotiation
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """Signed terms, and from when on they are those of the license."""

    deal_id: str
    version: int
    change_of: ChangeOf | None
    """What it did to the version before; nothing for the first."""
    effective_at: datetime
    terms_sha256: str
    terms: CompiledTerms


@dataclass(frozen=True, slots=True)
class LicenseView:
    """A license with all terms that were ever signed for it, compiled."""

    license: License
    versions: Sequence[TermsVersion]
    """In the order in which they were signed, which is that in which they take effect."""

    @property
    def latest(self) -> TermsVersion:
        """The terms signed last, whether or not they are in force yet."""
        return self.versions[-1]

    def version_at(self, at: datetime) -> TermsVersion:
        """Return the terms in force at an instant; before the first took effect, the first."""
        started = [version for version in self.versions if version.effective_at <= at]
        return started[-1] if started else self.versions[0]

    def terms_at(self, at: datetime) -> CompiledTerms:
        return self.version_at(at).terms

    def facts_at(
        self, at: datetime, *, quotas: tuple[QuotaLeft, ...] = (), approved: frozenset[Approved] = frozenset()
    ) -> LicenseFacts:
        """Return what a decision at this instant is made from; what is counted and approved is handed in."""
        version = self.version_at(at)
        return version.terms.facts(
            status=self.license.status,
            authority_ends_at=self.license.authority_ends_at,
            was_active=self.license.activated_at is not None,
            changes_at=next((version.effective_at for version in self.versions if version.effective_at > at), None),
            check_in_due_at=self._check_in_due_at(version, at),
            quotas=quotas,
            approved=approved,
        )

    def _check_in_due_at(self, version: TermsVersion, at: datetime) -> datetime | None:
        rhythm = version.terms.check_in
        if rhythm is None:
            return None
        return rhythm.due_at(
            begins_at=max(version.terms.term.starts_at, version.effective_at),
            activated_at=self.license.activated_at,
            checked_in_at=self.license.checked_in_at,
            at=at,
        )

    def standing(self, at: datetime) -> Code:
        """How it stands at an instant: ALLOWED, or the code that stops ordinary use."""
        return standing(license=self.facts_at(at), at=at)


def license_view(session: Session, actor: Actor, license_id: str, *, lock: bool = False) -> LicenseView:
    """Raises: NotFound, also for a license between others."""
    return _view(session, License.id == license_id, _theirs(actor), lock=lock)


def license_of(session: Session, license_id: str, *, lock: bool = False) -> LicenseView:
    """Return a license for features above, whoever asks. Raises: NotFound."""
    return _view(session, License.id == license_id, lock=lock)


def licenses_page(
    session: Session, actor: Actor, *, cursor: str | None, limit: int, where: Iterable[Any] = ()
) -> Page[License]:
    statement = select(License).where(_theirs(actor), *where)
    return paginate(session, statement, id_column=col(License.id), cursor=cursor, limit=limit)


def views_of(session: Session, licenses: Sequence[License]) -> list[LicenseView]:
    """Return licenses with their terms, in one query for all."""
    versions = _versions_of(session, [row.id for row in licenses])
    return [LicenseView(row, versions[row.id]) for row in licenses]


def views_among(session: Session, actor: Actor, license_ids: Iterable[str]) -> dict[str, LicenseView]:
    """Return those of these licenses that are the actor's, by id, with their terms: one query, however many."""
    rows = session.execute(
        sa.select(License, *_VERSION)
        .join(DealVersion, col(DealVersion.license_id) == col(License.id))
        .join(Deal, col(Deal.id) == col(DealVersion.deal_id))
        .where(col(License.id).in_(set(license_ids)), _theirs(actor))
        .order_by(col(DealVersion.version))
    )
    found: dict[str, tuple[License, list[TermsVersion]]] = {}
    for license, *version in rows:
        found.setdefault(license.id, (license, []))[1].append(_version(*version))
    return {license_id: LicenseView(*each) for license_id, each in found.items()}


def status_changes(session: Session, license_id: str) -> Sequence[LicenseStatusChange]:
    statement = select(LicenseStatusChange).where(LicenseStatusChange.license_id == license_id)
    return session.exec(statement.order_by(col(LicenseStatusChange.id))).all()


def terminations(session: Session, license_ids: Iterable[str]) -> dict[str, datetime]:
    """Return when licenses were terminated, of those of these that were."""
    ended = select(LicenseStatusChange.license_id, LicenseStatusChange.changed_at).where(
        col(LicenseStatusChange.license_id).in_(set(license_ids)),
        LicenseStatusChange.to_status == LicenseStatus.TERMINATED,
    )
    return dict(session.exec(ended).all())


def notices_of(session: Session, license_id: str) -> Sequence[LicenseNotice]:
    statement = select(LicenseNotice).where(LicenseNotice.license_id == license_id)
    return session.exec(statement.order_by(col(LicenseNotice.due_at))).all()


def deliveries_page(
    session: Session, actor: Actor, license_id: str, *, cursor: str | None, limit: int
) -> Page[Delivery]:
    """Return one page of the inventory of a license of the actor's, newest first. Raises: NotFound."""
    license = license_view(session, actor, license_id).license
    statement = select(Delivery).where(Delivery.license_id == license.id)
    return paginate(session, statement, id_column=col(Delivery.id), cursor=cursor, limit=limit)


def delivery(session: Session, party_id: str, delivery_id: str) -> tuple[Delivery, LicenseView]:
    """Return a delivery to the licensee's own; one to a licensee before it is not. Raises: NotFound."""
    found = session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound("There is no such delivery.")
    view = license_of(session, found.license_id)
    handed_on = [version.effective_at for version in view.versions if version.change_of is ChangeOf.ASSIGNMENT]
    is_former = any(found.delivered_at < at for at in handed_on)
    if view.license.licensee_party_id != party_id or is_former:
        raise NotFound("There is no such delivery.")
    return found, view


def licenses_signed_between(
    session: Session, *, licensor_party_id: str, licensee_party_id: str
) -> Sequence[License]:
    """Return the licenses that these two made, by id; also those that another licensee has taken over since."""
    made = (
        select(License)
        .join(Deal, col(Deal.id) == col(License.deal_id))
        .join(Negotiation, col(Negotiation.id) == col(Deal.negotiation_id))
        .where(License.licensor_party_id == licensor_party_id, Negotiation.licensee_party_id == licensee_party_id)
    )
    return session.exec(made.order_by(col(License.id))).all()


def licenses_resting_on(session: Session, representation_ids: Iterable[str], *, since: datetime) -> list[str]:
    """Return the ids of the licenses signed from an instant on that rest on any of these, in their order."""
    rests = sa.select(col(LicenseAuthority.license_id)).where(
        col(LicenseAuthority.representation_id).in_(set(representation_ids)),
        col(LicenseAuthority.signed_at) >= since,
    )
    return list(session.execute(rests.distinct().order_by(col(LicenseAuthority.license_id))).scalars())


def marked_in_status_list(session: Session) -> tuple[int, Sequence[tuple[int, LicenseStatus]]]:
    """Return the size of the status list and the places that are not clean: stopped licenses, retired places."""
    size = session.scalar(sa.select(col(StatusListHead.next_index))) or 0
    stopped = (LicenseStatus.SUSPENDED, LicenseStatus.TERMINATED)
    rows = session.exec(
        select(License.status_index, col(License.status)).where(col(License.status).in_(stopped))
    ).all()
    retired = [(index, LicenseStatus.TERMINATED) for index in session.exec(select(RetiredStatus.status_index))]
    return int(size), [*((index, LicenseStatus(status)) for index, status in rows), *retired]


def _theirs(actor: Actor) -> Any:
    return only_theirs(actor, col(License.licensee_party_id), col(License.licensor_party_id))


def _view(session: Session, *where: Any, lock: bool = False) -> LicenseView:
    statement = select(License).where(*where)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    license = session.exec(statement).first()
    if license is None:
        raise NotFound("There is no such license.")
    return LicenseView(license, _versions_of(session, [license.id])[license.id])


def _versions_of(session: Session, license_ids: Sequence[str]) -> dict[str, list[TermsVersion]]:
    found: dict[str, list[TermsVersion]] = {license_id: [] for license_id in license_ids}
    rows = session.execute(
        sa.select(col(DealVersion.license_id), *_VERSION)
        .join(Deal, col(Deal.id) == col(DealVersion.deal_id))
        .where(col(DealVersion.license_id).in_(license_ids))
        .order_by(col(DealVersion.version))
    )
    for license_id, *version in rows:
        found[license_id].append(_version(*version))
    return found


_VERSION = (
    col(DealVersion.deal_id),
    col(DealVersion.version),
    col(DealVersion.change_of),
    col(DealVersion.effective_at),
    col(Deal.terms_sha256),
    col(Deal.terms_json),
)


def _version(
    deal_id: str, number: int, change_of: ChangeOf | None, effective_at: datetime, sha256: str, text: str
) -> TermsVersion:
    return TermsVersion(deal_id, number, change_of, effective_at, sha256, kept_terms(sha256, lambda: text))
