"""Who hears of what was said in a negotiation. What was said itself stays out of the mails: it is read inside."""

from datetime import datetime

from sqlmodel import Session

from app.negotiation.discussion.events import (
    DocumentAsked,
    DocumentRequestClosed,
    DocumentShared,
    FieldReopened,
    InspectionOpened,
    WordsWaiting,
)
from app.negotiation.discussion.states import DocumentRequestStatus
from app.notifications.service import tell

_CLOSED = {
    DocumentRequestStatus.DECLINED: "A document will not be provided",
    DocumentRequestStatus.WITHDRAWN: "A document is not needed any more",
}


def on_words_waiting(*, session: Session, event: WordsWaiting, at: datetime) -> None:
    """Tell the other side once that something was said; it hears no more for a day unless it answers."""
    tell(
        session=session,
        at=at,
        party_id=event.to_party_id,
        about=event.negotiation_id,
        subject="The other side has something to say about an offer",
        body=f"There are new comments, or fields agreed to, on offer {event.offer_number} in negotiation "
        f"{event.negotiation_id}. Whatever else is said there within a day comes without another mail, unless you "
        "answer before.\n",
    )


def on_field_reopened(*, session: Session, event: FieldReopened, at: datetime) -> None:
    """Tell the other side which field is open again, and why."""
    tell(
        session=session,
        at=at,
        party_id=event.to_party_id,
        about=event.negotiation_id,
        subject="The other side reopened a field",
        body=f"In negotiation {event.negotiation_id} the other side no longer agrees to {event.pointer}.\n\n"
        f"Reason: {event.reason}\n",
    )


def on_document_asked(*, session: Session, event: DocumentAsked, at: datetime) -> None:
    """Tell the other side that a document is wanted from it."""
    tell(
        session=session,
        at=at,
        party_id=event.to_party_id,
        about=event.negotiation_id,
        subject="The other side asks for a document",
        body=f"In negotiation {event.negotiation_id} the other side asks you for a document (request "
        f"{event.request_id}). Provide it, or decline with a reason.\n",
    )


def on_document_shared(*, session: Session, event: DocumentShared, at: datetime) -> None:
    """Tell the other side that a file is there."""
    asked = event.request_id is not None
    tell(
        session=session,
        at=at,
        party_id=event.to_party_id,
        about=event.negotiation_id,
        subject="The document you asked for is there" if asked else "The other side shared a document",
        body=f"Document {event.document_id} can be read in negotiation {event.negotiation_id}.\n",
    )


def on_document_request_closed(*, session: Session, event: DocumentRequestClosed, at: datetime) -> None:
    """Tell the other side that a document will not come, or need not."""
    reason = f"\n\nReason: {event.reason}" if event.reason else ""
    tell(
        session=session,
        at=at,
        party_id=event.to_party_id,
        about=event.negotiation_id,
        subject=_CLOSED[event.status],
        body=f"Request {event.request_id} in negotiation {event.negotiation_id} was "
        f"{event.status.value}.{reason}\n",
    )


def on_inspection_opened(*, session: Session, event: InspectionOpened, at: datetime) -> None:
    """Tell both sides that an administrator looks at what they said, and why."""
    for party_id in event.party_ids:
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=event.negotiation_id,
            subject="An administrator looks into your negotiation",
            body=f"An administrator of the platform may read the offers, messages, comments and documents of "
            f"negotiation {event.negotiation_id} until {event.ends_at:%Y-%m-%d %H:%M} UTC.\n\n"
            f"Reason: {event.reason}\n",
        )
