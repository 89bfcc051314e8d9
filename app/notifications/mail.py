"""How a mail leaves: through SMTP, or as an `.eml` file that any mail program opens."""

import os
import secrets
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 20


def compose(
    *, message_id: str, sender: str, recipient: str, subject: str, body: str, written_at: datetime
) -> EmailMessage:
    """Return a mail. Its Message-ID is the message's own, so that a repeated sending can be told as one."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    mail["Date"], mail["Auto-Submitted"] = written_at, "auto-generated"
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, subject
    mail.set_content(body)
    return mail


def send_by_smtp(mail: EmailMessage, *, url: str) -> None:
    """Send through `smtp://[user:password@]host[:port]` or `smtps://...`."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "smtps"
    host, port = parts.hostname or "localhost", parts.port or (465 if is_tls else 25)
    if is_tls:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    with server:
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)


def write_to_folder(mail: EmailMessage, *, folder: Path, name: str) -> None:
    """Write `name`.eml whole or not at all; writing the same again changes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{name}.{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            file.write(mail.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / f"{name}.eml")
    finally:
        temporary.unlink(missing_ok=True)
