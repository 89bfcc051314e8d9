"""Comment on a field of an offer, or on the offer as a whole."""

import json
from datetime import datetime

from sqlmodel import Session, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.negotiation.discussion.models import OfferComment
from app.negotiation.discussion.rules.pointers import read_pointer, resolve
from app.negotiation.discussion.service.talks import open_talks, tell_reader
from app.negotiation.models import Offer
from app.values.errors import InvalidInput, InvalidValue, NotFound


def write_comment(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    offer_number: int,
    text: str,
    pointer: str = "",
) -> OfferComment:
    """Say something about what `pointer` names in an offer, the latest or an earlier one.

    Raises: NotFound, MoveRefused once the negotiation has ended, InvalidInput for a pointer at nothing.
    """
    talks = open_talks(session, actor, negotiation_id)
    wanted = select(Offer).where(Offer.negotiation_id == talks.negotiation.id, Offer.number == offer_number)
    offer = session.exec(wanted).first()
    if offer is None:
        raise NotFound(f"This negotiation has no offer {offer_number}.")
    try:
        resolve(json.loads(offer.terms_json), read_pointer(pointer))
    except InvalidValue as error:
        raise InvalidInput.at("/pointer", str(error)) from error
    comment = OfferComment(
        negotiation_id=talks.negotiation.id,
        offer_number=offer_number,
        pointer=pointer,
        by_party_id=talks.by_party_id,
        by_user_id=talks.by_user_id,
        text=text,
        written_at=at,
    )
    session.add(comment)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="offer.commented",
        subject_id=talks.negotiation.id,
        comment_id=comment.id,
        offer_number=offer_number,
        pointer=pointer,
    )
    tell_reader(session, talks, offer_number=offer_number, at=at)
    return comment
