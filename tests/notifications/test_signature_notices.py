"""Who hears what about signatures, each once."""

from datetime import timedelta

from sqlmodel import Session, col, select

from app.infrastructure.http.context import Services
from app.negotiation import service
from app.notifications.models import Message
from app.parties.states import Capacity
from tests.factories.negotiation import make_request
from tests.factories.parties import make_holder
from tests.factories.signatures import Held, accept, by_agent, make_held, own_representation_id, refuse, sign
from tests.support.clock import START
from tests.support.databases import on_sqlite

LATER = START + timedelta(days=1)


def subjects(session: Session, party_id: str, about: str) -> list[str]:
    told = select(Message.subject).where(Message.party_id == party_id, Message.about == about)
    return [subject.partition(":")[0] for subject in session.exec(told.order_by(col(Message.id)))]


def with_agent(session: Session, services: Services) -> Held:
    """An estate that licenses through an agent, and an heir who holds the other half."""
    held = make_held(session, services.store, ana=5000)
    agent = make_holder(
        session,
        services.store,
        held.sides.estate.performer,
        Capacity.AGENT,
        name="Kestrel Row",
        principal_id=own_representation_id(session, held.sides.estate),
    )
    return by_agent(session, services.store, held, agent.actor)


@on_sqlite
def test_from_the_request_to_the_deal(session: Session, services: Services) -> None:
    held = with_agent(session, services)
    estate, ana = held.sides.estate.party.id, held["ana"].party_id
    agent, studio = held.sides.licensor.party_id, held.sides.studio.party_id
    talks = make_request(session, held.sides)
    refuse(session, held["ana"], talks, reason="Not for so little.")
    accept(session, held.sides.licensor, talks, at=LATER)
    deal = sign(session, held["ana"], talks, at=LATER)
    assert deal is not None
    agreed = "Agreed, and signatures are awaited"
    assert subjects(session, ana, talks.id) == ["Your signature is needed", "Your signature is awaited"]
    assert subjects(session, estate, talks.id) == ["Your agent received terms", agreed]
    assert subjects(session, agent, talks.id) == ["A license request has arrived", "A holder refused", agreed]
    assert subjects(session, studio, talks.id) == ["A holder refused", agreed]
    for party_id in (ana, estate, agent, studio):
        assert subjects(session, party_id, deal.id) == ["A deal is signed"]
    reasons = select(Message.body).where(col(Message.subject).startswith("A holder refused"))
    assert all("Not for so little." in body for body in session.exec(reasons))
    to_studio = select(Message.body).where(Message.party_id == studio)
    assert not any("50 %" in body or "5000" in body for body in session.exec(to_studio))


@on_sqlite
def test_whoever_was_asked_hears_that_the_talks_ended(session: Session, services: Services) -> None:
    held = make_held(session, services.store, ana=5000)
    talks = make_request(session, held.sides)
    service.withdraw(
        session=session, actor=held.sides.studio, at=LATER, negotiation_id=talks.id, reason="Between the two of us."
    )
    assert subjects(session, held["ana"].party_id, talks.id)[1:] == ["The negotiation was withdrawn"]
    bodies = session.exec(select(Message.body).where(Message.party_id == held["ana"].party_id)).all()
    assert not any("Between the two of us." in body for body in bodies)
