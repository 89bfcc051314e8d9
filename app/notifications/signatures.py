"""Who hears of signatures: holders that theirs is needed, principals what their agent does, sides what is missing.

A party that stands in an offer in several ways gets one mail, about the foremost of them.
"""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.catalog.queries import package
from app.negotiation.events import (
    DealChanged,
    DealSigned,
    HolderRefused,
    NegotiationEnded,
    OfferSent,
    SignaturesAwaited,
)
from app.negotiation.models import Deal, Negotiation
from app.negotiation.queries import latest_offer
from app.negotiation.signatures.queries import answers_to, stakes_of
from app.negotiation.signatures.rules.stakes import Stake
from app.negotiation.signatures.side import licensor_side
from app.negotiation.signatures.states import AnswerKind, Role
from app.notifications.service import tell
from app.parties.queries import party_names


def on_offer_sent(*, session: Session, event: OfferSent, at: datetime) -> None:
    """Tell the holders behind the licensor that there are terms to sign, and its principals what is offered."""
    negotiation = session.get_one(Negotiation, event.negotiation_id)
    offer = latest_offer(session, negotiation.id)
    stakes = stakes_of(session, negotiation.id, offer.number)
    needed = licensor_side(session, json.loads(offer.terms_json), at).awaited(stakes, ()).party_ids
    title = package(session, negotiation.package_id).title
    until = f"{event.expires_at:%Y-%m-%d %H:%M} UTC"
    named = f"offer {event.offer_number} in negotiation {negotiation.id}"
    for party_id, role in _behind(negotiation, stakes).items():
        if role is Role.PRINCIPAL:
            subject = (
                f"Your agent {'offered' if event.by_party_id == negotiation.licensor_party_id else 'received'}"
            )
            subject += f" terms: {title}"
            body = f"Read {named}, which stands until {until}. Your agent answers and signs it for you.\n"
        elif party_id in needed:
            subject = f"Your signature is needed: {title}"
            body = (
                f"You hold a part of the rights that {named} is about. Read its terms, and sign or refuse them "
                f"before {until}. A later offer takes the place of this one.\n"
            )
        else:
            subject = f"Terms were offered for rights that you share: {title}"
            body = (
                f"Read {named}. It can be signed without a signature of yours; you can refuse it until {until}.\n"
            )
        tell(session=session, at=at, party_id=party_id, about=negotiation.id, subject=subject, body=body)


def on_signatures_awaited(*, session: Session, event: SignaturesAwaited, at: datetime) -> None:
    """Tell both sides whose signature is missing, those holders that the sides agree, and the principals."""
    negotiation = session.get_one(Negotiation, event.negotiation_id)
    title = package(session, negotiation.package_id).title
    names = party_names(session, event.awaited_party_ids)
    who = ", ".join(names[party_id] for party_id in event.awaited_party_ids)
    until = f"{event.expires_at:%Y-%m-%d %H:%M} UTC"
    agreed = f"Both sides have agreed on offer {event.offer_number} in negotiation {negotiation.id}."
    awaited = f"{agreed} It is signed as soon as enough of these holders have signed it: {who}. "
    awaited += f"At {until} it lapses.\n"
    behind = _behind(negotiation, stakes_of(session, negotiation.id, event.offer_number))
    principals = [party_id for party_id, role in behind.items() if role is Role.PRINCIPAL]
    for party_id in (negotiation.licensor_party_id, negotiation.licensee_party_id, *principals):
        subject = f"Agreed, and signatures are awaited: {title}"
        tell(session=session, at=at, party_id=party_id, about=negotiation.id, subject=subject, body=awaited)
    for party_id in event.awaited_party_ids:
        if party_id not in {negotiation.licensor_party_id, negotiation.licensee_party_id}:
            tell(
                session=session,
                at=at,
                party_id=party_id,
                about=negotiation.id,
                subject=f"Your signature is awaited: {title}",
                body=f"{agreed} Your signature is missing; sign or refuse the offer before {until}.\n",
            )


def on_holder_refused(*, session: Session, event: HolderRefused, at: datetime) -> None:
    """Tell both sides who refused, and why."""
    negotiation = session.get_one(Negotiation, event.negotiation_id)
    title = package(session, negotiation.package_id).title
    name = party_names(session, [event.by_party_id])[event.by_party_id]
    for party_id in (negotiation.licensor_party_id, negotiation.licensee_party_id):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=negotiation.id,
            subject=f"A holder refused: {title}",
            body=f"{name} does not sign offer {event.offer_number} in negotiation {negotiation.id}.\n\n"
            f"Reason: {event.reason}\n",
        )


def on_deal_signed(*, session: Session, event: DealSigned | DealChanged, at: datetime) -> None:
    """Tell holders and principals what was signed; the sides as well, where a holder's signature was the last."""
    negotiation = session.get_one(Negotiation, event.negotiation_id)
    number = session.get_one(Deal, event.deal_id).offer_number
    told = list(_behind(negotiation, stakes_of(session, negotiation.id, number)))
    answers = answers_to(session, negotiation.id, number)
    if any(answer.kind is AnswerKind.SIGNED for answer in answers):
        told += [negotiation.licensor_party_id, negotiation.licensee_party_id]
    title = event.terms["package"]["title"]
    for party_id in told:
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=event.deal_id,
            subject=f"A deal is signed: {title}",
            body=f"Offer {number} in negotiation {negotiation.id} is signed by all who had to. The deal is "
            f"{event.deal_id}; the fingerprint of its terms is {event.terms_sha256}.\n",
        )


def on_negotiation_ended(*, session: Session, event: NegotiationEnded, at: datetime) -> None:
    """Tell those behind the licensor that there will be no deal. The reason is for the sides."""
    negotiation = session.get_one(Negotiation, event.negotiation_id)
    number = latest_offer(session, negotiation.id).number
    for party_id in _behind(negotiation, stakes_of(session, negotiation.id, number)):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=negotiation.id,
            subject=f"The negotiation was {event.status.value}",
            body=f"The negotiation {negotiation.id} was {event.status.value}. Nothing is left to sign.\n",
        )


def _behind(negotiation: Negotiation, stakes: Iterable[Stake]) -> dict[str, Role]:
    """Return who stands in an offer without being a side, each once."""
    sides = {negotiation.licensor_party_id, negotiation.licensee_party_id}
    found: dict[str, Role] = {}
    for stake in stakes:
        if stake.party_id not in sides:
            found[stake.party_id] = stake.role if stake.role.signs_apart else found.get(stake.party_id, stake.role)
    return found
