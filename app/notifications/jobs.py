"""Send what is queued."""

from typing import Any

from app.infrastructure.clock import machine_now
from app.infrastructure.jobs.worker import JobContext
from app.notifications import mail
from app.notifications.models import Message
from app.parties.queries import party


def send(*, context: JobContext, payload: dict[str, Any]) -> None:
    """Send one message, outside any transaction, and note that it left."""
    services = context.services
    with services.database.read() as session:
        message = session.get_one(Message, payload["message_id"])
        recipient = party(session, message.party_id).email
    if message.sent_at is not None:
        return
    settings = services.settings
    composed = mail.compose(
        message_id=message.id,
        sender=settings.mail_from,
        recipient=recipient,
        subject=message.subject,
        body=message.body,
        written_at=message.created_at,
    )
    if settings.smtp_url:
        mail.send_by_smtp(composed, url=settings.smtp_url)
    else:
        mail.write_to_folder(composed, folder=settings.mail_dir, name=message.id)
    with services.database.write() as session:
        session.get_one(Message, message.id).sent_at = machine_now()
