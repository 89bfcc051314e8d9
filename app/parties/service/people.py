"""Recording parties and performers."""

from datetime import date, datetime

from sqlmodel import Session, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.parties.models import Party, Performer
from app.parties.states import PartyKind
from app.values.errors import InvalidInput


def create_party(
    *, session: Session, actor: Actor, at: datetime, kind: PartyKind, name: str, country: str, email: str
) -> Party:
    """Record a party. Only an administrator can."""
    actor.require_administrator()
    party = Party(kind=kind, name=name, country=country, email=email.strip().lower(), created_at=at)
    session.add(party)
    session.flush()
    audit.record(
        session=session, actor=actor, at=at, action="party.created", subject_id=party.id, kind=kind.value, name=name
    )
    return party


def create_performer(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    name: str,
    is_living: bool,
    domicile: str,
    summary: str = "",
    born_on: date | None = None,
    died_on: date | None = None,
    isni: str | None = None,
) -> Performer:
    """Record a performer. Others learn of them once somebody's authority over their likeness is verified."""
    if is_living and died_on is not None:
        raise InvalidInput.at("/died_on", "A living performer has no date of death.")
    if born_on is not None and died_on is not None and died_on < born_on:
        raise InvalidInput.at("/died_on", "The date of death lies before the date of birth.")
    if isni is not None and session.exec(select(Performer.id).where(Performer.isni == isni)).first():
        raise InvalidInput.at("/isni", "A performer with this ISNI is recorded already.", code="taken")
    performer = Performer(
        name=name,
        is_living=is_living,
        born_on=born_on,
        died_on=died_on,
        domicile=domicile,
        summary=summary,
        isni=isni,
        recorded_by_party_id=actor.party_id,
        created_at=at,
    )
    session.add(performer)
    session.flush()
    audit.record(
        session=session, actor=actor, at=at, action="performer.created", subject_id=performer.id, name=name
    )
    return performer
