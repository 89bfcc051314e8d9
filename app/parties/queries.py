"""Reads of parties. Those that take an actor are scoped to the asker; the others are for features above."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties.models import Beneficiary, Party, Performer, Representation, RepresentationDocument
from app.parties.states import RepresentationStatus
from app.values.errors import NotFound
from app.values.rounding import BASIS_POINTS


@dataclass(frozen=True, slots=True)
class BeneficiaryShare:
    """A party and its share of what an estate earns, in basis points."""

    party_id: str
    share_bps: int


@dataclass(frozen=True, slots=True)
class RepresentationView:
    """A representation with the documents that prove it."""

    representation: Representation
    documents: Sequence[RepresentationDocument]


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


def own_representation(
    session: Session, actor: Actor, representation_id: str, *, lock: bool = False
) -> Representation:
    """Raises: NotFound, also for a representation that is not the actor's."""
    statement = select(Representation).where(
        Representation.id == representation_id, only_theirs(actor, Representation.holder_party_id)
    )
    found = session.exec(statement.with_for_update() if lock else statement).first()
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


def verified_representation(session: Session, performer_id: str, holder_party_id: str) -> Representation | None:
    """Return the authority of a party over a performer's likeness, if it is verified. There is at most one.

    Its dates are not looked at: `signs_until_at` and `licenses_until_at` are for the caller to compare.
    """
    return session.exec(
        select(Representation)
        .where(Representation.performer_id == performer_id, Representation.holder_party_id == holder_party_id)
        .where(Representation.status == RepresentationStatus.VERIFIED)
    ).first()


def beneficiaries_at(session: Session, estate_party_id: str, at: datetime) -> list[BeneficiaryShare]:
    """Return who shares what an estate earned at this instant; the shares add up to 10,000 basis points.

    Largest share first. An estate without beneficiaries keeps everything itself.
    """
    rows = session.exec(
        select(Beneficiary)
        .where(Beneficiary.estate_party_id == estate_party_id, Beneficiary.valid_from_at <= at)
        .where(sa.or_(col(Beneficiary.valid_until_at).is_(None), col(Beneficiary.valid_until_at) > at))
        .order_by(sa.desc(col(Beneficiary.share_bps)), col(Beneficiary.id))
    ).all()
    if not rows:
        return [BeneficiaryShare(estate_party_id, BASIS_POINTS)]
    return [BeneficiaryShare(row.beneficiary_party_id, row.share_bps) for row in rows]


def beneficiaries_of(session: Session, actor: Actor, estate_party_id: str) -> Sequence[Beneficiary]:
    """Return all shares ever set for the actor's party, oldest first. Raises: NotFound."""
    own_party(session, actor, estate_party_id)
    return session.exec(
        select(Beneficiary)
        .where(Beneficiary.estate_party_id == estate_party_id)
        .order_by(col(Beneficiary.valid_from_at), col(Beneficiary.id))
    ).all()
