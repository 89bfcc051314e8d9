"""All that two sides said to each other, as an administrator reads it during an inspection."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from app.negotiation import queries as negotiations
from app.negotiation.discussion.models import DocumentRequest, Inspection, OfferComment, SharedDocument
from app.negotiation.discussion.queries import AgreedFields, agreed_fields_of, any_negotiation
from app.negotiation.models import Offer
from app.negotiation.queries import NegotiationView, OfferView


@dataclass(frozen=True, slots=True)
class Dossier:
    """A negotiation with every offer, message, comment and document of it, oldest first."""

    inspection: Inspection
    view: NegotiationView
    offers: Sequence[OfferView]
    """With their terms and messages."""
    comments: Sequence[OfferComment]
    agreed: AgreedFields
    requests: Sequence[DocumentRequest]
    documents: Sequence[SharedDocument]


def dossier_of(session: Session, at: datetime, inspection: Inspection) -> Dossier:
    """Return what an inspection shows; that it may be read, and that it is, was noted before."""
    negotiation_id = inspection.negotiation_id
    view = negotiations.negotiation_views(session, at, [any_negotiation(session, negotiation_id)])[0]
    sent = session.exec(select(Offer).where(Offer.negotiation_id == negotiation_id)).all()
    whole = {offer.number: {"terms": json.loads(offer.terms_json), "message": offer.message} for offer in sent}
    offers = [replace(offer, **whole[offer.number]) for offer in view.offers]
    return Dossier(
        inspection=inspection,
        view=replace(view, offers=offers),
        offers=offers,
        comments=comments_of(session, negotiation_id),
        agreed=agreed_fields_of(session, negotiation_id),
        requests=requests_of(session, negotiation_id),
        documents=documents_of(session, negotiation_id),
    )


def comments_of(session: Session, negotiation_id: str) -> Sequence[OfferComment]:
    """Return all comments, oldest first, to whom the caller knows may see them; so with the two below."""
    mine = select(OfferComment).where(OfferComment.negotiation_id == negotiation_id)
    return session.exec(mine.order_by(col(OfferComment.id))).all()


def requests_of(session: Session, negotiation_id: str) -> Sequence[DocumentRequest]:
    mine = select(DocumentRequest).where(DocumentRequest.negotiation_id == negotiation_id)
    return session.exec(mine.order_by(col(DocumentRequest.id))).all()


def documents_of(session: Session, negotiation_id: str) -> Sequence[SharedDocument]:
    mine = select(SharedDocument).where(SharedDocument.negotiation_id == negotiation_id)
    return session.exec(mine.order_by(col(SharedDocument.id))).all()
