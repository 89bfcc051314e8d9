"""Ask the other side for a document, answer with a file or a reason, or share one unasked."""

from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.infrastructure.media_types import sniff_media_type
from app.infrastructure.storage import AssetStore, StoredFile
from app.negotiation.discussion.errors import DocumentRequestSettled
from app.negotiation.discussion.events import DocumentAsked, DocumentRequestClosed, DocumentShared
from app.negotiation.discussion.models import DocumentRequest, SharedDocument
from app.negotiation.discussion.service.talks import OpenTalks, has_spoken, open_talks
from app.negotiation.discussion.states import TRANSITIONS, DocumentRequestAction, DocumentRequestStatus
from app.values.errors import Forbidden, NotFound

LARGEST_SHARED_BYTES = 25 * 1024 * 1024


def ask_for_document(
    *, session: Session, actor: Actor, at: datetime, negotiation_id: str, what: str, why: str = ""
) -> DocumentRequest:
    """Ask the other side for a document. Raises: NotFound, MoveRefused once the negotiation has ended."""
    talks = open_talks(session, actor, negotiation_id)
    request = DocumentRequest(
        negotiation_id=talks.negotiation.id,
        asked_by_party_id=talks.by_party_id,
        asked_by_user_id=talks.by_user_id,
        what=what,
        why=why,
        status=DocumentRequestStatus.ASKED,
        asked_at=at,
    )
    session.add(request)
    session.flush()
    has_spoken(session, talks)
    _note(session, actor, talks, at, "document.asked", request_id=request.id, what=what)
    asked = DocumentAsked(
        negotiation_id=talks.negotiation.id,
        request_id=request.id,
        by_party_id=talks.by_party_id,
        to_party_id=talks.to_party_id,
    )
    events.publish(session=session, event=asked, at=at)
    return request


def share_document(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    store: AssetStore,
    negotiation_id: str,
    stream: BinaryIO,
    filename: str,
    description: str = "",
    request_id: str | None = None,
) -> SharedDocument:
    """Give the other side a file, as the answer to what it asked for or unasked.

    The same file again is the same document. It is stored before the transaction begins its reads, so that no lock
    waits for a slow upload. Raises: NotFound, Forbidden, MoveRefused, DocumentRequestSettled, FileTooLarge,
    EmptyFile.
    """
    stored = store.put(stream, max_bytes=LARGEST_SHARED_BYTES)
    talks = open_talks(session, actor, negotiation_id)
    request = None if request_id is None else _asked_of(session, talks, request_id)
    document = _same(session, talks, stored.sha256)
    if document is not None and (request is None or request.document_id == document.id):
        return document
    if document is None:
        document = _keep(session, talks, at, stored, filename, description)
    if request is not None:
        _settle(session, request, DocumentRequestAction.PROVIDE, at, document_id=document.id)
    has_spoken(session, talks)
    _note(
        session,
        actor,
        talks,
        at,
        "document.shared",
        document_id=document.id,
        request_id=request_id,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
    )
    shared = DocumentShared(
        negotiation_id=talks.negotiation.id,
        document_id=document.id,
        request_id=request_id,
        by_party_id=talks.by_party_id,
        to_party_id=talks.to_party_id,
    )
    events.publish(session=session, event=shared, at=at)
    return document


def decline_document(
    *, session: Session, actor: Actor, at: datetime, negotiation_id: str, request_id: str, reason: str
) -> DocumentRequest:
    """Say why a document will not come. Raises: NotFound, Forbidden, MoveRefused, DocumentRequestSettled."""
    talks = open_talks(session, actor, negotiation_id)
    request = _asked_of(session, talks, request_id)
    return _close(session, actor, talks, at, request, DocumentRequestAction.DECLINE, reason)


def withdraw_request(
    *, session: Session, actor: Actor, at: datetime, negotiation_id: str, request_id: str
) -> DocumentRequest:
    """Need a document no more. Raises: NotFound, Forbidden, MoveRefused, DocumentRequestSettled."""
    talks = open_talks(session, actor, negotiation_id)
    request = _request(session, talks, request_id)
    if request.asked_by_party_id != talks.by_party_id:
        raise Forbidden("The other side asked for this document; provide it, or decline with a reason.")
    return _close(session, actor, talks, at, request, DocumentRequestAction.WITHDRAW, "")


def _close(
    session: Session,
    actor: Actor,
    talks: OpenTalks,
    at: datetime,
    request: DocumentRequest,
    action: DocumentRequestAction,
    reason: str,
) -> DocumentRequest:
    _settle(session, request, action, at, reason=reason)
    has_spoken(session, talks)
    _note(session, actor, talks, at, f"document.{request.status.value}", request_id=request.id)
    closed = DocumentRequestClosed(
        negotiation_id=talks.negotiation.id,
        request_id=request.id,
        status=request.status,
        by_party_id=talks.by_party_id,
        to_party_id=talks.to_party_id,
        reason=reason,
    )
    events.publish(session=session, event=closed, at=at)
    return request


def _settle(
    session: Session,
    request: DocumentRequest,
    action: DocumentRequestAction,
    at: datetime,
    *,
    document_id: str | None = None,
    reason: str = "",
) -> None:
    after = TRANSITIONS.get((request.status, action))
    if after is None:
        raise DocumentRequestSettled(f"This request was {request.status.value} before; share a document unasked.")
    request.status, request.answered_at = after, at
    request.document_id, request.decline_reason = document_id, reason
    session.add(request)
    session.flush()


def _request(session: Session, talks: OpenTalks, request_id: str) -> DocumentRequest:
    wanted = sa.and_(
        col(DocumentRequest.id) == request_id, col(DocumentRequest.negotiation_id) == talks.negotiation.id
    )
    statement = select(DocumentRequest).where(wanted).execution_options(populate_existing=True)
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("Nobody has asked for this document in this negotiation.")
    return found


def _asked_of(session: Session, talks: OpenTalks, request_id: str) -> DocumentRequest:
    """Return a request that the other side made."""
    found = _request(session, talks, request_id)
    if found.asked_by_party_id == talks.by_party_id:
        raise Forbidden("You asked for this document yourself; wait for the answer, or withdraw the request.")
    return found


def _same(session: Session, talks: OpenTalks, sha256: str) -> SharedDocument | None:
    return session.exec(
        select(SharedDocument).where(
            SharedDocument.negotiation_id == talks.negotiation.id,
            SharedDocument.by_party_id == talks.by_party_id,
            SharedDocument.sha256 == sha256,
        )
    ).first()


def _keep(
    session: Session, talks: OpenTalks, at: datetime, stored: StoredFile, filename: str, description: str
) -> SharedDocument:
    document = SharedDocument(
        negotiation_id=talks.negotiation.id,
        by_party_id=talks.by_party_id,
        by_user_id=talks.by_user_id,
        description=description,
        filename=filename,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        media_type=sniff_media_type(stored.head, filename),
        shared_at=at,
    )
    session.add(document)
    session.flush()
    return document


def _note(session: Session, actor: Actor, talks: OpenTalks, at: datetime, action: str, **detail: object) -> None:
    audit.record(session=session, actor=actor, at=at, action=action, subject_id=talks.negotiation.id, **detail)
