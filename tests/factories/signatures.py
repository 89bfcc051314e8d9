"""A likeness that several hold, and what its holders do with an offer, through the services."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure.storage import AssetStore
from app.negotiation import queries, service
from app.negotiation.holders.service import refuse_as_holder, sign_as_holder
from app.negotiation.models import Deal, Negotiation
from app.parties import queries as party_queries
from app.parties import service as parties
from app.parties.models import Representation
from app.parties.states import Capacity, PartyKind, QuorumKind
from tests.factories.catalog import ADMINISTRATOR, make_listed_package
from tests.factories.identity import make_member
from tests.factories.negotiation import Sides, make_production
from tests.factories.parties import (
    Estate,
    Holder,
    make_actor,
    make_holder,
    make_party,
    make_performer,
    make_representation,
)
from tests.support.clock import START
from tests.support.replay import replayed


@dataclass(frozen=True)
class Held:
    """Two sides, and the holders beside the licensor by their names."""

    sides: Sides
    holders: Mapping[str, Holder]

    def __getitem__(self, name: str) -> Actor:
        return self.holders[name].actor


@replayed
def make_held(
    session: Session,
    store: AssetStore,
    *,
    own: int = 5000,
    rule: QuorumKind | None = None,
    at: datetime = START,
    listed_terms: Mapping[str, Any] | None = None,
    **others: int,
) -> Held:
    """An executor with a share of its own, and heirs by name with theirs; without a rule, all must sign."""
    party = make_party(session, kind=PartyKind.ESTATE, name="Estate of Adaeze Łuna", at=at)
    actor = make_member(session, party_id=party.id, at=at)
    performer = make_performer(session, actor, at=at)
    estate = Estate(party, actor, performer)
    make_representation(session, store, actor, performer, at=at, share_bps=own)
    holders = {
        name: make_holder(session, store, performer, name=name.capitalize(), at=at, share_bps=share)
        for name, share in others.items()
    }
    if rule is not None:
        set_rule(session, estate, rule, at=at)
    package = make_listed_package(session, store, estate, at=at, **(listed_terms or {}))
    studio = make_actor(session)
    return Held(Sides(estate, package, studio, make_production(session, studio, at=at)), holders)


def set_rule(session: Session, estate: Estate, rule: QuorumKind, *, at: datetime = START) -> None:
    parties.set_quorum_rule(
        session=session,
        actor=ADMINISTRATOR,
        at=at,
        performer_id=estate.performer.id,
        rule=rule,
        reason="The will says so.",
    )


def change_share(
    session: Session, store: AssetStore, holder: Holder, share_bps: int, *, at: datetime = START
) -> Representation:
    """A newer representation of the same holder, which supersedes the one before."""
    performer = party_queries.performer(session, holder.representation.performer_id)
    return make_representation(
        session, store, holder.actor, performer, at=at, capacity=Capacity.HEIR, share_bps=share_bps
    )


def sign(session: Session, actor: Actor, negotiation: Negotiation, *, at: datetime = START) -> Deal | None:
    """Sign the latest offer as a holder."""
    latest = queries.latest_offer(session, negotiation.id)
    return sign_as_holder(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=negotiation.id,
        offer_number=latest.number,
        terms_sha256=latest.terms_sha256,
    )


def refuse(
    session: Session,
    actor: Actor,
    negotiation: Negotiation,
    *,
    at: datetime = START,
    reason: str = "Too cheap.",
) -> None:
    latest = queries.latest_offer(session, negotiation.id)
    refuse_as_holder(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=negotiation.id,
        offer_number=latest.number,
        terms_sha256=latest.terms_sha256,
        reason=reason,
    )


def accept(session: Session, actor: Actor, negotiation: Negotiation, *, at: datetime = START) -> Deal | None:
    """Accept the latest offer; nothing comes of it yet where holders have to sign."""
    latest = queries.latest_offer(session, negotiation.id)
    return service.accept(
        session=session,
        actor=actor,
        at=at,
        negotiation_id=negotiation.id,
        offer_number=latest.number,
        terms_sha256=latest.terms_sha256,
    )


def own_representation_id(session: Session, estate: Estate) -> str:
    """The representation of an estate that is nobody's agent."""
    return party_queries.held_representations(session, estate.performer.id, estate.party.id)[0].id


def by_agent(session: Session, store: AssetStore, held: Held, agent: Actor) -> Held:
    """The same likeness, listed by an agent of the estate."""
    estate = replace(held.sides.estate, actor=agent)
    package = make_listed_package(session, store, estate)
    return replace(held, sides=replace(held.sides, estate=estate, package=package))
