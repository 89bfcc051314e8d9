"""Reads of one's own keys and account."""

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
