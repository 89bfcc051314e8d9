"""Reads of productions, negotiations and deals, scoped to the two sides and those who stand behind the licensor.

Unlike elsewhere, an administrator sees nothing here that is not their own party's: offers and messages belong to
those who wrote and received them.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.law.rules.findings import Finding
from app.negotiation.models import Deal, Negotiation, Offer, OfferDeclaration, Production, Signature
from app.negotiation.rules.held import HoldView
from app.negotiation.rules.moves import OfferFacts, Talks, state_of
from app.negotiation.signatures import queries as signatures
from app.negotiation.signatures.shown import SignatureView, SigningView, signatures_of
from app.negotiation.signatures.states import Role
from app.negotiation.states import NegotiationStatus, OfferState
from app.negotiation.terms.declarations import NOTHING_DECLARED, Declarations
from app.negotiation.terms.difference import FieldChange, difference
from app.negotiation.terms.versions import as_current
from app.parties import queries as parties
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer as it stands at an instant; `terms` are read only where they are shown."""

    number: int
    by_party_id: str
    terms_sha256: str
    message: str
    sent_at: datetime
    expires_at: datetime
    state: OfferState
    terms: dict[str, Any] | None = None
    declarations: Declarations | None = None
    findings: Sequence[Finding] = ()
    """What the law says to it; see `app.negotiation.views`."""


@dataclass(frozen=True, slots=True)
class NegotiationView:
    """A negotiation as its sides see it at an instant."""

    negotiation: Negotiation
    party_names: dict[str, str]
    production_title: str
    offers: Sequence[OfferView]
    """Oldest first, without their terms; to who is no side, those up to the last in whose snapshot it stands."""
    awaited_party_id: str | None
    """Whose answer is awaited; nobody's once the latest offer lapsed or the negotiation ended."""
    deal_id: str | None
    role: Role | None = None
    """As what the reader stands in it; messages and holds are for the sides alone."""
    findings: Sequence[Finding] = ()
    """What the law says to the latest offer; read only where one negotiation is shown, like the hold."""
    hold: HoldView | None = None
    signing: SigningView | None = None
    """Who signs beside the two sides."""

    @property
    def latest_offer(self) -> OfferView:
        return self.offers[-1]

    @property
    def closing_reason(self) -> str:
        """Why the talks ended, which is between the sides."""
        return self.negotiation.closing_reason if self.role is None or self.role.is_side else ""

    @property
    def licensor_name(self) -> str:
        return self.party_names[self.negotiation.licensor_party_id]

    @property
    def licensee_name(self) -> str:
        return self.party_names[self.negotiation.licensee_party_id]


@dataclass(frozen=True, slots=True)
class DealView:
    """An executed deal with those who signed it."""

    deal: Deal
    terms: dict[str, Any]
    signatures: Sequence[SignatureView]
    """The two sides first."""
    findings: Sequence[Finding] = ()
    """What was known of the law when it was signed."""


def own_production(session: Session, actor: Actor, production_id: str) -> Production:
    """Raises: NotFound, also for a production that is not the actor's."""
    mine = select(Production).where(Production.id == production_id, Production.licensee_party_id == actor.party_id)
    found = session.exec(mine).first()
    if found is None:
        raise NotFound("There is no such production.")
    return found


def productions_page(session: Session, actor: Actor, *, cursor: str | None, limit: int) -> Page[Production]:
    mine = select(Production).where(Production.licensee_party_id == actor.party_id)
    return paginate(session, mine, id_column=col(Production.id), cursor=cursor, limit=limit)


def own_negotiation(session: Session, actor: Actor, negotiation_id: str, *, lock: bool = False) -> Negotiation:
    """Return a negotiation of which the actor's party is a side; locked, no other move is made meanwhile.

    Raises: NotFound, also for the negotiation of others.
    """
    statement = select(Negotiation).where(Negotiation.id == negotiation_id, _between(actor))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("There is no such negotiation.")
    return found


def readable_negotiation(session: Session, actor: Actor, negotiation_id: str, *, lock: bool = False) -> Negotiation:
    """Return a negotiation of which the actor's party is a side, or in which it stands behind the licensor.

    Who is no side reads offers, terms and the deal, nothing that passes between the sides besides, and nothing that
    came after it had ceased to hold rights: see `is_shown`.
    Raises: NotFound.
    """
    statement = select(Negotiation).where(Negotiation.id == negotiation_id, _shown_to(actor))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.exec(statement).first()
    if found is None:
        raise NotFound("There is no such negotiation.")
    return found


def role_in(session: Session, actor: Actor, negotiation: Negotiation) -> Role:
    """Return as what the actor's party reads a negotiation that it may read."""
    return roles_in(session, actor, [negotiation])[negotiation.id]


def roles_in(session: Session, actor: Actor, rows: Sequence[Negotiation]) -> dict[str, Role]:
    """Return as what the actor's party reads each of these; those that it may not read are left out."""
    others = signatures.roles_in(session, actor.party_id, [row.id for row in rows])
    sides = {row.id: Role.LICENSOR for row in rows if row.licensor_party_id == actor.party_id}
    sides |= {row.id: Role.LICENSEE for row in rows if row.licensee_party_id == actor.party_id}
    return others | sides


def is_shown(session: Session, actor: Actor, negotiation: Negotiation, number: int) -> bool:
    """Whether an offer may be read in a negotiation that the actor's party may read."""
    return number <= _last_shown(session, actor, [negotiation]).get(negotiation.id, number)


def negotiations_page(
    session: Session, actor: Actor, *, cursor: str | None, limit: int, status: NegotiationStatus | None = None
) -> Page[Negotiation]:
    statement = select(Negotiation).where(_shown_to(actor))
    if status is not None:
        statement = statement.where(Negotiation.status == status)
    return paginate(session, statement, id_column=col(Negotiation.id), cursor=cursor, limit=limit)


def negotiation_views(
    session: Session, at: datetime, rows: Sequence[Negotiation], *, reader: Actor | None = None
) -> list[NegotiationView]:
    """Return negotiations with what is shown beside them, in seven queries however many there are.

    Messages are shown to a reader who is a side, and to nobody else.
    """
    ids = [row.id for row in rows]
    roles = {} if reader is None else roles_in(session, reader, rows)
    last_shown = {} if reader is None else _last_shown(session, reader, rows)
    accepted = signatures.accepted_by(session, ids)
    names = parties.party_names(
        session, [p for row in rows for p in (row.licensor_party_id, row.licensee_party_id)]
    )
    titles = _titles(session, [row.production_id for row in rows])
    deal_ids = _deal_ids(session, ids)
    heads = _offer_heads(session, ids)
    views = []
    for row in rows:
        offers = [head for head in heads if head.negotiation_id == row.id]
        talks = talks_of(row, offers[-1], accepted_by=accepted.get((row.id, offers[-1].number)))
        role, last = roles.get(row.id), last_shown.get(row.id, offers[-1].number)
        views.append(
            NegotiationView(
                negotiation=row,
                party_names=names,
                production_title=titles[row.production_id],
                offers=[_offer_view(offer, talks, at, role=role) for offer in offers if offer.number <= last],
                awaited_party_id=talks.awaited(at),
                deal_id=deal_ids.get(row.id) if offers[-1].number <= last else None,
                role=role,
            )
        )
    return views


def latest_offer(session: Session, negotiation_id: str) -> Offer:
    """Return the offer with the highest number; there is one, because a request is the first."""
    numbered = select(Offer).where(Offer.negotiation_id == negotiation_id)
    return session.exec(numbered.order_by(sa.desc(col(Offer.number))).limit(1)).one()


def talks_of(negotiation: Negotiation, latest: Any, *, accepted_by: str | None = None) -> Talks:
    """Return what the rules need to know; `latest` is an offer or the head of one."""
    return Talks(
        licensor_party_id=negotiation.licensor_party_id,
        licensee_party_id=negotiation.licensee_party_id,
        status=negotiation.status,
        latest=_facts(latest),
        accepted_by=accepted_by,
    )


def current_talks(session: Session, negotiation: Negotiation, latest: Offer) -> Talks:
    """Return what the rules need to know of a negotiation, whether its latest offer was accepted included."""
    accepted = signatures.accepted_by(session, [negotiation.id])
    return talks_of(negotiation, latest, accepted_by=accepted.get((negotiation.id, latest.number)))


def offer_view(session: Session, actor: Actor, at: datetime, negotiation_id: str, number: int) -> OfferView:
    """Return one offer with its terms. Raises: NotFound."""
    negotiation = readable_negotiation(session, actor, negotiation_id)
    talks = current_talks(session, negotiation, latest_offer(session, negotiation.id))
    offer = _offer(session, actor, negotiation, number)
    declared = declarations_of(session, negotiation.id, number)
    role = role_in(session, actor, negotiation)
    return _offer_view(offer, talks, at, role=role, terms=json.loads(offer.terms_json), declarations=declared)


def declarations_of(session: Session, negotiation_id: str, number: int) -> Declarations:
    """Return what is declared with an offer."""
    found = session.get(OfferDeclaration, (negotiation_id, number))
    return NOTHING_DECLARED if found is None else _declarations(found)


def declared_with(session: Session, offer: Offer) -> tuple[Declarations, str]:
    """Return what is declared with an offer, and by whom."""
    found = session.get(OfferDeclaration, (offer.negotiation_id, offer.number))
    return (NOTHING_DECLARED, offer.by_party_id) if found is None else (_declarations(found), found.by_party_id)


def declared_with_deal(session: Session, deal: Deal) -> tuple[Declarations, str]:
    """Return what is declared with the offer that a deal was made of, and by whom."""
    of_it = (Offer.negotiation_id == deal.negotiation_id, Offer.number == deal.offer_number)
    return declared_with(session, session.exec(select(Offer).where(*of_it)).one())


def offer_difference(
    session: Session, actor: Actor, negotiation_id: str, before: int, after: int
) -> list[FieldChange]:
    """Return what changed from one offer to another, both read in the shape of today. Raises: NotFound."""
    negotiation = readable_negotiation(session, actor, negotiation_id)
    offers = (_offer(session, actor, negotiation, number) for number in (before, after))
    one, other = (as_current(json.loads(offer.terms_json)) for offer in offers)
    return difference(one, other)


def deal_view(session: Session, actor: Actor, deal_id: str) -> DealView:
    """Return a deal that the actor's party signed, or that was signed for it. Raises: NotFound."""
    deal = session.exec(
        select(Deal)
        .join(Negotiation, col(Negotiation.id) == col(Deal.negotiation_id))
        .where(Deal.id == deal_id, _shown_to(actor))
    ).first()
    negotiation = session.get_one(Negotiation, deal.negotiation_id) if deal else None
    if deal is None or negotiation is None or not is_shown(session, actor, negotiation, deal.offer_number):
        raise NotFound("There is no such deal.")
    signed = select(Signature).where(Signature.deal_id == deal.id).order_by(col(Signature.id))
    role = role_in(session, actor, negotiation)
    shown = signatures_of(session, negotiation, deal, session.exec(signed).all(), role)
    return DealView(deal, json.loads(deal.terms_json), shown)


def deal_id_of(session: Session, negotiation_id: str) -> str | None:
    """Return the deal that came of a negotiation, if one did."""
    return _deal_ids(session, [negotiation_id]).get(negotiation_id)


def _declarations(row: OfferDeclaration) -> Declarations:
    return Declarations(row.replaces_own_work, row.has_counsel, row.has_union_cover)


def _between(actor: Actor) -> Any:
    """The WHERE clause of the negotiations in which the actor's party is a side."""
    return sa.or_(
        col(Negotiation.licensor_party_id) == actor.party_id, col(Negotiation.licensee_party_id) == actor.party_id
    )


def _shown_to(actor: Actor) -> Any:
    """The WHERE clause of the negotiations that the actor's party may read; see `readable_negotiation`."""
    return sa.or_(_between(actor), col(Negotiation.id).in_(signatures.shown_to(actor.party_id)))


def _last_shown(session: Session, actor: Actor, rows: Sequence[Negotiation]) -> dict[str, int]:
    """Return the last offer that the actor's party is shown of each negotiation in which it is no side."""
    sides = {row.id for row in rows if actor.party_id in {row.licensor_party_id, row.licensee_party_id}}
    return signatures.last_shown(session, actor.party_id, {row.id for row in rows} - sides)


def _offer(session: Session, actor: Actor, negotiation: Negotiation, number: int) -> Offer:
    numbered = select(Offer).where(Offer.negotiation_id == negotiation.id, Offer.number == number)
    found = session.exec(numbered).first()
    if found is None or not is_shown(session, actor, negotiation, number):
        raise NotFound(f"This negotiation has no offer {number}.")
    return found


def _offer_heads(session: Session, negotiation_ids: Iterable[str]) -> Sequence[Any]:
    """Return offers by column, without their terms, in the order of their numbers."""
    columns = sa.select(
        col(Offer.negotiation_id),
        col(Offer.number),
        col(Offer.by_party_id),
        col(Offer.terms_sha256),
        col(Offer.message),
        col(Offer.sent_at),
        col(Offer.expires_at),
    )
    statement = columns.where(col(Offer.negotiation_id).in_(set(negotiation_ids))).order_by(col(Offer.number))
    return session.execute(statement).all()


def _offer_view(
    offer: Any,
    talks: Talks,
    at: datetime,
    *,
    role: Role | None,
    terms: dict[str, Any] | None = None,
    declarations: Declarations | None = None,
) -> OfferView:
    return OfferView(
        number=offer.number,
        by_party_id=offer.by_party_id,
        terms_sha256=offer.terms_sha256,
        message=offer.message if role is not None and role.is_side else "",
        sent_at=offer.sent_at,
        expires_at=offer.expires_at,
        state=state_of(_facts(offer), talks, at=at),
        terms=terms,
        declarations=declarations,
    )


def _facts(offer: Any) -> OfferFacts:
    return OfferFacts(
        number=offer.number,
        by_party_id=offer.by_party_id,
        terms_sha256=offer.terms_sha256,
        expires_at=offer.expires_at,
    )


def _titles(session: Session, production_ids: Iterable[str]) -> dict[str, str]:
    wanted = col(Production.id).in_(set(production_ids))
    rows = session.execute(sa.select(col(Production.id), col(Production.title)).where(wanted))
    return {row.id: row.title for row in rows}


def _deal_ids(session: Session, negotiation_ids: Iterable[str]) -> dict[str, str]:
    wanted = col(Deal.negotiation_id).in_(set(negotiation_ids))
    rows = session.execute(sa.select(col(Deal.negotiation_id), col(Deal.id)).where(wanted))
    return {row.negotiation_id: row.id for row in rows}
