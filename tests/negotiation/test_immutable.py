"""What was offered and signed cannot change, whoever asks the database; and it is signed once, whoever races."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, func, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation import service
from app.negotiation.errors import MoveRefused
from app.negotiation.models import Deal, Negotiation, Offer, Signature
from app.negotiation.queries import latest_offer
from tests.factories.negotiation import Sides, accept_latest, make_counter, make_deal, make_request, make_sides
from tests.support.clock import START


@pytest.fixture
def sides(database: Database, services: Services) -> Sides:
    with database.write() as session:
        return make_sides(session, services.store)


def test_no_statement_changes_what_was_offered_or_signed(database: Database, sides: Sides) -> None:
    with database.write() as session:
        make_deal(session, sides)
    for statement in (
        "UPDATE offer SET terms_json = '{}'",
        "UPDATE offer SET expires_at = sent_at",
        "UPDATE offer SET message = 'I never said that'",
        "UPDATE deal SET terms_json = '{}'",
        "UPDATE deal SET terms_sha256 = lower(terms_sha256)",
        "UPDATE deal SET license_id = 'lic_other'",
        "UPDATE signature SET signed_at = NULL",
        "UPDATE signature SET signer_name = 'Somebody else'",
        "DELETE FROM signature",
        "DELETE FROM deal",
        "DELETE FROM offer",
    ):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(sa.text(statement))


def test_a_deal_cannot_be_written_for_terms_that_were_not_offered(database: Database, sides: Sides) -> None:
    with database.write() as session:
        offer = latest_offer(session, make_request(session, sides).id)
    good: dict[str, Any] = {
        "negotiation_id": offer.negotiation_id,
        "offer_number": 1,
        "offered_by_party_id": sides.studio.party_id,
        "accepted_by_party_id": sides.licensor.party_id,
        "terms_json": offer.terms_json,
        "terms_sha256": offer.terms_sha256,
        "license_id": "lic_1",
        "signed_at": START,
    }
    for lie in (
        {"terms_sha256": "0" * 64},
        {"offer_number": 2},
        {"offered_by_party_id": sides.licensor.party_id, "accepted_by_party_id": sides.studio.party_id},
        {"accepted_by_party_id": sides.studio.party_id},
    ):
        with pytest.raises(IntegrityError), database.write() as session:
            session.add(Deal(**good | lie))
    with database.write() as session:
        session.add(Deal(**good))


def test_the_database_refuses_what_cannot_be(database: Database, sides: Sides) -> None:
    with database.write() as session:
        make_request(session, sides)
    for statement in (
        "UPDATE negotiation SET status = 'agreed'",
        "UPDATE negotiation SET status = 'signed'",
        "UPDATE negotiation SET closed_at = opened_at",
        "UPDATE negotiation SET platform_fee_bps = 10001",
        "UPDATE negotiation SET licensee_party_id = licensor_party_id",
        "UPDATE production SET kind = 'opera'",
    ):
        with pytest.raises(IntegrityError), database.write() as session:
            session.execute(sa.text(statement))


def test_an_offer_that_cannot_be_is_refused(database: Database, sides: Sides) -> None:
    with database.write() as session:
        first = latest_offer(session, make_request(session, sides).id)
    row = first.model_dump(exclude={"id"}) | {"number": 2}
    changes: list[dict[str, Any]] = [
        {"number": 0},
        {"number": 1},
        {"expires_at": START},
        {"terms_sha256": "0" * 63},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), database.write() as session:
            session.add(Offer(**row | change))
    with database.write() as session:
        session.add(Offer(**row))


Move = Callable[[Session, Sides, Negotiation], Any]

RACES: dict[str, tuple[Move, Move]] = {
    "two acceptances": (
        lambda session, sides, negotiation: accept(session, sides, negotiation),
        lambda session, sides, negotiation: accept(session, sides, negotiation),
    ),
    "acceptance and withdrawal": (
        lambda session, sides, negotiation: accept(session, sides, negotiation),
        lambda session, sides, negotiation: service.withdraw(
            session=session, actor=sides.studio, at=START, negotiation_id=negotiation.id
        ),
    ),
    "acceptance and counteroffer": (
        lambda session, sides, negotiation: accept(session, sides, negotiation),
        lambda session, sides, negotiation: make_counter(session, sides.licensor, negotiation),
    ),
    "two counteroffers": (
        lambda session, sides, negotiation: make_counter(session, sides.licensor, negotiation),
        lambda session, sides, negotiation: make_counter(session, sides.licensor, negotiation),
    ),
}


def accept(session: Session, sides: Sides, negotiation: Negotiation) -> Deal:
    first = session.exec(select(Offer).where(Offer.negotiation_id == negotiation.id, Offer.number == 1)).one()
    return service.accept(
        session=session,
        actor=sides.licensor,
        at=START,
        negotiation_id=negotiation.id,
        offer_number=1,
        terms_sha256=first.terms_sha256,
    )


@pytest.mark.parametrize("race", RACES)
def test_of_two_moves_at_once_one_is_made_and_the_other_learns_why(
    database: Database, sides: Sides, race: str
) -> None:
    for _ in range(5):
        with database.write() as session:
            negotiation = make_request(session, sides)
        outcomes = run_together(database, sides, negotiation, RACES[race])
        refusals = [outcome for outcome in outcomes if outcome is not None]
        assert len(refusals) == 1, outcomes
        assert isinstance(refusals[0], MoveRefused), refusals
        with database.read() as session:
            mine = Deal.negotiation_id == negotiation.id
            deals = session.exec(select(func.count()).select_from(Deal).where(mine)).one()
        is_signed = {"two acceptances": True, "two counteroffers": False}.get(race, outcomes[0] is None)
        assert deals == int(is_signed)


def run_together(
    database: Database, sides: Sides, negotiation: Negotiation, moves: tuple[Move, Move]
) -> list[Exception | None]:
    """Make both moves at the same moment, each on a connection of its own; return what each ended in."""
    outcomes: list[Exception | None] = [None, None]
    start = threading.Barrier(2, timeout=20)

    def make(index: int) -> None:
        start.wait()
        try:
            with database.write() as session:
                moves[index](session, sides, negotiation)
        except Exception as error:
            outcomes[index] = error

    threads = [threading.Thread(target=make, args=(index,)) for index in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def test_the_losers_of_a_race_wrote_nothing(database: Database, sides: Sides) -> None:
    with database.write() as session:
        negotiation = make_request(session, sides)
    run_together(database, sides, negotiation, RACES["two acceptances"])
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(Signature)).one() == 2
        deal = session.exec(select(Deal)).one()
    with pytest.raises(MoveRefused), database.write() as session:
        accept_latest(session, sides.licensor, negotiation)
    assert deal.offer_number == 1
