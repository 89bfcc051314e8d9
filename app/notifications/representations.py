"""Who hears of authority proven or ended, of a performer's wishes and of money that waits for a form."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.notifications.service import tell
from app.parties.directives.events import DirectiveRecorded, DirectiveWithdrawn
from app.parties.events import PerformerDied, RepresentationRefused, RepresentationVerified
from app.parties.models import Representation
from app.parties.queries import performer
from app.parties.states import RepresentationStatus
from app.royalties.events import PayoutHeld


def on_representation_verified(*, session: Session, event: RepresentationVerified, at: datetime) -> None:
    """Tell the holder that the authority counts from now on."""
    name = performer(session, event.performer_id).name
    tell(
        session=session,
        at=at,
        party_id=event.holder_party_id,
        about=event.representation_id,
        subject=f"Authority verified: {name}",
        body=f"The representation {event.representation_id} of {name} is verified. Packages can be submitted and "
        "deals signed within its limits.\n",
    )


def on_representation_refused(*, session: Session, event: RepresentationRefused, at: datetime) -> None:
    """Tell the holder that the documents did not prove the authority, and why."""
    name = performer(session, event.performer_id).name
    tell(
        session=session,
        at=at,
        party_id=event.holder_party_id,
        about=event.representation_id,
        subject=f"Authority not proven: {name}",
        body=f"The documents of the representation {event.representation_id} of {name} do not prove it.\n\n"
        f"Reason: {event.reason}\n\nRecord a new one with documents that do.\n",
    )


def on_directive_recorded(*, session: Session, event: DirectiveRecorded, at: datetime) -> None:
    """Tell everybody else who licenses the performer what binds them from now on."""
    name = performer(session, event.performer_id).name
    for party_id in _other_holders(session, event.performer_id, event.recorded_by_party_id):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=event.directive_id,
            subject=f"A directive was recorded: {name}",
            body=f"A directive of {name} binds everybody who licenses the likeness from now on:\n\n"
            f"{event.wording}\n\nRequests and offers against it are refused; what is signed stays signed.\n",
        )


def on_directive_withdrawn(*, session: Session, event: DirectiveWithdrawn, at: datetime) -> None:
    """Tell everybody else who licenses the performer what binds them no more."""
    name = performer(session, event.performer_id).name
    for party_id in _other_holders(session, event.performer_id, event.withdrawn_by_party_id):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=event.directive_id,
            subject=f"A directive was withdrawn: {name}",
            body=f"This directive of {name} binds nobody any more:\n\n{event.wording}\n\nReason: {event.reason}\n",
        )


def on_performer_died(*, session: Session, event: PerformerDied, at: datetime) -> None:
    """Tell those whose authority ended with the death that they can sign no more, and what runs on."""
    name = performer(session, event.performer_id).name
    for held in session.exec(_verified(event.performer_id)).all():
        if held.capacity.ends_at_death:
            tell(
                session=session,
                at=at,
                party_id=held.holder_party_id,
                about=held.id,
                subject=f"Authority ended: {name}",
                body=f"{name} is on record as having died on {event.died_on}. Your representation {held.id} ended "
                "with that day: nothing can be signed by it. Licenses signed before run on.\n",
            )


def _other_holders(session: Session, performer_id: str, party_id: str) -> list[str]:
    rows = session.exec(_verified(performer_id)).all()
    return sorted({row.holder_party_id for row in rows} - {party_id})


def _verified(performer_id: str) -> Any:
    return (
        select(Representation)
        .where(Representation.performer_id == performer_id)
        .where(Representation.status == RepresentationStatus.VERIFIED)
        .order_by(col(Representation.id))
    )


def on_payout_held(*, session: Session, event: PayoutHeld, at: datetime) -> None:
    """Tell a beneficiary what to do so that their money goes out."""
    tell(
        session=session,
        at=at,
        party_id=event.beneficiary_party_id,
        about=event.hold_id,
        subject="Your payout waits for you",
        body=f"Money of yours is held, not lost. {event.reason}\n",
    )
