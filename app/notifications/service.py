"""Write messages and queue them for sending."""

from datetime import datetime

from sqlmodel import Session

from app.infrastructure.jobs.queue import enqueue
from app.notifications.models import Message

SEND = "notifications.send"
LONGEST_SUBJECT = 200


def tell(*, session: Session, at: datetime, party_id: str, about: str, subject: str, body: str) -> Message:
    """Queue a mail to a party; it leaves after the transaction."""
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[: LONGEST_SUBJECT - 1]}…"
    message = Message(party_id=party_id, about=about, subject=subject, body=body, created_at=at)
    session.add(message)
    session.flush()
    enqueue(session, kind=SEND, key=f"{SEND}/{message.id}", payload={"message_id": message.id})
    return message
