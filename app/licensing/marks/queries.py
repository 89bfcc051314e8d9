"""Reads of marks; only those scoped to an actor may be shown as they are."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.identity.errors import NotAuthenticated
from app.identity.queries import usable_key
from app.infrastructure.http.paging import Page, paginate
from app.licensing.marks.models import LicenseMark, MarkSigner
from app.licensing.queries import LicenseView, license_view
from app.licensing.service.access import require_access
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.errors import NotFound


def marks_page(
    session: Session, actor: Actor, license_id: str, *, cursor: str | None, limit: int
) -> Page[LicenseMark]:
    """Return one page of the marks of a license of the actor's, newest first. Raises: NotFound.

    What a licensee before stamped is between it and the licensor.
    """
    view = license_view(session, actor, license_id)
    statement = select(LicenseMark).where(LicenseMark.license_id == view.license.id)
    if not actor.is_administrator and actor.party_id != view.license.licensor_party_id:
        statement = statement.where(*(col(LicenseMark.marked_at) >= at for at in _handed_on_at(view)))
    return paginate(session, statement, id_column=col(LicenseMark.id), cursor=cursor, limit=limit)


def content_of(*, session: Session, actor: Actor, at: datetime, present: datetime, mark_id: str) -> LicenseMark:
    """Return a mark whose file its licensee may fetch at this instant.

    Asked at every request, and again while an answer is under way; `present` is the machine's instant, by which API
    keys end. Raises: NotFound, LicenseRefuses, NotAuthenticated once the key that asks is good no more.
    """
    if actor.api_key_id is not None and usable_key(session, actor.api_key_id, at=present) is None:
        raise NotAuthenticated("This API key was revoked or has ended.")
    found = session.get(LicenseMark, mark_id)
    if found is None:
        raise NotFound("There is no such mark.")
    view = license_view(session, actor, found.license_id)
    if view.license.licensee_party_id != actor.party_id or _was_handed_on(view, since=found.marked_at):
        raise NotFound("There is no such mark.")
    require_access(view, at)
    return found


def mark_and_signer(session: Session, manifest_label: str) -> tuple[LicenseMark, MarkSigner] | None:
    """Return what is recorded of a manifest, whoever asks."""
    return session.exec(
        select(LicenseMark, MarkSigner)
        .join(MarkSigner, col(MarkSigner.id) == col(LicenseMark.signer_id))
        .where(LicenseMark.manifest_label == manifest_label)
    ).first()


def _was_handed_on(view: LicenseView, *, since: datetime) -> bool:
    """Whether another licensee has taken the license over after an instant."""
    return any(since < at for at in _handed_on_at(view))


def _handed_on_at(view: LicenseView) -> list[datetime]:
    return [each.effective_at for each in view.versions if each.change_of is ChangeOf.ASSIGNMENT]
