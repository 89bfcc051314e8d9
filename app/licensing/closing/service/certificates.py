"""Declare what was derived from delivered copies, and certify what was destroyed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.infrastructure.ids import new_id
from app.licensing.closing import copies
from app.licensing.closing.ending import closing_view, holdings_of
from app.licensing.closing.errors import AlreadyDeclared, CertificateRefused, NotYours
from app.licensing.closing.events import CopiesDestroyed
from app.licensing.closing.models import DerivedModel, DestroyedCopy, DestructionCertificate, LicenseDuty
from app.licensing.closing.rules.destruction import Copy, Line, line_problems
from app.licensing.closing.service.planning import mark_done, mark_open
from app.licensing.closing.states import DestructionMethod, DutyKind
from app.licensing.models import Delivery
from app.licensing.queries import LicenseView
from app.parties.queries import party
from app.values.canonical import canonical_bytes, sha256_hex
from app.values.components import Axis
from app.values.term import format_instant

CERTIFICATE_VERSION = 1


@dataclass(frozen=True, slots=True)
class CertifiedCopy:
    """A line of a certificate as it is signed."""

    id: str
    """Of a delivery or of a derived model."""
    sha256: str
    method: DestructionMethod
    destroyed_on: date


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate, and how many copies the same party has yet to destroy."""

    certificate: DestructionCertificate
    outstanding: int


def declare_model(
    *, session: Session, actor: Actor, at: datetime, license_id: str, name: str, sha256: str
) -> DerivedModel:
    """Declare a model that was trained, tuned or converted from what was delivered.

    Also one for which the license gives no right, and also after the end: what exists is to be destroyed, whether
    or not it should. Raises: NotFound, NotYours, AlreadyDeclared.
    """
    view = _held_by(session, actor, license_id)
    same = select(DerivedModel.id).where(
        DerivedModel.license_id == license_id,
        DerivedModel.by_party_id == actor.party_id,
        DerivedModel.sha256 == sha256,
    )
    if session.exec(same).first() is not None:
        raise AlreadyDeclared("A model with this hash was declared before.")
    model = DerivedModel(
        license_id=license_id,
        by_party_id=actor.party_id,
        actor=actor.label,
        name=name,
        sha256=sha256,
        is_granted=any(Axis.TRAINING in grant.axes for grant in view.terms_at(at).grants),
        declared_at=at,
    )
    session.add(model)
    session.flush()
    _follow(session, view, actor.party_id, at)
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="license.model_declared",
        subject_id=license_id,
        model_id=model.id,
        sha256=sha256,
    )
    return model


def sign_certificate(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license_id: str,
    officer_name: str,
    officer_title: str,
    statement: str,
    items: Sequence[CertifiedCopy],
) -> Signed:
    """Sign that copies were destroyed, all of them or some; the document is kept as it is, named by its hash.

    The license is locked, so that of two certificates for the same copy one is refused.
    Raises: NotFound, NotYours, CertificateRefused naming the lines.
    """
    view = _held_by(session, actor, license_id)
    zone = ZoneInfo(view.latest.terms.document["term"]["zone"])
    held = copies.held_copies(session, view, actor.party_id, [item.id for item in items])
    known = {
        row.id: Copy(row.id, row.sha256, _since(view, row).astimezone(zone).date(), is_gone)
        for row, is_gone in held.values()
    }
    lines = [Line(item.id, item.sha256, item.destroyed_on) for item in items]
    problems = line_problems(lines, known, today=at.astimezone(zone).date())
    if problems:
        raise CertificateRefused.because(problems)
    certificate_id = new_id("dce")
    document = {
        "certificate_version": CERTIFICATE_VERSION,
        "id": certificate_id,
        "license_id": license_id,
        "terms_sha256": view.version_at(at).terms_sha256,
        "party": {"id": actor.party_id, "name": party(session, actor.party_id).name},
        "officer": {"name": officer_name, "title": officer_title},
        "statement": statement,
        "signed_at": format_instant(at),
        "signed_by": actor.label,
        "copies": [_copy_document(item, held[item.id][0]) for item in items],
    }
    certificate = DestructionCertificate(
        id=certificate_id,
        license_id=license_id,
        by_party_id=actor.party_id,
        actor=actor.label,
        officer_name=officer_name,
        officer_title=officer_title,
        document_json=canonical_bytes(document).decode(),
        sha256=sha256_hex(document),
        signed_at=at,
    )
    session.add(certificate)
    session.flush()
    session.add_all(_destroyed(certificate_id, item, held[item.id][0]) for item in items)
    session.flush()
    left = _follow(session, view, actor.party_id, at)
    _tell(session, actor, at, view, certificate, len(items), left)
    return Signed(certificate, left)


def _held_by(session: Session, actor: Actor, license_id: str) -> LicenseView:
    """Return a license, locked, to a party that is or was its licensee. Raises: NotFound, NotYours."""
    view = closing_view(session, actor, license_id, lock=True)
    if actor.party_id not in {holding.party_id for holding in holdings_of(view)}:
        raise NotYours("Only who received copies can say what became of them.")
    return view


def _follow(session: Session, view: LicenseView, party_id: str, at: datetime) -> int:
    """Close the duty of a party when nothing is left to destroy, or open it again; return how much is left."""
    left = copies.outstanding_of(session, view, party_id)
    wanted = (LicenseDuty.license_id == view.license.id, LicenseDuty.kind == DutyKind.DESTRUCTION)
    duty = session.exec(
        select(LicenseDuty)
        .where(*wanted, LicenseDuty.key == party_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if duty is not None and duty.lapsed_at is None:
        if left:
            mark_open(session, duty, at)
        elif at >= duty.opens_at:  # before, more may still be delivered
            mark_done(session, duty, at)
    return left


def _since(view: LicenseView, row: Delivery | DerivedModel) -> datetime:
    """A model may have been destroyed before it was declared, but not before there was a license."""
    return row.delivered_at if isinstance(row, Delivery) else view.license.created_at


def _copy_document(item: CertifiedCopy, row: Delivery | DerivedModel) -> Mapping[str, Any]:
    what = (
        {"delivery_id": row.id, "asset_id": row.asset_id, "filename": row.filename, "size_bytes": row.size_bytes}
        | {"delivered_at": format_instant(row.delivered_at)}
        if isinstance(row, Delivery)
        else {"derived_model_id": row.id, "name": row.name, "declared_at": format_instant(row.declared_at)}
    )
    done = {"method": item.method.value, "destroyed_on": item.destroyed_on.isoformat()}
    return what | {"sha256": row.sha256} | done


def _destroyed(certificate_id: str, item: CertifiedCopy, row: Delivery | DerivedModel) -> DestroyedCopy:
    return DestroyedCopy(
        certificate_id=certificate_id,
        delivery_id=row.id if isinstance(row, Delivery) else None,
        derived_model_id=None if isinstance(row, Delivery) else row.id,
        sha256=row.sha256,
        method=item.method,
        destroyed_on=item.destroyed_on,
    )


def _tell(
    session: Session,
    actor: Actor,
    at: datetime,
    view: LicenseView,
    certificate: DestructionCertificate,
    number: int,
    left: int,
) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="license.destruction_certified",
        subject_id=view.license.id,
        certificate_id=certificate.id,
        sha256=certificate.sha256,
        copies=number,
        outstanding=left,
    )
    destroyed = CopiesDestroyed(
        license_id=view.license.id,
        certificate_id=certificate.id,
        sha256=certificate.sha256,
        party_id=actor.party_id,
        licensor_party_id=view.license.licensor_party_id,
        copies=number,
        outstanding=left,
    )
    events.publish(session=session, at=at, event=destroyed)
