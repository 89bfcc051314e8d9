"""Reads of representations and of the documents that prove them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties.models import Representation, RepresentationDocument
from app.parties.states import RepresentationStatus
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class RepresentationView:
    """A representation with the documents that prove it."""

    representation: Representation
    documents: Sequence[RepresentationDocument]


def own_representation(
    session: Session, actor: Actor, representation_id: str, *, lock: bool = False
) -> Representation:
    """Return a representation; with `lock`, as it is once the lock is held.

    Raises: NotFound, also for a representation that is not the actor's.
    """
    statement = select(Representation).where(
        Representation.id == representation_id, only_theirs(actor, Representation.holder_party_id)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("There is no such representation.")
    return found


def representations_page(
    session: Session,
    actor: Actor,
    *,
    cursor: str | None,
    limit: int,
    status: RepresentationStatus | None = None,
    performer_id: str | None = None,
) -> Page[Representation]:
    statement = select(Representation).where(only_theirs(actor, Representation.holder_party_id))
    if status is not None:
        statement = statement.where(Representation.status == status)
    if performer_id is not None:
        statement = statement.where(Representation.performer_id == performer_id)
    return paginate(session, statement, id_column=col(Representation.id), cursor=cursor, limit=limit)


def own_document(
    session: Session, actor: Actor, representation_id: str, document_id: str
) -> RepresentationDocument:
    """Raises: NotFound, also for a document of a representation that is not the actor's."""
    representation = own_representation(session, actor, representation_id)
    found = session.get(RepresentationDocument, document_id)
    if found is None or found.representation_id != representation.id:
        raise NotFound("There is no such document.")
    return found


def documents_of(session: Session, representation_ids: Iterable[str]) -> Sequence[RepresentationDocument]:
    wanted = col(RepresentationDocument.representation_id).in_(set(representation_ids))
    return session.exec(select(RepresentationDocument).where(wanted).order_by(col(RepresentationDocument.id))).all()


def representation_views(session: Session, rows: Sequence[Representation]) -> list[RepresentationView]:
    """Return representations with their documents, in one query for all."""
    documents = documents_of(session, [row.id for row in rows])
    return [RepresentationView(row, [d for d in documents if d.representation_id == row.id]) for row in rows]


def representations_of(session: Session, performer_id: str, at: datetime) -> Sequence[Representation]:
    """Return the verified representations of a performer under which a deal may be signed at this instant."""
    return session.exec(
        select(Representation)
        .where(Representation.performer_id == performer_id)
        .where(Representation.status == RepresentationStatus.VERIFIED)
        .where(sa.or_(col(Representation.signs_until_at).is_(None), col(Representation.signs_until_at) > at))
        .order_by(col(Representation.id))
    ).all()


def held_representations(session: Session, performer_id: str, holder_party_id: str) -> Sequence[Representation]:
    """Return the verified representations of a performer by a party, newest first.

    Neither their dates nor the other holders are looked at: what may be signed is for `authority_of` to say.
    """
    return session.exec(
        select(Representation)
        .where(Representation.performer_id == performer_id, Representation.holder_party_id == holder_party_id)
        .where(Representation.status == RepresentationStatus.VERIFIED)
        .order_by(sa.desc(col(Representation.id)))
    ).all()
