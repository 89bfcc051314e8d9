"""The dated history of the authority over a performer."""

from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.parties.models import AuthorityEvent, Representation
from app.parties.states import AuthorityEventKind


def record(
    session: Session,
    actor: Actor,
    at: datetime,
    representation: Representation,
    kind: AuthorityEventKind,
    *,
    detail: str = "",
    reason: str = "",
    as_of_at: datetime | None = None,
) -> None:
    """Add what happened to a representation."""
    record_of_performer(
        session,
        actor,
        at,
        representation.performer_id,
        kind,
        representation_id=representation.id,
        detail=detail,
        reason=reason,
        as_of_at=as_of_at,
    )


def record_of_performer(
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    kind: AuthorityEventKind,
    *,
    representation_id: str | None = None,
    detail: str = "",
    reason: str = "",
    as_of_at: datetime | None = None,
) -> None:
    """Add what happened to a performer, such as a death, on which authority hangs."""
    session.add(
        AuthorityEvent(
            performer_id=performer_id,
            representation_id=representation_id,
            kind=kind,
            as_of_at=as_of_at,
            detail=detail,
            reason=reason,
            happened_at=at,
            actor=actor.label,
        )
    )
    session.flush()
