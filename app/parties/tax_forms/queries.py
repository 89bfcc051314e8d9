"""Reads of tax forms: the party's own, and for features above, who has a valid one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties.queries import own_party
from app.parties.tax_forms.models import TaxForm
from app.values.errors import NotFound


def valid_tax_forms(session: Session, party_ids: Iterable[str], at: datetime) -> dict[str, TaxForm]:
    """Return the form that holds at this instant for each of the parties that has one, in one query.

    Of several the one confirmed last.
    """
    rows = session.exec(
        select(TaxForm)
        .where(col(TaxForm.party_id).in_(set(party_ids)), is_valid(at))
        .order_by(col(TaxForm.confirmed_at), col(TaxForm.id))
    )
    return {row.party_id: row for row in rows}


def is_valid(at: datetime) -> Any:
    """The WHERE clause of forms that hold at this instant: confirmed, not revoked, not run out."""
    return sa.and_(
        col(TaxForm.confirmed_at) <= at,
        col(TaxForm.revoked_at).is_(None),
        sa.or_(col(TaxForm.valid_until_on).is_(None), col(TaxForm.valid_until_on) >= at.date()),
    )


def tax_forms_page(
    session: Session, actor: Actor, party_id: str, *, cursor: str | None, limit: int
) -> Page[TaxForm]:
    """Return all forms of the actor's party, newest first. Raises: NotFound."""
    own_party(session, actor, party_id)
    statement = select(TaxForm).where(TaxForm.party_id == party_id)
    return paginate(session, statement, id_column=col(TaxForm.id), cursor=cursor, limit=limit)


def all_tax_forms_page(
    session: Session, actor: Actor, *, cursor: str | None, limit: int, is_waiting: bool | None = None
) -> Page[TaxForm]:
    """Return the forms of the actor's party, to an administrator all; `is_waiting` leaves those to be confirmed."""
    statement = select(TaxForm).where(only_theirs(actor, col(TaxForm.party_id)))
    if is_waiting is not None:
        waiting = sa.and_(col(TaxForm.confirmed_at).is_(None), col(TaxForm.revoked_at).is_(None))
        statement = statement.where(waiting if is_waiting else sa.not_(waiting))
    return paginate(session, statement, id_column=col(TaxForm.id), cursor=cursor, limit=limit)


def locked_tax_form(session: Session, actor: Actor, tax_form_id: str) -> TaxForm:
    """Raises: NotFound, also for a form of another party."""
    found = session.exec(
        select(TaxForm)
        .where(TaxForm.id == tax_form_id, only_theirs(actor, col(TaxForm.party_id)))
        .with_for_update()
    ).first()
    if found is None:
        raise NotFound("There is no such tax form.")
    return found
