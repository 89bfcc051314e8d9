"""Reads of one's own keys and account."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.identity.models import ApiKey, User
from app.infrastructure.http.paging import Page, paginate


def api_keys_page(session: Session, actor: Actor, *, cursor: str | None, limit: int) -> Page[ApiKey]:
    """Return one page of the keys of the actor's party, revoked and expired ones included; newest first."""
    statement = select(ApiKey).where(ApiKey.party_id == actor.party_id)
    return paginate(session, statement, id_column=col(ApiKey.id), cursor=cursor, limit=limit)


def user_of(session: Session, actor: Actor) -> User | None:
    """Return the person behind the actor; nobody when the service itself acts."""
    return session.get(User, actor.user_id) if actor.user_id else None


def usable_key(session: Session, key_id: str, *, at: datetime) -> ApiKey | None:
    """Return a key that is neither revoked nor over at this machine instant."""
    key = session.get(ApiKey, key_id, populate_existing=True)
    if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= at):
        return None
    return key
