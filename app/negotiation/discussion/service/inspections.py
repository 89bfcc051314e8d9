"""An administrator looks at what two sides said: for a reason, for an hour, and both hear of it."""

from datetime import datetime

from sqlmodel import Session, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.negotiation.discussion.errors import InspectionOver
from app.negotiation.discussion.events import InspectionOpened
from app.negotiation.discussion.models import Inspection
from app.negotiation.discussion.queries import any_negotiation
from app.negotiation.discussion.rules.talking import INSPECTION_LASTS, is_lasting
from app.values.errors import Forbidden, NotFound


def open_inspection(
    *, session: Session, actor: Actor, at: datetime, negotiation_id: str, reason: str
) -> Inspection:
    """Begin to look. Both sides are told why. Raises: Forbidden for all but administrators; NotFound."""
    actor.require_administrator()
    if actor.user_id is None:
        raise Forbidden("Only a person can look into what others said.")
    negotiation = any_negotiation(session, negotiation_id)
    inspection = Inspection(
        negotiation_id=negotiation.id,
        by_party_id=actor.party_id,
        by_user_id=actor.user_id,
        reason=reason,
        opened_at=at,
        ends_at=at + INSPECTION_LASTS,
    )
    session.add(inspection)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="inspection.opened",
        subject_id=negotiation.id,
        inspection_id=inspection.id,
        reason=reason,
    )
    opened = InspectionOpened(
        inspection_id=inspection.id,
        negotiation_id=negotiation.id,
        party_ids=(negotiation.licensor_party_id, negotiation.licensee_party_id),
        reason=reason,
        ends_at=inspection.ends_at,
    )
    events.publish(session=session, event=opened, at=at)
    return inspection


def note_reading(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    inspection_id: str,
    negotiation_id: str | None = None,
    document_id: str | None = None,
) -> Inspection:
    """Note in the trail that the inspector reads the dossier, or a document of it, and return the inspection.

    It is called, and committed, before anything is shown. Raises: NotFound for everybody but the administrator who
    opened it; InspectionOver from the instant of its end.
    """
    mine = (Inspection.id == inspection_id, Inspection.by_user_id == actor.user_id)
    found = session.exec(select(Inspection).where(*mine)).first() if actor.is_administrator else None
    if found is None or negotiation_id not in (None, found.negotiation_id):
        raise NotFound("There is no such inspection.")
    if not is_lasting(found.ends_at, at):
        raise InspectionOver("This inspection is over. To look again, open another one with its reason.")
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="inspection.read",
        subject_id=found.negotiation_id,
        inspection_id=found.id,
        document_id=document_id,
    )
    return found
