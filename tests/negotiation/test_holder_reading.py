"""Who reads talks without being a side, and how the signatures stand for each reader."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.infrastructure.http.context import Services
from app.negotiation import queries, service, views
from app.negotiation.errors import MoveRefused
from app.negotiation.signatures.errors import HoldersChanged
from app.negotiation.signatures.models import OfferHolder
from app.negotiation.signatures.states import Role, SignerState
from app.parties.states import Capacity, QuorumKind
from app.values.errors import NotFound
from tests.factories.negotiation import make_counter, make_request, proposed
from tests.factories.parties import make_actor, make_administrator, make_holder
from tests.factories.signatures import (
    Held,
    accept,
    by_agent,
    make_held,
    own_representation_id,
    refuse,
    sign,
)
from tests.support.clock import START

LATER = START + timedelta(days=3)
LAPSE = START + timedelta(days=14)
TICK = timedelta(microseconds=1)


@pytest.fixture
def held(session: Session, services: Services) -> Held:
    """Half is the executor's, half an heir's: nobody knows the rule, so both must sign."""
    return make_held(session, services.store, ana=5000)


def code_of(move: Callable[[], Any]) -> str:
    with pytest.raises((MoveRefused, HoldersChanged)) as refused:
        move()
    return str(refused.value.code)


def test_holders_and_principals_read_and_nobody_else_does(session: Session, held: Held) -> None:
    """Offers with their terms, what changed and the deal; no message, no hold, none of the sides' moves."""
    talks = make_request(session, held.sides)
    service.place_hold(session=session, actor=held.sides.studio, at=START, negotiation_id=talks.id)
    ana, stranger = held["ana"], make_actor(session, name="Rival Games")
    assert queries.readable_negotiation(session, ana, talks.id) is talks
    shown = views.opened_negotiation(session, START, talks, reader=ana)
    assert (shown.role, shown.hold) == (Role.HOLDER, None)
    sent = service.counter(
        session=session,
        actor=held.sides.licensor,
        at=START,
        negotiation_id=talks.id,
        terms=proposed(fee={"amount_minor": 5, "currency": "USD"}),
        message="Between us.",
    )
    assert queries.offer_view(session, held.sides.studio, START, talks.id, sent.number).message == "Between us."
    assert queries.offer_view(session, ana, START, talks.id, sent.number).message == ""
    heads = views.opened_negotiation(session, START, talks, reader=ana).offers
    assert [head.message for head in heads] == ["", ""]
    assert queries.offer_view(session, ana, START, talks.id, 2).terms
    assert queries.offer_difference(session, ana, talks.id, 1, 2)
    assert queries.negotiations_page(session, ana, cursor=None, limit=10).items == [talks]
    for move in (
        lambda: make_counter(session, ana, talks),
        lambda: accept(session, ana, talks),
        lambda: service.withdraw(session=session, actor=ana, at=START, negotiation_id=talks.id),
        lambda: queries.own_negotiation(session, ana, talks.id),
        lambda: queries.readable_negotiation(session, stranger, talks.id),
        lambda: queries.readable_negotiation(session, make_administrator(session), talks.id),
    ):
        with pytest.raises(NotFound):
            move()
    assert queries.negotiations_page(session, stranger, cursor=None, limit=10).items == []


def test_a_principal_sees_what_its_agent_offers_and_cannot_sign_it_twice(
    session: Session, services: Services
) -> None:
    """The estate licenses through an agent: it stands in the snapshot, and the deal is shown to it."""
    held = make_held(session, services.store, ana=5000)
    estate = held.sides.estate
    agent = make_holder(
        session,
        services.store,
        estate.performer,
        Capacity.AGENT,
        name="Kestrel Row",
        principal_id=own_representation_id(session, estate),
    )
    sides = by_agent(session, services.store, held, agent.actor).sides
    talks = make_request(session, sides)
    roles = {row.party_id: row.role for row in session.exec(select(OfferHolder))}
    assert roles == {
        agent.party_id: Role.LICENSOR,
        estate.party.id: Role.PRINCIPAL,
        held["ana"].party_id: Role.HOLDER,
    }
    assert queries.role_in(session, estate.actor, talks) is Role.PRINCIPAL
    assert code_of(lambda: sign(session, estate.actor, talks)) == "not_a_signer"
    assert code_of(lambda: sign(session, sides.studio, talks)) == "not_a_signer"
    accept(session, agent.actor, talks)
    deal = sign(session, held["ana"], talks)
    assert deal is not None
    assert queries.deal_view(session, estate.actor, deal.id).deal is deal


def test_how_the_signatures_stand(session: Session, services: Services) -> None:
    held = make_held(session, services.store, own=3000, rule=QuorumKind.MORE_THAN_HALF, ana=3000, ben=4000)
    talks = make_request(session, held.sides)
    refuse(session, held["ana"], talks, reason="Not in games.")
    shown = views.signing_view(session, held.sides.licensor, START, talks)
    assert shown is not None
    assert {s.party_name: (s.state, s.reason) for s in shown.signers} == {
        "Ana": (SignerState.REFUSED, "Not in games."),
        "Ben": (SignerState.AWAITED, ""),
    }
    assert (shown.missing_share_bps, shown.is_complete, shown.can_answer) == (2001, False, False)
    to_studio = views.signing_view(session, held.sides.studio, START, talks)
    assert to_studio is not None
    assert to_studio.missing_share_bps is None
    assert all(h.share_bps is None for s in to_studio.signers for h in s.holdings)
    sign(session, held["ben"], talks)
    complete = views.signing_view(session, held["ana"], START, talks)
    assert complete is not None
    assert (complete.is_complete, complete.can_answer, complete.missing_share_bps) == (True, True, 0)
