"""Claiming authority over a likeness, and attaching the documents that prove it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import BinaryIO

from sqlmodel import Session, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure.media_types import sniff_media_type
from app.infrastructure.storage import AssetStore
from app.parties import queries
from app.parties.models import Representation, RepresentationDocument
from app.parties.service import history
from app.parties.states import AuthorityEventKind, Capacity, DocumentKind, RepresentationAction, next_status
from app.values.components import Component
from app.values.errors import InvalidInput
from app.values.rounding import BASIS_POINTS
from app.values.territory import Territory

LARGEST_DOCUMENT_BYTES = 25 * 1024 * 1024


def record_representation(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    capacity: Capacity,
    components: Iterable[Component],
    media: Iterable[str],
    territory: Territory,
    principal_id: str | None = None,
    share_bps: int | None = None,
    is_exclusive: bool | None = None,
    may_delegate: bool | None = None,
    begins_at: datetime | None = None,
    signs_until_at: datetime | None = None,
    licenses_until_at: datetime | None = None,
    holder_party_id: str | None = None,
) -> Representation:
    """Claim authority over a performer's likeness, for the actor's party; an administrator may name another.

    It counts for nothing until an administrator has verified it against its documents. `media` are leaves. An
    agent or attorney names the representation of its `principal_id`; its mandate is not exclusive and cannot be
    passed on unless said. An owner has a share, all of it unless said, and may appoint agents unless said.
    Raises: NotFound; InvalidInput, naming what does not go with the capacity.
    """
    holder_id = holder_party_id or actor.party_id
    if holder_id != actor.party_id:
        actor.require_administrator()
        queries.party(session, holder_id)
    performer = queries.performer(session, performer_id)
    if begins_at is not None and signs_until_at is not None and signs_until_at <= begins_at:
        raise InvalidInput.at("/signs_until_at", "The end lies before the beginning; choose a later instant.")
    if capacity.is_delegated:
        _check_mandate(session, performer.id, holder_id, principal_id, share_bps)
    else:
        share_bps = _share_of_owner(capacity, principal_id, share_bps, is_exclusive)
    representation = Representation(
        performer_id=performer.id,
        holder_party_id=holder_id,
        capacity=capacity,
        principal_id=principal_id,
        share_bps=share_bps,
        is_exclusive=not capacity.is_delegated if is_exclusive is None else is_exclusive,
        may_delegate=not capacity.is_delegated if may_delegate is None else may_delegate,
        components=sorted(component.value for component in components),
        media=sorted(media),
        territory_expression=territory.expression,
        territory_codes=list(territory.sorted_codes),
        begins_at=begins_at,
        signs_until_at=signs_until_at,
        licenses_until_at=licenses_until_at,
        created_at=at,
    )
    session.add(representation)
    session.flush()
    _note_recorded(session, actor, at, representation)
    return representation


def _note_recorded(session: Session, actor: Actor, at: datetime, recorded: Representation) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="representation.recorded",
        subject_id=recorded.id,
        performer_id=recorded.performer_id,
        holder_party_id=recorded.holder_party_id,
        capacity=recorded.capacity.value,
        components=recorded.components,
        territory=recorded.territory_expression,
    )
    history.record(session, actor, at, recorded, AuthorityEventKind.RECORDED, detail=recorded.capacity.value)


def _check_mandate(
    session: Session, performer_id: str, holder_id: str, principal_id: str | None, share_bps: int | None
) -> None:
    if principal_id is None:
        raise InvalidInput.at(
            "/principal_id", "Say for whom you act: the representation of your principal.", code="required"
        )
    principal = session.get(Representation, principal_id)
    if principal is None or principal.performer_id != performer_id:
        raise InvalidInput.at(
            "/principal_id", "There is no such representation of this performer.", code="not_found"
        )
    if principal.holder_party_id == holder_id:
        raise InvalidInput.at("/principal_id", "Nobody acts as agent for themselves; name another party's.")
    if share_bps is not None:
        raise InvalidInput.at("/share_bps", "An agent or attorney holds no share of the right; leave it out.")


def _share_of_owner(
    capacity: Capacity, principal_id: str | None, share_bps: int | None, is_exclusive: bool | None
) -> int:
    if principal_id is not None:
        raise InvalidInput.at("/principal_id", "Only an agent or attorney acts for a principal; leave it out.")
    if is_exclusive is False:
        raise InvalidInput.at("/is_exclusive", "Only the mandate of an agent or attorney can be non-exclusive.")
    if share_bps == 0 and not capacity.administers_estate:
        raise InvalidInput.at("/share_bps", "Only the office of executor or administrator comes without a share.")
    return BASIS_POINTS if share_bps is None else share_bps


def attach_document(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    store: AssetStore,
    representation_id: str,
    kind: DocumentKind,
    stream: BinaryIO,
    filename: str,
    issued_on: date | None = None,
) -> RepresentationDocument:
    """Store a document that proves a representation still to be decided; the same file again is the same document.

    `issued_on` is the day it bears. The file is stored before the transaction begins its reads, so that no lock
    waits for a slow disk.
    """
    if issued_on is not None and issued_on > at.date():
        raise InvalidInput.at("/issued_on", "A document does not bear a day still to come.")
    stored = store.put(stream, max_bytes=LARGEST_DOCUMENT_BYTES)
    representation = queries.own_representation(session, actor, representation_id, lock=True)
    next_status(representation.status, RepresentationAction.VERIFY)
    already = session.exec(
        select(RepresentationDocument).where(
            RepresentationDocument.representation_id == representation.id,
            RepresentationDocument.sha256 == stored.sha256,
        )
    ).first()
    if already is not None:
        return already
    document = RepresentationDocument(
        representation_id=representation.id,
        kind=kind,
        issued_on=issued_on,
        filename=filename,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        media_type=sniff_media_type(stored.head, filename),
        uploaded_at=at,
    )
    session.add(document)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="representation.document_attached",
        subject_id=representation.id,
        document_id=document.id,
        kind=kind.value,
        sha256=stored.sha256,
    )
    history.record(session, actor, at, representation, AuthorityEventKind.DOCUMENTED, detail=kind.value)
    return document
