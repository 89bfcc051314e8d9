"""Reads of parties and performers."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties.models import Party, Performer, Representation
from app.parties.states import RepresentationStatus
from app.values.errors import NotFound


def party(session: Session, party_id: str) -> Party:
    """Raises: NotFound."""
    found = session.get(Party, party_id)
    if found is None:
        raise NotFound("There is no such party.")
    return found


def party_names(session: Session, party_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of parties by id, in one query."""
    rows = session.exec(select(Party.id, Party.name).where(col(Party.id).in_(set(party_ids)))).all()
    return dict(rows)


def own_party(session: Session, actor: Actor, party_id: str) -> Party:
    """Raises: NotFound, also for a party that is not the actor's."""
    found = session.exec(select(Party).where(Party.id == party_id, only_theirs(actor, col(Party.id)))).first()
    if found is None:
        raise NotFound("There is no such party.")
    return found


def parties_page(session: Session, actor: Actor, *, cursor: str | None, limit: int) -> Page[Party]:
    statement = select(Party).where(only_theirs(actor, col(Party.id)))
    return paginate(session, statement, id_column=col(Party.id), cursor=cursor, limit=limit)


def performer(session: Session, performer_id: str) -> Performer:
    """Raises: NotFound."""
    found = session.get(Performer, performer_id)
    if found is None:
        raise NotFound("There is no such performer.")
    return found


def performers_by_id(session: Session, performer_ids: Iterable[str]) -> dict[str, Performer]:
    """Return performers by id, in one query."""
    rows = session.exec(select(Performer).where(col(Performer.id).in_(set(performer_ids)))).all()
    return {row.id: row for row in rows}


def visible_performer(session: Session, actor: Actor, performer_id: str) -> Performer:
    """Raises: NotFound, also for a performer whom nobody represents yet and somebody else recorded."""
    found = session.exec(select(Performer).where(Performer.id == performer_id, _visible_to(actor))).first()
    if found is None:
        raise NotFound("There is no such performer.")
    return found


def represented_performer(session: Session, actor: Actor, performer_id: str) -> Performer:
    """Return a performer to an administrator or a party with verified authority over them. Raises: NotFound."""
    statement = select(Performer).where(Performer.id == performer_id)
    if not actor.is_administrator:
        statement = statement.where(
            col(Performer.id).in_(
                select(Representation.performer_id)
                .where(Representation.holder_party_id == actor.party_id)
                .where(Representation.status == RepresentationStatus.VERIFIED)
            )
        )
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("There is no such performer among those you represent.")
    return found


def performers_page(session: Session, actor: Actor, *, cursor: str | None, limit: int) -> Page[Performer]:
    statement = select(Performer).where(_visible_to(actor))
    return paginate(session, statement, id_column=col(Performer.id), cursor=cursor, limit=limit)


def _visible_to(actor: Actor) -> Any:
    """Everybody knows performers who are represented; before that, only those who recorded or claim them do."""
    claims = sa.select(col(Representation.performer_id)).where(
        sa.or_(
            col(Representation.status) == RepresentationStatus.VERIFIED,
            only_theirs(actor, Representation.holder_party_id),
        )
    )
    return sa.or_(only_theirs(actor, Performer.recorded_by_party_id), col(Performer.id).in_(claims))
