"""The last two holders sign at the same moment: one of them makes the deal, and it bears both signatures."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import select

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation import queries
from app.negotiation.holders.service import sign_as_holder
from app.negotiation.models import Deal, Signature
from tests.factories.negotiation import make_request
from tests.factories.signatures import accept, make_held
from tests.support.clock import START

PATIENCE_SECONDS = 60
HELD_OPEN_SECONDS = 0.5
"""Whoever is first commits only after the other had the time to look, so that a missing lock shows every time."""


def test_of_two_last_signatures_exactly_one_makes_the_deal(database: Database, services: Services) -> None:
    with database.write() as session:
        held = make_held(session, services.store, own=4000, ana=3000, ben=3000)
        talks = make_request(session, held.sides)
        assert accept(session, held.sides.licensor, talks) is None
        sha256 = queries.latest_offer(session, talks.id).terms_sha256
    start = Barrier(2)

    def sign(actor: Actor) -> bool:
        start.wait(PATIENCE_SECONDS)
        with database.write() as session:
            deal = sign_as_holder(
                session=session,
                actor=actor,
                at=START,
                negotiation_id=talks.id,
                offer_number=1,
                terms_sha256=sha256,
            )
            time.sleep(HELD_OPEN_SECONDS)
            return deal is not None

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(sign, [held["ana"], held["ben"]]))
    assert sorted(made) == [False, True]
    with database.read() as session:
        deal = session.exec(select(Deal)).one()
        signed = session.exec(select(Signature.party_id).where(Signature.deal_id == deal.id)).all()
    sides = held.sides
    assert set(signed) == {
        sides.studio.party_id,
        sides.licensor.party_id,
        held["ana"].party_id,
        held["ben"].party_id,
    }
