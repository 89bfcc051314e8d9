"""Reads of what two sides said to each other, for these two alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.negotiation import queries as negotiations
from app.negotiation.discussion.models import (
    AgreedFieldMove,
    DocumentRequest,
    Inspection,
    OfferComment,
    SharedDocument,
)
from app.negotiation.discussion.rules.agreement import Agreed, FieldState, Reopened, fields, standing_marks
from app.negotiation.discussion.rules.pointers import read_pointer, resolve, write_pointer
from app.negotiation.discussion.states import AgreedMoveKind
from app.negotiation.models import Negotiation, Offer
from app.negotiation.terms.versions import as_current
from app.values.canonical import sha256_hex
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class Standing:
    """The marks that stand on the latest offer, and its document."""

    offer_number: int
    document: dict[str, Any]
    """In the shape of the latest version, in which the marks are kept: a new version alone changes no field."""
    as_sent: dict[str, Any]
    marks: Sequence[Agreed]


@dataclass(frozen=True, slots=True)
class AgreedField:
    """A field that one side or both agreed to, with the value it has in the latest offer."""

    pointer: str
    is_locked: bool
    agreed_by_party_ids: Sequence[str]
    offer_number: int
    value: Any
    value_sha256: str


@dataclass(frozen=True, slots=True)
class AgreedFields:
    """What is agreed so far, and what each side proposed to agree on."""

    offer_number: int
    fields: Sequence[AgreedField]


def own_talks(session: Session, actor: Actor, negotiation_id: str, *, lock: bool = False) -> Negotiation:
    """Return a negotiation of which the actor's party is one of the two sides.

    Whoever may read its offers for another reason is no side. Raises: NotFound.
    """
    found = negotiations.own_negotiation(session, actor, negotiation_id, lock=lock)
    if actor.party_id not in (found.licensor_party_id, found.licensee_party_id):
        raise NotFound("There is no such negotiation.")
    return found


def comments_page(
    session: Session,
    actor: Actor,
    negotiation_id: str,
    *,
    cursor: str | None = None,
    limit: int = 25,
    offer_number: int | None = None,
    pointer: str | None = None,
) -> Page[OfferComment]:
    """Return comments, newest first; of one offer, on one field, if asked so. Raises: NotFound."""
    own_talks(session, actor, negotiation_id)
    statement = select(OfferComment).where(OfferComment.negotiation_id == negotiation_id)
    if offer_number is not None:
        statement = statement.where(OfferComment.offer_number == offer_number)
    if pointer is not None:
        statement = statement.where(OfferComment.pointer == pointer)
    return paginate(session, statement, id_column=col(OfferComment.id), cursor=cursor, limit=limit)


def requests_page(
    session: Session, actor: Actor, negotiation_id: str, *, cursor: str | None = None, limit: int = 25
) -> Page[DocumentRequest]:
    """Return what was asked for, newest first. Raises: NotFound."""
    own_talks(session, actor, negotiation_id)
    statement = select(DocumentRequest).where(DocumentRequest.negotiation_id == negotiation_id)
    return paginate(session, statement, id_column=col(DocumentRequest.id), cursor=cursor, limit=limit)


def documents_page(
    session: Session, actor: Actor, negotiation_id: str, *, cursor: str | None = None, limit: int = 25
) -> Page[SharedDocument]:
    """Return what was shared, newest first. Raises: NotFound."""
    own_talks(session, actor, negotiation_id)
    statement = select(SharedDocument).where(SharedDocument.negotiation_id == negotiation_id)
    return paginate(session, statement, id_column=col(SharedDocument.id), cursor=cursor, limit=limit)


def inspections_page(
    session: Session, actor: Actor, negotiation_id: str, *, cursor: str | None = None, limit: int = 25
) -> Page[Inspection]:
    """Return who of the platform looked, why and when, newest first; to the sides and to administrators.

    It tells nothing of what was said. Raises: NotFound.
    """
    if actor.is_administrator:
        any_negotiation(session, negotiation_id)
    else:
        own_talks(session, actor, negotiation_id)
    statement = select(Inspection).where(Inspection.negotiation_id == negotiation_id)
    return paginate(session, statement, id_column=col(Inspection.id), cursor=cursor, limit=limit)


def any_negotiation(session: Session, negotiation_id: str) -> Negotiation:
    """Return a negotiation, whoever asks: for an administrator who opens an inspection. Raises: NotFound."""
    found = session.get(Negotiation, negotiation_id)
    if found is None:
        raise NotFound("There is no such negotiation.")
    return found


def own_document(session: Session, actor: Actor, negotiation_id: str, document_id: str) -> SharedDocument:
    """Raises: NotFound, also for a document of another negotiation."""
    return document_of(session, own_talks(session, actor, negotiation_id).id, document_id)


def document_of(session: Session, negotiation_id: str, document_id: str) -> SharedDocument:
    """Raises: NotFound."""
    wanted = (SharedDocument.id == document_id, SharedDocument.negotiation_id == negotiation_id)
    found = session.exec(select(SharedDocument).where(*wanted)).first()
    if found is None:
        raise NotFound("There is no such document in this negotiation.")
    return found


def agreed_fields(session: Session, actor: Actor, negotiation_id: str) -> AgreedFields:
    """Raises: NotFound."""
    return agreed_fields_of(session, own_talks(session, actor, negotiation_id).id)


def agreed_fields_of(session: Session, negotiation_id: str) -> AgreedFields:
    found = standing(session, negotiation_id)
    return AgreedFields(found.offer_number, [_agreed_field(state, found) for state in fields(found.marks)])


def standing(session: Session, negotiation_id: str) -> Standing:
    """Return what the sides stand by, read from their moves and the offers since the first of these."""
    moves = moves_of(session, negotiation_id)
    latest = negotiations.latest_offer(session, negotiation_id)
    since = moves[0].offer_number if moves else latest.number
    columns = sa.select(col(Offer.number), col(Offer.terms_json))
    rows = session.execute(columns.where(col(Offer.negotiation_id) == negotiation_id, col(Offer.number) >= since))
    documents = {row.number: as_current(json.loads(row.terms_json)) for row in rows}
    return Standing(
        offer_number=latest.number,
        document=documents[latest.number],
        as_sent=json.loads(latest.terms_json),
        marks=standing_marks([_move(move) for move in moves], documents),
    )


def moves_of(session: Session, negotiation_id: str) -> Sequence[AgreedFieldMove]:
    """Return the moves about fields in the order in which they were made."""
    mine = select(AgreedFieldMove).where(AgreedFieldMove.negotiation_id == negotiation_id)
    return session.exec(mine.order_by(col(AgreedFieldMove.position))).all()


def _move(row: AgreedFieldMove) -> Agreed | Reopened:
    steps = read_pointer(row.pointer)
    if row.kind is AgreedMoveKind.REOPENED or row.value_sha256 is None:
        return Reopened(row.offer_number, steps, row.by_party_id)
    return Agreed(row.offer_number, steps, row.by_party_id, row.value_sha256)


def _agreed_field(state: FieldState, found: Standing) -> AgreedField:
    value = resolve(found.document, state.steps)
    return AgreedField(
        pointer=write_pointer(state.steps),
        is_locked=state.is_locked,
        agreed_by_party_ids=sorted(state.agreed_by),
        offer_number=state.offer_number,
        value=value,
        value_sha256=sha256_hex(value),
    )
