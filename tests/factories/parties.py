"""Parties, performers and proven authority, made through the services."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.identity.states import Role
from app.infrastructure.storage import AssetStore
from app.parties import queries, service
from app.parties.models import Party, Performer, Representation
from app.parties.states import Capacity, DocumentKind, PartyKind
from app.values.components import Component
from app.values.media import ROOTS, expand
from app.values.territory import Territory
from tests.factories.identity import make_member
from tests.support.clock import START
from tests.support.replay import replayed

LETTERS = b"%PDF-1.7\nLetters testamentary\n"

_BOOTSTRAP = Actor(user_id="usr_bootstrap", party_id="", role=Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Estate:
    """An estate, somebody who acts for it, and its performer."""

    party: Party
    actor: Actor
    performer: Performer


def make_party(
    session: Session,
    *,
    kind: PartyKind = PartyKind.STUDIO,
    name: str = "Northlight Games",
    country: str = "US",
    at: datetime = START,
) -> Party:
    return service.create_party(
        session=session, actor=_BOOTSTRAP, at=at, kind=kind, name=name, country=country, email="office@example.com"
    )


def make_actor(session: Session, *, kind: PartyKind = PartyKind.STUDIO, name: str = "Northlight Games") -> Actor:
    """Somebody who acts for a new party."""
    return make_member(session, party_id=make_party(session, kind=kind, name=name).id)


def make_administrator(session: Session) -> Actor:
    operator = make_party(session, kind=PartyKind.OPERATOR, name="Likeness Marketplace")
    return make_member(session, party_id=operator.id, role=Role.ADMINISTRATOR)


def make_performer(session: Session, actor: Actor, *, name: str = "Adaeze Łuna", at: datetime = START) -> Performer:
    return service.create_performer(
        session=session,
        actor=actor,
        at=at,
        name=name,
        is_living=False,
        born_on=date(1931, 3, 4),
        died_on=date(2009, 11, 2),
        domicile="US-CA",
        summary="Stage and screen, four decades.",
    )


def make_representation(
    session: Session,
    store: AssetStore,
    actor: Actor,
    performer: Performer,
    *,
    is_verified: bool = True,
    at: datetime = START,
    **overrides: Any,
) -> Representation:
    """The executor's authority over everything everywhere unless overridden, verified against what proves it."""
    claim: dict[str, Any] = {
        "capacity": Capacity.EXECUTOR,
        "components": list(Component),
        "media": expand(ROOTS),
        "territory": Territory.parse("+WORLD"),
    }
    representation = service.record_representation(
        session=session, actor=actor, at=at, performer_id=performer.id, **(claim | overrides)
    )
    attach_proof(session, store, actor, representation, at=at)
    if is_verified:
        service.verify_representation(
            session=session,
            actor=_BOOTSTRAP,
            at=at,
            representation_id=representation.id,
            is_verified=True,
            reason="Letters seen and checked with the court.",
        )
    return representation


def attach_proof(
    session: Session,
    store: AssetStore,
    actor: Actor,
    representation: Representation,
    *,
    at: datetime = START,
    issued_on: date | None = None,
) -> None:
    """Attach the document that proves the capacity: letters testamentary for an executor."""
    kind = min(representation.capacity.proofs - {DocumentKind.COURT_ORDER})
    service.attach_document(
        session=session,
        actor=actor,
        at=at,
        store=store,
        representation_id=representation.id,
        kind=kind,
        issued_on=issued_on,
        stream=io.BytesIO(LETTERS),
        filename="letters.pdf",
    )


@replayed
def make_estate(
    session: Session,
    store: AssetStore,
    *,
    name: str = "Estate of Adaeze Łuna",
    performer_name: str = "Adaeze Łuna",
    at: datetime = START,
    **authority: Any,
) -> Estate:
    """An estate with verified authority over its performer."""
    party = make_party(session, kind=PartyKind.ESTATE, name=name, at=at)
    actor = make_member(session, party_id=party.id, at=at)
    performer = make_performer(session, actor, name=performer_name, at=at)
    make_representation(session, store, actor, performer, at=at, **authority)
    return Estate(party, actor, performer)


@dataclass(frozen=True)
class Holder:
    """Somebody in the chain of authority, and the representation under which they stand in it."""

    actor: Actor
    representation: Representation

    @property
    def party_id(self) -> str:
        return self.actor.party_id


def make_holder(
    session: Session,
    store: AssetStore,
    performer: Performer,
    capacity: Capacity = Capacity.HEIR,
    *,
    name: str = "Ana",
    at: datetime = START,
    **claim: Any,
) -> Holder:
    """A party of its own with a verified representation, unless told otherwise."""
    kind = PartyKind.AGENT if capacity.is_delegated else PartyKind.HEIR
    actor = make_member(session, party_id=make_party(session, kind=kind, name=name, at=at).id, at=at)
    return Holder(actor, make_representation(session, store, actor, performer, capacity=capacity, at=at, **claim))


def fail_representations(session: Session, performer: Performer, *, at: datetime = START) -> None:
    """Find that no verified authority over a performer ever existed."""
    for representation in queries.representations_of(session, performer.id, at):
        service.fail_representation(
            session=session,
            actor=_BOOTSTRAP,
            at=at,
            representation_id=representation.id,
            as_of=at,
            reason="The letters were revoked.",
        )
