"""Reads of check-ins, for both sides of a license."""

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.licensing.checkins.models import CheckIn
from app.licensing.queries import license_view


def check_ins_page(
    session: Session, actor: Actor, license_id: str, *, cursor: str | None, limit: int
) -> Page[CheckIn]:
    """Return one page of the check-ins of a license of the actor's, newest first. Raises: NotFound."""
    license = license_view(session, actor, license_id).license
    statement = select(CheckIn).where(CheckIn.license_id == license.id)
    return paginate(session, statement, id_column=col(CheckIn.id), cursor=cursor, limit=limit)
