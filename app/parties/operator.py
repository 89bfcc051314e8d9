"""The party that runs the marketplace, and its administrators."""

from datetime import datetime

from sqlmodel import Session, select

from app.audit import service as audit
from app.identity import service as identity
from app.identity.actor import Actor
from app.identity.states import Role
from app.parties.models import Party
from app.parties.states import PartyKind


def create_operator(*, session: Session, at: datetime, email: str, name: str, password: str) -> Actor:
    """Make an administrator, and the operator's own party with the first. Raises: EmailTaken, InvalidInput."""
    party = session.exec(select(Party).where(Party.kind == PartyKind.OPERATOR)).first()
    if party is None:
        party = Party(
            kind=PartyKind.OPERATOR, name="Marketplace operator", country="US", email=email.lower(), created_at=at
        )
        session.add(party)
        session.flush()
    user = identity.create_user(session=session, at=at, email=email, name=name, password=password)
    identity.add_member(session=session, at=at, user_id=user.id, party_id=party.id, role=Role.ADMINISTRATOR)
    actor = Actor(user_id=user.id, party_id=party.id, role=Role.ADMINISTRATOR)
    audit.record(session=session, actor=actor, at=at, action="operator.created", subject_id=user.id)
    return actor
