"""Secrets of endpoints at rest: encrypted with a key of their own, readable only with the service's secret."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlmodel import Session, col, select

from app.infrastructure.derived_keys import key_for
from app.notifications.webhooks.models import WebhookSecret
from app.notifications.webhooks.rules.signing import SECRET_BYTES, secret_text


def new_secret(*, session: Session, present: datetime, endpoint_id: str) -> str:
    """Give an endpoint a secret; its text is returned this once and kept only sealed."""
    text = secret_text(secrets.token_bytes(SECRET_BYTES))
    sealed = _cipher(session).encrypt(text.encode()).decode()
    session.add(WebhookSecret(endpoint_id=endpoint_id, sealed=sealed, created_at=present))
    session.flush()
    return text


def secrets_of(session: Session, endpoint_id: str, *, present: datetime) -> list[str]:
    """Return the secrets that sign at an instant, the newest first."""
    cipher = _cipher(session)
    return [cipher.decrypt(row.sealed.encode()).decode() for row in signing_rows(session, endpoint_id, present)]


def signing_rows(session: Session, endpoint_id: str, present: datetime) -> Sequence[WebhookSecret]:
    counting = sa.or_(col(WebhookSecret.expires_at).is_(None), col(WebhookSecret.expires_at) > present)
    statement = select(WebhookSecret).where(WebhookSecret.endpoint_id == endpoint_id, counting)
    return session.exec(statement.order_by(col(WebhookSecret.id).desc())).all()


def forget_secrets(session: Session, endpoint_id: str, *, expired_by: datetime | None = None) -> None:
    """Delete the secrets of an endpoint, or those of them that sign no longer."""
    where = [col(WebhookSecret.endpoint_id) == endpoint_id]
    if expired_by is not None:
        where.append(col(WebhookSecret.expires_at) <= expired_by)
    session.execute(sa.delete(WebhookSecret).where(*where))


def _cipher(session: Session) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for(session, "webhook secrets at rest")))
