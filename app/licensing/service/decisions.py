"""Answer whether a use may be made now."""

from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing import queries
from app.licensing.rules.decision import Decision, decide
from app.licensing.rules.facts import IntendedUse
from app.licensing.service.facts import facts_for


def decide_use(*, session: Session, actor: Actor, at: datetime, license_id: str, use: IntendedUse) -> Decision:
    """Decide about one use under a license of the actor's. Raises: NotFound."""
    view = queries.license_view(session, actor, license_id)
    return decide(license=facts_for(session, view, [use], at=at), use=use, at=at)
