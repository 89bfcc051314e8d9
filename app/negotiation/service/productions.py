"""Record what licenses are asked for."""

from datetime import date, datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.negotiation.models import Production
from app.negotiation.states import ProductionKind


def create_production(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    title: str,
    kind: ProductionKind,
    description: str = "",
    release_on: date | None = None,
) -> Production:
    """Record a title of the actor's party."""
    production = Production(
        licensee_party_id=actor.party_id,
        title=title,
        kind=kind,
        description=description,
        release_on=release_on,
        created_at=at,
    )
    session.add(production)
    session.flush()
    audit.record(
        session=session, actor=actor, at=at, action="production.created", subject_id=production.id, title=title
    )
    return production
