"""Comments, agreed fields, documents and inspections, made through the services."""

import io
import json
from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.storage import AssetStore
from app.negotiation.discussion import service
from app.negotiation.discussion.models import DocumentRequest, Inspection, OfferComment, SharedDocument
from app.negotiation.discussion.queries import AgreedFields
from app.negotiation.discussion.rules.pointers import read_pointer, resolve
from app.negotiation.models import Negotiation
from app.negotiation.queries import latest_offer
from app.values.canonical import sha256_hex
from tests.support.clock import START

PAPER = b"%PDF-1.7\nLetters testamentary\n"


def make_comment(
    session: Session,
    actor: Actor,
    talks: Negotiation,
    *,
    text: str = "Could the fee be lower?",
    pointer: str = "/fee/amount_minor",
    offer_number: int = 1,
    at: datetime = START,
) -> OfferComment:
    return service.write_comment(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=talks.id,
        offer_number=offer_number,
        pointer=pointer,
        text=text,
    )


def agree(
    session: Session, actor: Actor, talks: Negotiation, pointer: str = "/fee", *, at: datetime = START
) -> AgreedFields:
    """Agree to a field of the latest offer as it is."""
    latest = latest_offer(session, talks.id)
    value = resolve(json.loads(latest.terms_json), read_pointer(pointer))
    return service.agree_field(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=talks.id,
        offer_number=latest.number,
        pointer=pointer,
        value_sha256=sha256_hex(value),
    )


def reopen(
    session: Session,
    actor: Actor,
    talks: Negotiation,
    pointer: str = "/fee",
    *,
    reason: str = "The budget was cut.",
    at: datetime = START,
) -> AgreedFields:
    return service.reopen_field(
        session=session, actor=actor, at=at, negotiation_id=talks.id, pointer=pointer, reason=reason
    )


def make_document_request(
    session: Session, actor: Actor, talks: Negotiation, *, what: str = "Letters testamentary", at: datetime = START
) -> DocumentRequest:
    return service.ask_for_document(
        session=session, actor=actor, at=at, negotiation_id=talks.id, what=what, why="Our counsel asks for it."
    )


def share(
    session: Session,
    store: AssetStore,
    actor: Actor,
    talks: Negotiation,
    *,
    content: bytes = PAPER,
    filename: str = "letters.pdf",
    request_id: str | None = None,
    at: datetime = START,
) -> SharedDocument:
    return service.share_document(
        session=session,
        actor=actor,
        at=at,
        store=store,
        negotiation_id=talks.id,
        stream=io.BytesIO(content),
        filename=filename,
        request_id=request_id,
    )


def make_inspection(
    session: Session, administrator: Actor, talks: Negotiation, *, at: datetime = START
) -> Inspection:
    return service.open_inspection(
        session=session,
        actor=administrator,
        at=at,
        negotiation_id=talks.id,
        reason="The estate reports threats in the messages.",
    )
